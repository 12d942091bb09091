package dev.thrum.channel;

import org.jspecify.annotations.Nullable;

/**
 * The messages of a channel, first in first out: any number of threads put in and take out, without
 * a lock. It knows nothing of who waits.
 *
 * <p>Message number {@code i} is put in by whoever moves {@code tail} from {@code i} to {@code i +
 * 1}, and taken out by whoever moves {@code head} so, both by CAS; these are the moments at which
 * it is in and out. The cell is written after the one CAS and before the other, so a cell may be
 * found unwritten although the message is in: then its sender is about to write it, and {@link
 * #poll} waits for that few instructions.
 *
 * <p>The counters are half of a Dekker pair. Who puts in moves {@code tail} and then looks whether
 * somebody waits to receive; who is about to wait says so and then looks at {@code tail}. One of
 * the two sees the other. Likewise {@code head}, for those who wait to send. That costs no fence of
 * its own, as the CAS is one.
 *
 * <p>The sign of {@code tail} says that the queue is closed. As closing changes {@code tail}, no
 * message gets in after it.
 */
abstract class MessageQueue<T> extends Ends {
    /** The message is in. */
    static final int ACCEPTED = 0;

    /** There is no room for the message. */
    static final int FULL = 1;

    /** The queue is closed. */
    static final int CLOSED = 2;

    private static final long CLOSED_BIT = Long.MIN_VALUE;

    /**
     * Puts a message in, if fewer than {@code limit} are there.
     *
     * @return {@link #ACCEPTED}, {@link #FULL} or {@link #CLOSED}
     */
    abstract int offer(T message, long limit);

    /** Takes the oldest message out; null if there is none. */
    abstract @Nullable T poll();

    /** Whether {@code limit} messages were there at some moment since {@code t} was read. */
    final boolean isFull(long t, long limit) {
        if (t - headSeen() < limit) { // it may be stale, but only too small, and then head decides
            return false;
        }
        long h = head();
        sawHead(h);
        return t - h >= limit;
    }

    /**
     * Whether message {@code h}, where {@code h} was read from {@code head}, is not in yet; since
     * {@code head} is never behind {@code h} nor before {@code tail}, the queue was empty then.
     */
    final boolean isEmptyAt(long h) {
        if (h < tailSeen()) { // likewise
            return false;
        }
        long t = tail() & ~CLOSED_BIT;
        sawTail(t);
        return h >= t;
    }

    final boolean isEmpty() {
        return head() >= (tail() & ~CLOSED_BIT);
    }

    /** How many messages are in it: a number that was true at some moment of the call. */
    final int size() {
        for (; ; ) {
            long t = tail();
            long h = head();
            if (t == tail()) { // it has not moved in between: so many there were when h was read
                return (int) Math.min((t & ~CLOSED_BIT) - h, Integer.MAX_VALUE);
            }
        }
    }

    final boolean isClosed() {
        return tail() < 0;
    }

    final void close() {
        markTail(CLOSED_BIT);
    }
}
