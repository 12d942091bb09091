package dev.thrum.channel;

import dev.thrum.task.Waker;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The inside of a channel: a queue of messages, and the operations that wait.
 *
 * <p>As long as nobody waits, an operation is one on the lock-free {@link MessageQueue} and a look
 * at the flags of the {@link Meeting}. Its lock is taken by who begins or ends to wait, and by who
 * finds in the flags that somebody waits.
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
 *       puts it among the {@link #returned}, which come before the queue.
 * </ul>
 *
 * <p>When the lock is free, no receiver waits while there is a message, and no sender waits, that
 * has not been told, while there is room; except that a thread is on its way to {@link #settle}.
 */
final class Exchange<T> extends Meeting<T> {
    /** Beside the results of the queue: the operation has entered a list. */
    static final int WAITS = 3;

    Exchange(long capacity, MessageQueue<T> queue) {
        super(capacity, queue);
    }

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
                int result = sendUnlessOthersWait(send.message());
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
        int result = sendUnlessOthersWait(message);
        if (result == MessageQueue.FULL) {
            lockSettled(0);
            try {
                result = senders.first() == null ? sendLocked(message) : MessageQueue.FULL;
            } finally {
                unlockAndWake();
            }
        }
        if (result == MessageQueue.CLOSED) {
            throw ChannelClosedException.sending();
        }
        return result == MessageQueue.ACCEPTED;
    }

    /** The way without the lock; FULL also if somebody waits. */
    private int sendUnlessOthersWait(T message) {
        if ((flags() & (SENDERS | RECEIVERS)) != 0) {
            return MessageQueue.FULL;
        }
        // A stale "reserved" takes room that was promised; who finds it gone keeps its place.
        int result = queue.offer(message, capacity - reserved);
        if (result == MessageQueue.ACCEPTED && (flags() & RECEIVERS) != 0) {
            settle();
        }
        return result;
    }

    private int sendOrWait(SendOperation<T> send, Waker waker) {
        lockSettled(SENDERS);
        try {
            int result = MessageQueue.FULL;
            if (send.state() == Operation.GRANTED) {
                reserved--;
                result = sendLocked(send.message());
            } else if (senders.first() == null) {
                result = sendLocked(send.message());
            }
            if (result != MessageQueue.FULL) {
                return result;
            }
            send.waker = waker;
            if (send.state() == Operation.NEW) {
                send.claim();
                send.ticket = nextTicket();
                senders.add(send);
            } else {
                senders.addByTicket(send);
            }
            send.state(Operation.WAITING);
            return WAITS;
        } finally {
            unlockAndWake();
        }
    }

    /** Sends a message whose turn it is. The lock is held and all is settled. */
    private int sendLocked(T message) {
        if (queue.isClosed()) {
            return MessageQueue.CLOSED;
        }
        if (room() <= 0) {
            return MessageQueue.FULL;
        }
        ReceiveOperation<T, ?> receiver = receivers.first();
        if (receiver == null) {
            return queue.offer(message, capacity - reserved);
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
                receive.message = receiveUnlessOthersWait();
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
        T message = receiveUnlessOthersWait();
        if (message == null
                && (capacity == 0 || queue.isClosed() || (flags() & (RECEIVERS | RETURNED)) != 0)) {
            message = tryReceiveLocked();
        }
        return Optional.ofNullable(message);
    }

    /** The way without the lock; null also if somebody waits. */
    private @Nullable T receiveUnlessOthersWait() {
        if ((flags() & (RECEIVERS | RETURNED)) != 0) {
            return null;
        }
        T message = queue.poll();
        if (message != null && (flags() & SENDERS) != 0) {
            settle();
        }
        return message;
    }

    private @Nullable T tryReceiveLocked() {
        lockSettled(0);
        try {
            if (receivers.first() != null) {
                return null; // there is no message, or they would not wait
            }
            T message = take();
            SendOperation<T> sender = senders.first();
            if (message != null) {
                grantRoom();
            } else if (queue.isClosed()) {
                throw ChannelClosedException.receiving();
            } else if (sender != null) { // a rendezvous
                senders.remove(sender);
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
            if (receivers.first() == null) {
                receive.message = take();
                if (receive.message != null) {
                    grantRoom();
                    return MessageQueue.ACCEPTED;
                }
                if (queue.isClosed()) {
                    return MessageQueue.CLOSED;
                }
            }
            receive.claim();
            receive.waker = waker;
            receive.state(Operation.WAITING);
            receivers.add(receive);
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
                case Operation.WAITING -> senders.remove(send);
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
                case Operation.WAITING -> receivers.remove(receive);
                case Operation.HANDED -> giveBack(receive);
                default -> {}
            }
            receive.end();
        } finally {
            unlockAndWake();
        }
    }

    private void giveBack(ReceiveOperation<T, ?> receive) {
        ReceiveOperation<T, ?> heir = receivers.first();
        if (heir != null) {
            long ticket = receive.ticket;
            hand(heir, receive.takeMessage());
            heir.ticket = ticket; // the message is as old as it was
        } else {
            receive.waker = Waker.noop();
            returned.addByTicket(receive);
        }
    }

    void close() {
        lock(0);
        try {
            queue.close();
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
