package dev.thrum.channel;

import dev.thrum.task.Waker;
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
     * Sends a message if that can be done without the lock.
     *
     * @return a result of {@link MessageQueue#offer}; FULL also if it cannot
     */
    abstract int sendUnlocked(T message);

    /** Takes the oldest message if that can be done without the lock; null also if it cannot. */
    abstract @Nullable T receiveUnlocked();

    /** Whether there may be something to receive, or to tell, though the above gave null. */
    abstract boolean isLockToBeTaken();

    // ---- sending ----

    /**
     * A poll of a send.
     *
     * @param seen the operation's state
     * @return {@link #WAITS}, {@link MessageQueue#ACCEPTED} or {@link MessageQueue#CLOSED}
     */
    int send(SendOperation<T> send, int seen, Waker waker) {
        return switch (seen) {
            case Operation.NEW -> {
                int result = sendUnlocked(send.message());
                yield result == MessageQueue.FULL ? sendOrWait(send, waker) : result;
            }
            case Operation.GRANTED -> sendOrWait(send, waker);
            case Operation.WAITING ->
                    waitsOn(send, waker) ? WAITS : send(send, send.state(), waker);
            case Operation.TAKEN -> MessageQueue.ACCEPTED;
            default -> MessageQueue.CLOSED;
        };
    }

    boolean trySend(T message) {
        int result = sendUnlocked(message);
        if (result == MessageQueue.FULL) {
            lockSettled(0);
            try {
                result = firstSender() == null ? sendLocked(message) : MessageQueue.FULL;
            } finally {
                unlockAndWake();
            }
        }
        if (result == MessageQueue.CLOSED) {
            throw ChannelClosedException.sending();
        }
        return result == MessageQueue.ACCEPTED;
    }

    private int sendOrWait(SendOperation<T> send, Waker waker) {
        lockSettled(SENDERS);
        try {
            int result = MessageQueue.FULL;
            if (send.state() == Operation.GRANTED) {
                reserved--;
                result = sendLocked(send.message());
            } else if (firstSender() == null) {
                result = sendLocked(send.message());
            }
            if (result != MessageQueue.FULL) {
                return result;
            }
            send.waker = waker;
            if (send.state() == Operation.NEW) {
                send.claim();
                add(send);
            } else {
                addByTicket(send);
            }
            send.state(Operation.WAITING);
            return WAITS;
        } finally {
            unlockAndWake();
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
        ReceiveOperation<T, ?> receiver = firstReceiver();
        if (receiver == null) {
            return offer(message);
        }
        hand(receiver, message);
        return MessageQueue.ACCEPTED;
    }

    // ---- receiving ----

    /**
     * A poll of a receive. If there is a message, it is in the operation afterwards.
     *
     * @param seen the operation's state
     * @return {@link #WAITS}, {@link MessageQueue#ACCEPTED} or {@link MessageQueue#CLOSED}
     */
    int receive(ReceiveOperation<T, ?> receive, int seen, Waker waker) {
        return switch (seen) {
            case Operation.NEW -> {
                receive.message = receiveUnlocked();
                yield receive.message == null
                        ? receiveOrWait(receive, waker)
                        : MessageQueue.ACCEPTED;
            }
            case Operation.WAITING ->
                    waitsOn(receive, waker) ? WAITS : receive(receive, receive.state(), waker);
            case Operation.HANDED -> MessageQueue.ACCEPTED;
            default -> MessageQueue.CLOSED;
        };
    }

    Optional<T> tryReceive() {
        T message = receiveUnlocked();
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
            T message = take();
            SendOperation<T> sender = firstSender();
            if (message != null) {
                grantRoom();
            } else if (isClosed()) {
                throw ChannelClosedException.receiving();
            } else if (sender != null) { // a rendezvous
                remove(sender);
                message = sender.takeMessage();
                sender.state(Operation.TAKEN);
                toWake = sender.waker;
            }
            return message;
        } finally {
            unlockAndWake();
        }
    }

    private int receiveOrWait(ReceiveOperation<T, ?> receive, Waker waker) {
        lockSettled(RECEIVERS);
        try {
            if (firstReceiver() == null) {
                receive.message = take();
                if (receive.message != null) {
                    grantRoom();
                    return MessageQueue.ACCEPTED;
                }
                if (isClosed()) {
                    return MessageQueue.CLOSED;
                }
            }
            receive.claim();
            receive.waker = waker;
            receive.state(Operation.WAITING);
            add(receive);
            grantRoom(); // as one more receiver waits
            return WAITS;
        } finally {
            unlockAndWake();
        }
    }

    // ---- cancelling, closing ----

    /**
     * Withdraws a send.
     *
     * @return false if its message has been received
     */
    boolean cancel(SendOperation<T> send) {
        lock(0);
        try {
            switch (send.state()) {
                case Operation.WAITING -> remove(send);
                case Operation.GRANTED -> {
                    reserved--;
                    grantRoom();
                }
                case Operation.TAKEN -> {
                    return false;
                }
                default -> {}
            }
            send.message = null;
            send.end();
            return true;
        } finally {
            unlockAndWake();
        }
    }

    /** Withdraws a receive, and passes on what it was given. */
    void cancel(ReceiveOperation<T, ?> receive) {
        lock(0);
        try {
            switch (receive.state()) {
                case Operation.WAITING -> remove(receive);
                case Operation.HANDED -> giveBack(receive);
                default -> {}
            }
            receive.end();
        } finally {
            unlockAndWake();
        }
    }

    private void giveBack(ReceiveOperation<T, ?> receive) {
        ReceiveOperation<T, ?> heir = firstReceiver();
        if (heir != null) {
            long ticket = receive.ticket;
            hand(heir, receive.takeMessage());
            heir.ticket = ticket; // the message is as old as it was
        } else {
            receive.waker = Waker.noop();
            keep(receive);
        }
    }

    void close() {
        lock(0);
        try {
            markClosed();
        } finally {
            unlockAndWake();
        }
        settle();
    }

    /**
     * Another poll of an operation that waits.
     *
     * @return false if its state has changed
     */
    private boolean waitsOn(Operation<T> operation, Waker waker) {
        if (operation.waker == waker) {
            return true; // a change of state since it was read is followed by a wake
        }
        lock(0);
        try {
            if (operation.state() != Operation.WAITING) {
                return false;
            }
            operation.waker = waker;
            return true;
        } finally {
            unlockAndWake();
        }
    }
}
