package dev.thrum.channel;

import dev.thrum.task.Waker;
import dev.thrum.waiting.Owner;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The inside of a channel: messages, and the operations that wait. Here is what happens under the
 * lock of the {@link Meeting}; the subclasses say how messages are kept, and what can be done
 * without it.
 *
 * <h2>Who gets what</h2>
 *
 * <ul>
 *   <li>A message is <em>handed</em> to the receiver that waits longest, which is out of the list
 *       then. A receiver waits only when there is no message, so it has none but the oldest.
 *   <li>A sender is only <em>told</em> that there is room. It puts its message in when it is polled
 *       next; until then it may change its mind, and nobody has seen the message. Room that was
 *       promised is {@link #reserved}.
 *   <li>There is room for as many messages as the capacity says, and one more for each receiver
 *       that waits. For a rendezvous, of capacity 0, that is all there is.
 *   <li>A receiver that gives up hands its message to the one that waits longest, or, if none does,
 *       {@linkplain #keep keeps} it among those given back, which come before the queue.
 * </ul>
 *
 * <p>When the lock is free, no receiver waits while there is a message, and no sender waits, that
 * has not been told, while there is room; except that a thread is on its way to {@link #settle}.
 */
abstract class Exchange<T> extends Meeting<T> {
    /** Beside the results of the queue: the operation has entered a list. */
    static final int WAITS = 3;

    Exchange(long capacity) {
        super(capacity);
    }

    /**
     * Sends a message in the simplest case: without the lock, or if nobody waits but for a
     * receiver.
     *
     * @return a result of {@link MessageQueue#offer}; FULL also if it is another case
     */
    abstract int sendQuickly(T message);

    /** Takes the oldest message in the simplest case; null also if it is another one. */
    abstract @Nullable T receiveQuickly();

    /**
     * Begins to wait for room in the simplest case: nobody waits, and there is none.
     *
     * @return null if it is another case
     */
    abstract @Nullable WaitingSend<T> waitQuickly(T message, Waker waker, Object owner);

    /**
     * Begins to wait for a message in the simplest case: nobody waits, and there is none.
     *
     * @return null if it is another case
     */
    abstract @Nullable WaitingReceive<T, ?> waitQuickly(
            boolean optional, Waker waker, Object owner);

    /** Whether there may be something to receive, or to tell, though the above gave null. */
    abstract boolean isLockToBeTaken();

    // ---- sending ----

    /**
     * The first poll of a send that cannot be done without the lock.
     *
     * @return null if the message is in; else what waits from now on
     * @throws ChannelClosedException if this is closed
     */
    final @Nullable WaitingSend<T> sendOrWait(T message, Waker waker) {
        Object owner = Owner.of(waker); // it may throw: before anything has happened
        WaitingSend<T> waiting = waitQuickly(message, waker, owner);
        if (waiting != null) {
            return waiting;
        }
        int result = MessageQueue.FULL;
        lockSettled(SENDERS);
        try {
            if (firstSender() == null) {
                result = sendLocked(message);
            }
            if (result == MessageQueue.FULL) {
                waiting = new WaitingSend<>(this, message, waker, owner);
                add(waiting);
            }
        } finally {
            try {
                unlockAndWake();
            } catch (StackOverflowError e) {
                state = (state & CLOSED) | ABANDONED;
            }
        }
        if (result == MessageQueue.CLOSED) {
            throw ChannelClosedException.sending();
        }
        return waiting;
    }

    /**
     * The first poll of a send that is not to take effect at once: it waits behind all others, and
     * is told of room, or that this is closed, like them.
     */
    final WaitingSend<T> waitToSend(T message, Waker waker) {
        WaitingSend<T> waiting = new WaitingSend<>(this, message, waker, Owner.of(waker));
        lock(SENDERS);
        try {
            add(waiting);
        } finally {
            try {
                unlockAndWake();
            } catch (StackOverflowError e) {
                state = (state & CLOSED) | ABANDONED;
            }
        }
        try {
            settle();
        } catch (StackOverflowError e) {
            // It waits, and who takes the lock next settles.
        }
        return waiting;
    }

    /**
     * A poll of a send that has waited.
     *
     * @param seen its state
     * @return {@link #WAITS}, {@link MessageQueue#ACCEPTED} or {@link MessageQueue#CLOSED}
     */
    final int resume(WaitingSend<T> send, int seen, Waker waker) {
        return switch (seen) {
            case WaitingOperation.GRANTED -> sendOrWaitOn(send, waker);
            case WaitingOperation.WAITING ->
                    waitsOn(send, waker) ? WAITS : resume(send, send.state(), waker);
            case WaitingOperation.TAKEN -> MessageQueue.ACCEPTED;
            default -> MessageQueue.CLOSED;
        };
    }

    boolean trySend(T message) {
        int result = sendQuickly(message);
        if (result == MessageQueue.FULL) {
            lockSettled(0);
            try {
                result = firstSender() == null ? sendLocked(message) : MessageQueue.FULL;
            } finally {
                try {
                    unlockAndWake();
                } catch (StackOverflowError e) {
                    state = (state & CLOSED) | ABANDONED;
                }
            }
        }
        if (result == MessageQueue.CLOSED) {
            throw ChannelClosedException.sending();
        }
        return result == MessageQueue.ACCEPTED;
    }

    private int sendOrWaitOn(WaitingSend<T> send, Waker waker) {
        lockSettled(SENDERS);
        try {
            reserved--;
            int result = sendLocked(send.message());
            if (result == MessageQueue.FULL) {
                send.waker = waker;
                addByTicket(send);
                send.state = WaitingOperation.WAITING;
                return WAITS;
            }
            try {
                send.end();
            } catch (StackOverflowError e) {
                send.state = WaitingOperation.ENDED;
            }
            return result;
        } catch (Throwable noMemory) { // or no stack
            reserved++; // as the state is GRANTED still
            throw noMemory;
        } finally {
            try {
                unlockAndWake();
            } catch (StackOverflowError e) {
                state = (state & CLOSED) | ABANDONED;
            }
        }
    }

    /** Sends a message whose turn it is. The lock is held and all is settled. */
    private int sendLocked(T message) {
        if (isClosed()) {
            return MessageQueue.CLOSED;
        }
        if (room() <= 0) {
            return MessageQueue.FULL;
        }
        WaitingReceive<T, ?> receiver = firstReceiver();
        if (receiver == null) {
            return offer(message);
        }
        toWake = hand(receiver, message);
        return MessageQueue.ACCEPTED;
    }

    // ---- receiving ----

    /**
     * The first poll of a receive that cannot be done without the lock.
     *
     * @param optional see {@link Receive}
     * @return the message; null if there is none, and this is closed; else the {@link
     *     WaitingReceive} that waits from now on
     */
    final @Nullable Object receiveOrWait(boolean optional, Waker waker) {
        Object owner = Owner.of(waker); // it may throw: before anything has happened
        WaitingReceive<T, ?> alone = waitQuickly(optional, waker, owner);
        if (alone != null) {
            return alone;
        }
        lockSettled(RECEIVERS);
        try {
            if (firstReceiver() == null) {
                T message = take();
                if (message != null) {
                    try {
                        grantRoom(0);
                    } catch (StackOverflowError e) {
                        // The message counts more; who takes the lock next tells the sender.
                    }
                    return message;
                }
                if (isClosed()) {
                    return null;
                }
            }
            WaitingReceive<T, ?> waiting = new WaitingReceive<>(this, optional, waker, owner);
            grantRoom(1); // as one more receiver waits: this one
            add(waiting);
            return waiting;
        } finally {
            try {
                unlockAndWake();
            } catch (StackOverflowError e) {
                state = (state & CLOSED) | ABANDONED;
            }
        }
    }

    /** The first poll of a receive that is not to take effect at once; see {@link #waitToSend}. */
    final WaitingReceive<T, ?> waitToReceive(boolean optional, Waker waker) {
        WaitingReceive<T, ?> waiting = new WaitingReceive<>(this, optional, waker, Owner.of(waker));
        lock(RECEIVERS);
        try {
            add(waiting);
        } finally {
            try {
                unlockAndWake();
            } catch (StackOverflowError e) {
                state = (state & CLOSED) | ABANDONED;
            }
        }
        try {
            settle();
        } catch (StackOverflowError e) {
            // It waits, and who takes the lock next settles.
        }
        return waiting;
    }

    /**
     * A poll of a receive that has waited. If there is a message, it is in the operation.
     *
     * @param seen its state
     * @return {@link #WAITS}, {@link MessageQueue#ACCEPTED} or {@link MessageQueue#CLOSED}
     */
    final int resume(WaitingReceive<T, ?> receive, int seen, Waker waker) {
        return switch (seen) {
            case WaitingOperation.WAITING ->
                    waitsOn(receive, waker) ? WAITS : resume(receive, receive.state(), waker);
            case WaitingOperation.HANDED -> MessageQueue.ACCEPTED;
            default -> MessageQueue.CLOSED;
        };
    }

    Optional<T> tryReceive() {
        T message = receiveQuickly();
        if (message == null && isLockToBeTaken()) {
            message = tryReceiveLocked();
        }
        return Optional.ofNullable(message);
    }

    private @Nullable T tryReceiveLocked() {
        lockSettled(0);
        try {
            if (firstReceiver() != null) {
                return null; // there is no message, or they would not wait
            }
            WaitingSend<T> sender = firstSender();
            T message = take();
            if (message != null) {
                try {
                    grantRoom(0);
                } catch (StackOverflowError e) {
                    // Likewise.
                }
            } else if (isClosed()) {
                throw ChannelClosedException.receiving();
            } else if (sender != null && capacity == 0) {
                message = sender.message();
                release(sender, WaitingOperation.TAKEN);
            }
            return message;
        } finally {
            try {
                unlockAndWake();
            } catch (StackOverflowError e) {
                state = (state & CLOSED) | ABANDONED;
            }
        }
    }

    // ---- cancelling, closing ----

    /**
     * Withdraws a send.
     *
     * @return false if its message has been received
     */
    boolean cancel(WaitingSend<T> send) {
        lock(0);
        try {
            int state = send.state();
            if (state == WaitingOperation.TAKEN) {
                return false;
            }
            if (state == WaitingOperation.WAITING) {
                remove(send);
            }
            if (state == WaitingOperation.GRANTED) {
                grantRoom(1); // its own
                reserved--;
            }
            send.message = null;
            send.state = WaitingOperation.ENDED;
            return true;
        } finally {
            try {
                unlockAndWake();
            } catch (StackOverflowError e) {
                state = (state & CLOSED) | ABANDONED;
            }
        }
    }

    /** Withdraws a receive, and passes on what it was given. */
    void cancel(WaitingReceive<T, ?> receive) {
        lock(0);
        try {
            switch (receive.state()) {
                case WaitingOperation.WAITING -> remove(receive);
                case WaitingOperation.HANDED -> giveBack(receive);
                default -> {}
            }
            receive.state = WaitingOperation.ENDED;
        } finally {
            try {
                unlockAndWake();
            } catch (StackOverflowError e) {
                state = (state & CLOSED) | ABANDONED;
            }
        }
    }

    private void giveBack(WaitingReceive<T, ?> receive) {
        WaitingReceive<T, ?> heir = firstReceiver();
        if (heir != null) {
            toWake = hand(heir, receive.message());
            heir.ticket = receive.ticket; // the message is as old as it was
            receive.message = null;
        } else {
            receive.waker = Waker.noop(); // it keeps the message, and no task
            receive.owner = null;
            keep(receive);
        }
    }

    void close() {
        lock(0);
        try {
            markClosed();
        } finally {
            try {
                unlockAndWake();
            } catch (StackOverflowError e) {
                state = (state & CLOSED) | ABANDONED;
            }
        }
        settle();
    }

    /**
     * Another poll of an operation that waits.
     *
     * @return false if its state has changed
     */
    private boolean waitsOn(WaitingOperation<T> operation, Waker waker) {
        if (operation.waker == waker) {
            return true; // a change of state since it was read is followed by a wake
        }
        lock(0);
        try {
            if (operation.state() != WaitingOperation.WAITING) {
                return false;
            }
            operation.waker = waker;
            return true;
        } finally {
            try {
                unlockAndWake();
            } catch (StackOverflowError e) {
                state = (state & CLOSED) | ABANDONED;
            }
        }
    }
}
