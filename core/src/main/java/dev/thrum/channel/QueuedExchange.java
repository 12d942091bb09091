package dev.thrum.channel;

import dev.thrum.task.Waker;
import org.jspecify.annotations.Nullable;

/**
 * An exchange for many messages, in a lock-free {@link MessageQueue}. As long as nobody waits, an
 * operation is one on the queue and a look at the flags of the {@link Meeting}. The lock is taken
 * by who begins or ends to wait, and by who finds in the flags that somebody waits.
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
final class QueuedExchange<T> extends Exchange<T> {
    private final MessageQueue<T> queue;

    QueuedExchange(long capacity, MessageQueue<T> queue) {
        super(capacity);
        this.queue = queue;
    }

    @Override
    int sendQuickly(T message) {
        if ((flags() & (SENDERS | RECEIVERS)) != 0) {
            return MessageQueue.FULL;
        }
        // A stale "reserved" takes room that was promised; who finds it gone keeps its place.
        int result = queue.offer(message, capacity - reserved);
        if (result == MessageQueue.ACCEPTED && (state & RECEIVERS) != 0) {
            try {
                settle();
            } catch (StackOverflowError e) {
                // The message is in; the next operation sees the flag, too.
            }
        }
        return result;
    }

    @Override
    @Nullable T receiveQuickly() {
        if ((flags() & (RECEIVERS | RETURNED)) != 0) {
            return null;
        }
        T message = queue.poll();
        if (message != null && (state & SENDERS) != 0) {
            try {
                settle();
            } catch (StackOverflowError e) {
                // Likewise, it is out.
            }
        }
        return message;
    }

    /** Who is about to wait says so first, and then looks at the counters: see above. */
    @Override
    @Nullable WaitingSend<T> waitQuickly(T message, Waker waker, Object owner) {
        return null;
    }

    @Override
    @Nullable WaitingReceive<T, ?> waitQuickly(boolean optional, Waker waker, Object owner) {
        return null;
    }

    @Override
    boolean isLockToBeTaken() {
        // A message that is there now: the flags that kept off who looked first may be down again.
        return queue.isClosed()
                || (flags() & (RECEIVERS | RETURNED | SENDERS)) != 0
                || !queue.isEmpty();
    }

    @Override
    boolean isClosed() {
        return queue.isClosed();
    }

    @Override
    int queued() {
        return queue.size();
    }

    @Override
    int offer(T message) {
        return queue.offer(message, capacity - reserved);
    }

    @Override
    @Nullable T poll() {
        return queue.poll();
    }

    @Override
    void markClosed() {
        queue.close();
    }
}
