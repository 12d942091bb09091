package dev.thrum.channel;

import dev.thrum.task.Waker;
import dev.thrum.waiting.BackOff;
import dev.thrum.waiting.Wakes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Where the operations of a channel wait, and meet what they wait for: lists of waiters beside the
 * messages, behind a spin lock, which is a bit of the word that says whether anybody waits. {@link
 * Exchange}, its subclass, holds what the operations do; here is what they rely on.
 *
 * <p>The lock is held for some tens of instructions, none of them foreign: wakers are called when
 * it is free. (And for some microseconds more if its holder loses a race for a counter of the
 * queue: see {@link BackOff#keepOff}.) One critical section has at most one operation to wake.
 *
 * <h2>When the stack ends under the lock</h2>
 *
 * <p>Each call that is made there may throw a StackOverflowError, that of {@link #unlock}, too. It
 * must not keep the lock, nor leave the lists or the messages as they should not be, so
 *
 * <ul>
 *   <li>who cannot call {@link #unlock} stores {@link #ABANDONED} in the word, which needs no call,
 *       and releases the lock as well. Who takes it next {@linkplain #makeUp makes up} for what was
 *       not done;
 *   <li>what changes a list or the messages is one call that has nothing more to call when it
 *       begins to change something, and after it come only accesses to fields;
 *   <li>what is taken out at such a moment is in a field at once: {@link #toWake}, {@link
 *       #unhanded}.
 * </ul>
 *
 * <p>The messages themselves are the business of {@link SmallExchange} and {@link QueuedExchange}.
 */
abstract class Meeting<T> {
    private static final int LOCKED = 1;

    /** A receiver waits. */
    static final int RECEIVERS = 2;

    /** A sender waits that has not been told of room. */
    static final int SENDERS = 4;

    /** A message was given back. */
    static final int RETURNED = 8;

    /** Never cleared; set by exchanges that keep here that they are closed. */
    static final int CLOSED = 16;

    /** Who had the lock has left something undone, see the class; {@link #lock} does it. */
    private static final int LEFT = 32;

    /** All that may have been left undone. */
    static final int ABANDONED = LEFT | RECEIVERS | SENDERS | RETURNED;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Meeting.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The capacity of a channel that is not bounded: no queue becomes so long. */
    static final long UNBOUNDED = 1L << 62;

    final long capacity;

    /** LOCKED and the flags; for subclasses only where {@linkplain #LEFT no call} can be made. */
    volatile int state;

    // ---- guarded by the lock ----

    /** How many senders were told of room and have not been polled since. */
    int reserved;

    // The lists of those who wait, each by its last: see WaitList.
    private @Nullable WaitingReceive<T, ?> lastReceiver;
    private @Nullable WaitingSend<T> lastSender;

    /** The receives whose messages were given back, by ticket. */
    private @Nullable WaitingReceive<T, ?> lastReturned;

    // How long those are; may be read without the lock, for information.
    private int receivers;
    private int senders;
    private int returned;

    private long tickets;

    /** Whom {@link #unlockAndWake} has to wake. */
    @Nullable Waker toWake;

    /** The oldest message, if who took it out was not able to hand it to the one that waits. */
    private @Nullable T unhanded;

    Meeting(long capacity) {
        this.capacity = capacity;
    }

    // ---- the messages; by the holder of the lock, but for isClosed and queued ----

    abstract boolean isClosed();

    /** How many messages there are, those that were given back apart. */
    abstract int queued();

    /**
     * Puts in a message for which there is room.
     *
     * @return a result of {@link MessageQueue#offer}
     */
    abstract int offer(T message);

    /** Takes the oldest message out; null if there is none. */
    abstract @Nullable T poll();

    /** From now on this is closed. */
    abstract void markClosed();

    // ---- the lists; by the holder of the lock ----

    final @Nullable WaitingReceive<T, ?> firstReceiver() {
        return WaitList.first(lastReceiver);
    }

    final @Nullable WaitingSend<T> firstSender() {
        return WaitList.first(lastSender);
    }

    final void add(WaitingReceive<T, ?> receiver) {
        lastReceiver = WaitList.add(lastReceiver, receiver);
        receivers++;
    }

    final void remove(WaitingReceive<T, ?> receiver) {
        lastReceiver = WaitList.remove(lastReceiver, receiver);
        receivers--;
    }

    /** Adds a sender behind all others. */
    final void add(WaitingSend<T> sender) {
        sender.ticket = nextTicket();
        lastSender = WaitList.add(lastSender, sender);
        senders++;
    }

    /** Puts a sender back to where it was. */
    final void addByTicket(WaitingSend<T> sender) {
        lastSender = WaitList.addByTicket(lastSender, sender);
        senders++;
    }

    final void remove(WaitingSend<T> sender) {
        lastSender = WaitList.remove(lastSender, sender);
        senders--;
    }

    /** Keeps the message of a receive that gave it back. */
    final void keep(WaitingReceive<T, ?> receiver) {
        lastReturned = WaitList.addByTicket(lastReturned, receiver);
        returned++;
    }

    /** The flags; a volatile read, the second half of the Dekker pair with the queue's counters. */
    final int flags() {
        return state;
    }

    // ---- what only the holder of the lock does ----

    final long nextTicket() {
        return ++tickets;
    }

    /** How many more messages could be sent now; less than none if a promise cannot be kept. */
    final long room() {
        return capacity - queued() + receivers - reserved;
    }

    /** The oldest message. */
    final @Nullable T take() {
        WaitingReceive<T, ?> back = WaitList.first(lastReturned);
        if (back == null) {
            return poll();
        }
        T message = back.message();
        lastReturned = WaitList.remove(lastReturned, back);
        returned--;
        back.message = null;
        return message;
    }

    /** Gives a message to a receiver that waits. Returns whom to wake when the lock is free. */
    final Waker hand(WaitingReceive<T, ?> receiver, T message) {
        remove(receiver);
        receiver.message = message;
        receiver.ticket = ++tickets;
        try {
            receiver.state(WaitingOperation.HANDED);
        } catch (StackOverflowError e) {
            receiver.state = WaitingOperation.HANDED;
        }
        return receiver.waker;
    }

    /**
     * Tells the sender that waits longest, if there is room for its message.
     *
     * @param more how much more room there is than it seems
     */
    final boolean grantRoom(int more) {
        WaitingSend<T> sender = firstSender();
        if (sender == null || room() + more <= 0) {
            return false;
        }
        release(sender, WaitingOperation.GRANTED);
        reserved++;
        return true;
    }

    /** Ends the waiting of a sender, which is to be woken. */
    final void release(WaitingSend<T> sender, byte state) {
        remove(sender);
        try {
            sender.state(state);
        } catch (StackOverflowError e) {
            sender.state = state;
        }
        toWake = sender.waker;
    }

    private void refuse(WaitingReceive<T, ?> receiver) {
        remove(receiver);
        receiver.state = WaitingOperation.REFUSED;
        toWake = receiver.waker;
    }

    /** Does one of the things that are due, if any is; then there is somebody to wake. */
    private boolean settleOne() {
        boolean closed = isClosed();
        WaitingReceive<T, ?> receiver = firstReceiver();
        if (receiver != null) {
            T message = take();
            if (message != null) {
                try {
                    toWake = hand(receiver, message);
                } catch (StackOverflowError e) {
                    unhanded = message;
                    state |= LEFT;
                    throw e;
                }
                return true;
            }
            if (closed) {
                refuse(receiver);
                return true;
            }
        }
        WaitingSend<T> sender = firstSender();
        if (closed && sender != null) {
            release(sender, WaitingOperation.REFUSED);
            return true;
        }
        return grantRoom(0);
    }

    private boolean isSettled() {
        boolean served =
                lastReceiver == null || (!isClosed() && queued() == 0 && lastReturned == null);
        return served && (lastSender == null || (!isClosed() && room() <= 0));
    }

    // ---- the lock ----

    /** Brings together who waits with what is there, until that is done. */
    final void settle() {
        boolean more = true;
        while (more) {
            StackOverflowError noStack = null;
            lock(0);
            try {
                more = settleOne() && !isSettled();
            } finally {
                try {
                    unlockAndWake();
                } catch (StackOverflowError e) {
                    state = (state & CLOSED) | ABANDONED;
                    noStack = e;
                }
            }
            if (noStack != null) {
                throw noStack; // to try again here might go on for ever
            }
        }
    }

    /** Takes the lock, and raises flags with it, at a moment when there is nothing to settle. */
    final void lockSettled(int flags) {
        while (true) {
            StackOverflowError noStack = null;
            boolean settled = false;
            lock(flags);
            try {
                settled = isSettled();
                if (settled) {
                    return;
                }
                settleOne();
            } finally {
                if (!settled) {
                    try {
                        unlockAndWake();
                    } catch (StackOverflowError e) {
                        state = (state & CLOSED) | ABANDONED;
                        noStack = e;
                    }
                }
            }
            if (noStack != null) {
                throw noStack; // likewise
            }
        }
    }

    /** Takes the lock if it is free and the flags are these. */
    final boolean tryLock(int flags) {
        return STATE.compareAndSet(this, flags, flags | LOCKED);
    }

    /** Takes the lock and raises flags with it, so that the CAS is the fence for them, too. */
    final void lock(int flags) {
        for (int spins = 0; ; ) {
            int seen = (int) STATE.getOpaque(this); // the CAS acquires
            if ((seen & (LOCKED | LEFT)) == 0
                    && STATE.compareAndSet(this, seen, seen | LOCKED | flags)) {
                return;
            }
            if ((seen & (LOCKED | LEFT)) == LEFT) {
                makeUp(seen);
            }
            spins = BackOff.pause(spins);
        }
    }

    /** Does what somebody who had the lock has left undone; unless somebody else does. */
    private void makeUp(int seen) {
        if (!STATE.compareAndSet(this, seen, (seen & ~LEFT) | LOCKED)) {
            return;
        }
        StackOverflowError noStack = null;
        try {
            T message = unhanded;
            if (message != null && toWake == null) {
                handOrKeep(message);
                unhanded = null;
            }
        } finally {
            try {
                if (unhanded != null) {
                    state |= LEFT;
                }
                unlockAndWake();
            } catch (StackOverflowError e) {
                state = (state & CLOSED) | ABANDONED;
                noStack = e;
            }
        }
        if (noStack != null) {
            throw noStack; // likewise, as the caller would
        }
    }

    /** For a message that is older than all others. */
    private void handOrKeep(T message) {
        WaitingReceive<T, ?> receiver = firstReceiver();
        if (receiver != null) {
            toWake = hand(receiver, message);
            return;
        }
        // As if such a receive had given it back; no other one has the ticket 0.
        var keeper = new WaitingReceive<T, T>((Exchange<T>) this, false, Waker.noop(), this);
        keeper.message = message;
        keep(keeper);
    }

    /** Raises a flag that stays; by the holder of the lock, who alone changes the word. */
    final void raise(int flag) {
        STATE.setVolatile(this, state | flag);
    }

    /**
     * Releases the lock, and wakes whom there is to be woken.
     *
     * @throws StackOverflowError only if the lock has not been released
     */
    final void unlockAndWake() {
        Waker waker = toWake;
        toWake = null;
        try {
            unlock();
        } catch (StackOverflowError e) {
            toWake = waker;
            throw e;
        }
        if (waker != null) {
            try {
                Wakes.wake(waker);
            } catch (StackOverflowError e) {
                // As when the waker itself finds no stack, which Wakes does not let out either.
            }
        }
    }

    final void unlock() {
        int flags =
                (lastReceiver == null ? 0 : RECEIVERS)
                        | (lastSender == null ? 0 : SENDERS)
                        | (lastReturned == null ? 0 : RETURNED);
        // Nobody else writes while it is locked. Release: pairs with the CAS in lock.
        STATE.setRelease(this, flags | ((int) STATE.get(this) & (CLOSED | LEFT)));
    }

    // ---- looking in from outside, without the lock ----

    /** How many messages are there; exact if nothing happens meanwhile. */
    final int size() {
        return (int) Math.min(Integer.MAX_VALUE, (long) queued() + returned);
    }

    @Override
    public final String toString() {
        return size()
                + " messages, "
                + receivers
                + " receivers and "
                + (senders + reserved)
                + " senders waiting, "
                + (isClosed() ? "closed" : "open");
    }
}
