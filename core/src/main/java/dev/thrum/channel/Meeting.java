package dev.thrum.channel;

import dev.thrum.task.Waker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Where the operations of a channel wait, and meet what they wait for: two lists of waiters beside
 * the queue of messages, behind a spin lock, which is a bit of the word that says whether anybody
 * waits. {@link Exchange}, its subclass, holds what the operations do; here is what they rely on.
 *
 * <p>The lock is held for some tens of instructions, none of them foreign: wakers are called when
 * it is free. One critical section has at most one operation to wake.
 *
 * <h2>Why nobody sleeps for ever</h2>
 *
 * Sender S finds no receiver waiting, receiver R finds no message:
 *
 * <pre>
 * S: moves the queue's tail (CAS)              R: sets RECEIVERS in the state (CAS, with the lock)
 * S: reads the state (volatile)                R: reads the queue's tail (volatile)
 * S: RECEIVERS? then takes the lock, settles   R: moved? then polls; else enters the list, unlocks
 * </pre>
 *
 * All four accesses are totally ordered, so that S reads RECEIVERS or R reads the moved tail, or
 * both. In the first case S takes the lock after R has released it, so R is in the list. For a
 * sender that waits and a receiver that makes room it is the same with head and SENDERS. A stale
 * flag only costs a look under the lock.
 */
abstract class Meeting<T> {
    private static final int LOCKED = 1;

    /** A receiver waits. */
    static final int RECEIVERS = 2;

    /** A sender waits that has not been told of room. */
    static final int SENDERS = 4;

    /** A message was given back. */
    static final int RETURNED = 8;

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

    final MessageQueue<T> queue;

    @SuppressWarnings("FieldMayBeFinal") // changed through STATE
    private volatile int state;

    // ---- guarded by the lock ----

    /** How many senders were told of room and have not been polled since. */
    int reserved;

    final WaitList<T, ReceiveOperation<T, ?>> receivers = new WaitList<>();
    final WaitList<T, SendOperation<T>> senders = new WaitList<>();

    /** The receives whose messages were given back, by ticket. */
    final WaitList<T, ReceiveOperation<T, ?>> returned = new WaitList<>();

    private long tickets;

    /** Whom the holder of the lock has to wake when it has released it. */
    @Nullable Waker toWake;

    Meeting(long capacity, MessageQueue<T> queue) {
        this.capacity = capacity;
        this.queue = queue;
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
        return capacity - queue.size() + receivers.size() - reserved;
    }

    /** The oldest message. */
    final @Nullable T take() {
        ReceiveOperation<T, ?> back = returned.first();
        if (back == null) {
            return queue.poll();
        }
        returned.remove(back);
        return back.takeMessage();
    }

    /** Gives a message to a receiver that waits. */
    final void hand(ReceiveOperation<T, ?> receiver, T message) {
        receivers.remove(receiver);
        receiver.message = message;
        receiver.ticket = nextTicket();
        receiver.state(Operation.HANDED);
        toWake = receiver.waker;
    }

    /** Tells the sender that waits longest, if there is room for its message. */
    final boolean grantRoom() {
        SendOperation<T> sender = senders.first();
        if (sender == null || room() <= 0) {
            return false;
        }
        senders.remove(sender);
        reserved++;
        sender.state(Operation.GRANTED);
        toWake = sender.waker;
        return true;
    }

    private <O extends Operation<T>> void refuse(WaitList<T, O> list, O operation) {
        list.remove(operation);
        operation.state(Operation.REFUSED);
        toWake = operation.waker;
    }

    /** Does one of the things that are due, if any is; then there is somebody to wake. */
    private boolean settleOne() {
        boolean closed = queue.isClosed();
        ReceiveOperation<T, ?> receiver = receivers.first();
        if (receiver != null) {
            T message = take();
            if (message != null) {
                hand(receiver, message);
                return true;
            }
            if (closed) {
                refuse(receivers, receiver);
                return true;
            }
        }
        SendOperation<T> sender = senders.first();
        if (closed && sender != null) {
            refuse(senders, sender);
            return true;
        }
        return grantRoom();
    }

    private boolean isSettled() {
        boolean closed = queue.isClosed();
        boolean served = receivers.first() == null || (!closed && queue.isEmpty());
        return served && (senders.first() == null || (!closed && room() <= 0));
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

    final void unlockAndWake() {
        Waker waker = toWake;
        toWake = null;
        int flags =
                (receivers.first() == null ? 0 : RECEIVERS)
                        | (senders.first() == null ? 0 : SENDERS)
                        | (returned.first() == null ? 0 : RETURNED);
        STATE.setRelease(this, flags); // pairs with the CAS in lock
        if (waker != null) {
            Wakes.wake(waker);
        }
    }

    // ---- looking in from outside, without the lock ----

    /** How many messages are there; exact if nothing happens meanwhile. */
    final int size() {
        return (int) Math.min(Integer.MAX_VALUE, (long) queue.size() + returned.size());
    }

    final boolean isClosed() {
        return queue.isClosed();
    }

    @Override
    public final String toString() {
        return size()
                + " messages, "
                + receivers.size()
                + " receivers and "
                + (senders.size() + reserved)
                + " senders waiting, "
                + (isClosed() ? "closed" : "open");
    }
}
