package dev.thrum.sync;

import dev.thrum.task.Async;
import dev.thrum.waiting.BackOff;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A lock that one task at a time holds, across awaits if need be.
 *
 * {@snippet :
 * try (var guard = mutex.lock().await()) {
 *     balance = fetch().await();
 * }
 * }
 *
 * <p>Not reentrant: a task that locks a mutex which it holds waits for itself. The lock belongs to
 * its guard, not to a task or thread. Where nothing is awaited while the lock is held, a {@code
 * synchronized} block does as well.
 *
 * <p><b>Fair.</b> Whoever waits is served in order of arrival: unlocking hands the mutex to the
 * first in line. A mutex for which tasks queue faster than they can be switched would make a task
 * switch out of every lock, for good; so after 32 locks in a row that were handed over, and until
 * the queue has dissolved, the first in line is woken, and until its task gets to run, tasks that
 * run already may lock first; if it then finds the mutex locked, it is handed over to it. So nobody
 * is ever overtaken for longer than it takes his task to be polled once, nor by one that waits
 * behind him. {@link #tryLock} never overtakes otherwise than this.
 *
 * <p><b>Cancellation.</b> A {@code lock()} that is cancelled while it waits leaves its place; if it
 * had been handed the mutex already, that goes to the next in line.
 *
 * <p><b>Memory consistency.</b> Actions before {@link Guard#close} happen-before actions after the
 * next {@code lock()} or successful {@code tryLock()}.
 *
 * <p><b>Cost.</b> If nobody waits, one compare-and-set to lock, one to unlock, and one object of 24
 * bytes. Otherwise a short lock, and an object for the place in the queue. Who finds the mutex
 * locked by threads that lock and unlock it again and again looks for some 20 µs, if need be,
 * whether it is free: to change tasks would take longer. It waits, in the sense above, only if it
 * is not.
 */
public final class Mutex {
    /*
     * How it works. One word: a turn number, counted up by every taking of the mutex, and two bits. Its
     * value without the bit ORDERLY is the ticket of who holds it, so that closing an old guard is a
     * compare-and-set that fails.
     *
     *   LOCKED    somebody holds the mutex.
     *   ORDERLY   he has to hand it over: the queue's head is owed it. Only with LOCKED. Set under the
     *             queue's monitor; cleared under it too, and only by the holder who unlocks.
     *
     * While ORDERLY is clear, locking and unlocking are one compare-and-set each, whether or not the
     * queue is empty. It is clear with a queue that is not empty only while the queue's head is
     * CALLED: it has been woken, and will take the mutex or set ORDERLY when it is polled. If it
     * leaves instead, it calls the next. Until then nobody else sets ORDERLY, so no release comes to
     * the monitor, and nobody but the head itself changes its phase.
     *
     * No wake-up is lost. A waiter enters the queue having found, under the monitor and in a
     * compare-and-set of the word that the release conflicts with, LOCKED, and having set ORDERLY; then
     * the release either comes first, and the compare-and-set fails, and the waiter looks again; or it
     * comes later, fails itself, goes to the monitor and finds the waiter. If the head is CALLED, the
     * waiter relies on the head, which comes to the monitor again, by induction: called, it is polled or
     * leaves; polled, it takes the mutex and sets ORDERLY on behalf of those behind it, or sets it as
     * above; leaving, it calls the next.
     */

    /** After how many locks in a row that were handed over the queue is called a convoy. */
    private static final int CONVOY = 32;

    /** How many locks may pass between two that were handed over for a convoy to be still one. */
    private static final long DISSOLVED = 4096;

    /**
     * How often who meets others that lock it at the same time looks again before it waits; of four
     * times, once after having kept off for long.
     */
    private static final int ATTEMPTS = 8;

    private static final long LOCKED = 1;
    private static final long ORDERLY = 2;
    private static final long TURN = 4;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Mutex.class, "state", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The mutex, held. Any thread may close it; closing again does nothing. */
    public sealed interface Guard extends AutoCloseable permits MutexLocking {
        /**
         * Unlocks, and hands the mutex to who waits longest. Never blocks, never throws; does
         * nothing if this was closed before, or while its task waits for a {@link Condvar} with it.
         */
        @Override
        void close();
    }

    private final int convoyAfter;
    private final WaitQueue<MutexWaiter> queue = new WaitQueue<>();
    private volatile long state;

    // Guarded by the queue's monitor:

    /** The ticket of the last who got the mutex after having waited. */
    private long lastAfterWaiting;

    /** How many locks in a row were such, up to {@link #convoyAfter}. */
    private int streak;

    /** A mutex that nobody holds. */
    public Mutex() {
        this(CONVOY);
    }

    /**
     * For tests.
     *
     * @param convoyAfter how many hand-overs in a row make a convoy; 0 makes one of every queue
     */
    Mutex(int convoyAfter) {
        this.convoyAfter = convoyAfter;
    }

    /** Waits until nobody else holds the mutex, behind all who wait already; then holds it. */
    public Async<Guard> lock() {
        return new MutexLocking(this);
    }

    /** The mutex if nobody holds it, else empty. */
    public Optional<Guard> tryLock() {
        long ticket = tryTake();
        return ticket == 0 ? Optional.empty() : Optional.of(new MutexLocking(this, ticket));
    }

    /** Takes the mutex if it is free, and gives its ticket, else 0. */
    long tryTake() {
        for (; ; ) {
            long seen = state;
            if ((seen & LOCKED) != 0) {
                return 0;
            }
            long ticket = seen + TURN + LOCKED; // ORDERLY is clear
            if (STATE.compareAndSet(this, seen, ticket)) {
                return ticket;
            }
        }
    }

    /**
     * Takes the mutex if it is free within some 20 µs, and gives its ticket, else 0. Only as long
     * as others take it and release it meanwhile, which they do on other processors, and nobody
     * waits. They are kept off from for most of the time, so that one of them gets through many
     * locks, each of which would wait for the word otherwise.
     */
    long tryTakePatiently() {
        long seen = state;
        for (int attempt = 0; attempt < ATTEMPTS && (seen & ORDERLY) == 0; attempt++) {
            if (attempt % 4 == 2) {
                BackOff.keepOff();
            } else {
                BackOff.giveRoom();
            }
            long ticket = tryTake();
            if (ticket != 0) {
                return ticket;
            }
            long before = seen;
            seen = state;
            if (seen == before) {
                return 0; // who holds it is not about to release it
            }
        }
        return 0;
    }

    boolean isHeldBy(long ticket) {
        return (state & ~ORDERLY) == ticket;
    }

    /** Takes the mutex for {@code waiter} and returns true, or puts it in the queue. */
    boolean takeOrQueue(MutexWaiter waiter) {
        synchronized (queue) {
            for (; ; ) {
                long ticket = tryTake();
                if (ticket != 0) {
                    waiter.ticket = ticket;
                    return true;
                }
                long seen = state;
                MutexWaiter head = queue.first();
                if ((seen & ORDERLY) != 0
                        || (head != null && head.phase() == Waiter.CALLED)
                        || ((seen & LOCKED) != 0
                                && STATE.compareAndSet(this, seen, seen | ORDERLY))) {
                    queue.add(waiter);
                    return false;
                }
            }
        }
    }

    /** Puts a waiter, which is not being polled, in the queue, or grants it the mutex. */
    void takeOrQueueAndWake(MutexWaiter waiter) {
        synchronized (queue) {
            if (!takeOrQueue(waiter)) {
                return;
            }
            waiter.phase(Waiter.GRANTED);
        }
        waiter.wake();
    }

    /** Unlocks if the mutex is held by {@code ticket}. */
    void release(long ticket) {
        if (!STATE.compareAndSet(this, ticket, ticket - LOCKED)) {
            releaseOrderly(ticket);
        }
    }

    private void releaseOrderly(long ticket) {
        MutexWaiter head;
        synchronized (queue) {
            if (state != (ticket | ORDERLY)) {
                return; // this guard was closed before
            }
            // From here on nobody else changes the word: it is LOCKED, and ORDERLY.
            head = queue.first();
            if (head == null) { // it has left
                state = ticket - LOCKED;
                return;
            }
            if (isConvoy(ticket) && !head.wasCalled) {
                callHead();
                state = ticket - LOCKED;
            } else {
                queue.remove(head);
                handTo(head, ticket + TURN);
                head.phase(Waiter.GRANTED);
            }
        }
        head.wake();
    }

    private boolean isConvoy(long ticket) {
        if (ticket != lastAfterWaiting
                && (streak < convoyAfter || ticket - lastAfterWaiting > DISSOLVED * TURN)) {
            streak = 0;
        }
        return streak >= convoyAfter;
    }

    /** The mutex is LOCKED by {@code ticket} from now on, for a waiter that has left the queue. */
    private void handTo(MutexWaiter waiter, long ticket) {
        waiter.ticket = ticket;
        lastAfterWaiting = ticket;
        if (streak < convoyAfter) {
            streak++;
        }
        state = queue.isEmpty() ? ticket : ticket | ORDERLY;
    }

    /** A waiter that was CALLED is polled: takes the mutex and returns true, or waits on. */
    boolean answer(MutexWaiter waiter) {
        synchronized (queue) {
            for (; ; ) {
                long seen = state; // without ORDERLY, as the head is CALLED
                if ((seen & LOCKED) != 0) {
                    if (STATE.compareAndSet(this, seen, seen | ORDERLY)) {
                        waiter.phase(Waiter.WAITING);
                        return false;
                    }
                    continue;
                }
                long ticket = seen + TURN + LOCKED;
                if (STATE.compareAndSet(this, seen, ticket)) {
                    queue.remove(waiter);
                    handTo(waiter, ticket);
                    waiter.phase(Waiter.GRANTED);
                    return true;
                }
            }
        }
    }

    /** The waiter's operation is cancelled: it leaves, and what it was given goes on. */
    void leave(MutexWaiter waiter) {
        MutexWaiter called = null;
        boolean granted;
        synchronized (queue) {
            int phase = waiter.phase();
            granted = phase == Waiter.GRANTED;
            if (!granted) {
                queue.remove(waiter);
                waiter.phase(Waiter.GONE);
                if (phase == Waiter.CALLED) {
                    called = callHead();
                }
            }
        }
        if (granted) {
            release(waiter.ticket);
        } else if (called != null) {
            called.wake();
        }
    }

    private @Nullable MutexWaiter callHead() {
        MutexWaiter head = queue.first();
        if (head != null) {
            head.wasCalled = true;
            head.phase(Waiter.CALLED);
        }
        return head;
    }

    @Override
    public String toString() {
        return "Mutex["
                + ((state & LOCKED) != 0 ? "locked, " : "free, ")
                + queue.size()
                + " waiting]";
    }
}
