package dev.thrum.timer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Wheel} behind a spin lock.
 *
 * <p>The lock is held for one arm, one cancel, one entry taken out, or {@link #MOVES} entries dealt
 * out, never while foreign code runs: tens of nanoseconds, some microseconds at most. A lock with a
 * queue would cost more than what it protects.
 *
 * <p>The code inside may run out of stack (see {@link Wheel}), and so may the call that releases
 * the lock. {@link #locked} is volatile for that case: a store to it needs no call. Otherwise it
 * would do with a release, which is much cheaper.
 */
final class Shard extends Padded {

    /** Entries dealt out before others get a turn at the lock. */
    private static final int MOVES = 64;

    /** Attempts before the processor is offered to another thread, which may be the owner. */
    private static final int SPINS = 128;

    private static final VarHandle LOCKED;

    static {
        try {
            LOCKED = MethodHandles.lookup().findVarHandle(Shard.class, "locked", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Wheel wheel;
    private final Horizon horizon;
    private final int index;

    /** What {@link #horizon} says of this shard. Guarded by the lock. */
    private long announced = Wheel.NONE;

    /** 1 while a thread is in a critical section. */
    private volatile int locked;

    Shard(Wheel wheel, Horizon horizon, int index) {
        this.wheel = wheel;
        this.horizon = horizon;
        this.index = index;
    }

    /**
     * Adds an idle entry.
     *
     * @return whether this shard now wants attention earlier than before
     * @throws IllegalStateException if the entry is armed
     */
    boolean arm(TimerEntry entry, long deadline) {
        lock();
        try {
            if (entry.place != TimerEntry.IDLE) {
                // Not its toString, which is foreign code.
                throw new IllegalStateException(
                        "timer entry is armed already, cancel it first: "
                                + entry.getClass().getName());
            }
            int slot = wheel.slotFor(deadline);
            long key = wheel.attention(slot, deadline);
            boolean earlier = Wheel.before(key, announced);
            if (earlier) {
                // First, so that there is no way to be armed and not announced.
                announce(key);
            }
            wheel.add(entry, slot, deadline);
            return earlier;
        } finally {
            try {
                unlock();
            } catch (StackOverflowError e) {
                locked = 0; // released all the same, so nothing has failed
            }
        }
    }

    /**
     * Removes the entry, if it is here. What was announced stays: taking it back would make the
     * next arm the earliest again, and a worker would be woken for each pair of arm and cancel.
     */
    boolean cancel(TimerEntry entry) {
        lock();
        try {
            if (!wheel.holds(entry)) {
                return false;
            }
            wheel.remove(entry);
            return true;
        } finally {
            try {
                unlock();
            } catch (StackOverflowError e) {
                locked = 0; // released all the same, so nothing has failed
            }
        }
    }

    /**
     * Removes and returns an entry that is due at {@code now}; if none is, announces when one may
     * be, and returns null.
     *
     * @param late whether entries that were armed for the past are wanted, too
     */
    @Nullable TimerEntry take(long now, boolean late) {
        while (true) {
            lock();
            try {
                TimerEntry entry = late ? wheel.pollLate() : null;
                if (entry != null) {
                    return entry;
                }
                if (wheel.settle(now, MOVES)) {
                    entry = wheel.poll(now);
                    if (entry == null) {
                        announce(wheel.first());
                    }
                    return entry;
                }
            } finally {
                try {
                    unlock();
                } catch (StackOverflowError e) {
                    locked = 0; // released all the same, so nothing has failed
                }
            }
        }
    }

    /** {@return how many entries that were armed for the past wait here, as some thread left it} */
    int lateHint() {
        return wheel.lateHint();
    }

    /** {@return the exact key of the first entry, {@link Wheel#NONE} if none ever fires}; O(n) */
    long exactFirst() {
        lock();
        try {
            return wheel.exactFirst();
        } finally {
            unlock();
        }
    }

    /** {@return the number of entries, as some thread left it; never blocks} */
    int sizeHint() {
        return wheel.sizeHint();
    }

    private void announce(long key) {
        if (key != announced) {
            horizon.set(index, key);
            announced = key;
        }
    }

    private void lock() {
        if (!tryLock()) {
            lockContended();
        }
    }

    // The check warns of correctness that rests on the scheduler; here only the waiting does.
    @SuppressWarnings("ThreadPriorityCheck")
    private void lockContended() {
        int spins = SPINS;
        do {
            if (spins > 0) {
                spins--;
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
            // Opaque: only tryLock decides. It spares the cache line while the lock is held.
        } while ((int) LOCKED.getOpaque(this) != 0 || !tryLock());
    }

    /** Acquire: pairs with the release in {@link #unlock}. */
    private boolean tryLock() {
        return (int) LOCKED.compareAndExchangeAcquire(this, 0, 1) == 0;
    }

    /** Release: what was done under the lock is visible to whoever takes it next. */
    private void unlock() {
        LOCKED.setRelease(this, 0);
    }
}
