package dev.thrum.channel;

import dev.thrum.task.Waker;
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
 * queue: see {@link MessageQueue#backOff}.) One critical section has at most one operation to wake.
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

    @SuppressWarnings("FieldMayBeFinal") // changed through STATE
    private volatile int state;

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
        lastReturned = WaitList.remove(lastReturned, back);
        returned--;
        return back.takeMessage();
    }

    /** Gives a message to a receiver that waits. Returns whom to wake when the lock is free. */
    final Waker hand(WaitingReceive<T, ?> receiver, T message) {
        remove(receiver);
        receiver.message = message;
        receiver.ticket = nextTicket();
        receiver.state(WaitingOperation.HANDED);
        return receiver.waker;
    }

    /** Tells the sender that waits longest, if there is room for its message. */
    final boolean grantRoom() {
        WaitingSend<T> sender = firstSender();
        if (sender == null || room() <= 0) {
            return false;
        }
        remove(sender);
        reserved++;
        sender.state(WaitingOperation.GRANTED);
        toWake = sender.waker;
        return true;
    }

    private void refuse(WaitingOperation<T> operation) {
        operation.state(WaitingOperation.REFUSED);
        toWake = operation.waker;
    }

    /** Does one of the things that are due, if any is; then there is somebody to wake. */
    private boolean settleOne() {
        boolean closed = isClosed();
        WaitingReceive<T, ?> receiver = firstReceiver();
        if (receiver != null) {
            T message = take();
            if (message != null) {
                toWake = hand(receiver, message);
                return true;
            }
            if (closed) {
                remove(receiver);
                refuse(receiver);
                return true;
            }
        }
        WaitingSend<T> sender = firstSender();
        if (closed && sender != null) {
            remove(sender);
            refuse(sender);
            return true;
        }
        return grantRoom();
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
            lock(0);
            try {
                more = settleOne() && !isSettled();
            } finally {
                unlockAndWake();
            }
        }
    }

    /** Takes the lock, and raises flags with it, at a moment when there is nothing to settle. */
    final void lockSettled(int flags) {
        lock(flags);
        while (!isSettled()) {
            try {
                settleOne();
            } finally {
                unlockAndWake();
            }
            lock(flags);
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
            if ((seen & LOCKED) == 0 && STATE.compareAndSet(this, seen, seen | LOCKED | flags)) {
                return;
            }
            spins = MessageQueue.pause(spins);
        }
    }

    /** Raises a flag that stays; by the holder of the lock, who alone changes the word. */
    final void raise(int flag) {
        STATE.setVolatile(this, state | flag);
    }

    final void unlockAndWake() {
        Waker waker = toWake;
        toWake = null;
        unlock();
        if (waker != null) {
            Wakes.wake(waker);
        }
    }

    final void unlock() {
        int flags =
                (lastReceiver == null ? 0 : RECEIVERS)
                        | (lastSender == null ? 0 : SENDERS)
                        | (lastReturned == null ? 0 : RETURNED);
        // Nobody else writes while it is locked. Release: pairs with the CAS in lock.
        STATE.setRelease(this, flags | ((int) STATE.get(this) & CLOSED));
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
