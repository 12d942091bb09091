package dev.thrum.channel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A queue of fixed size, for small capacities: uses the same cells over and over and allocates
 * nothing.
 *
 * <p>After Dmitry Vyukov's bounded MPMC queue: beside each cell stands a turn, which says what the
 * cell is ready for: {@code i}, for message {@code i} to be written; {@code i + 1}, for it to be
 * taken; {@code i + length} after that. Unlike his, this one need not have a power of two as its
 * capacity, and tells exactly when it is full or empty: the counters say that, and a turn that lags
 * behind them is waited for.
 */
final class RingQueue<T> extends MessageQueue<T> {
    private static final VarHandle TURN = MethodHandles.arrayElementVarHandle(long[].class);

    private static final int BUSY_CAPACITY = 16;

    private final @Nullable Object[] cells;
    private final long[] turns;
    private final int mask;

    RingQueue(int capacity) {
        super(capacity >= BUSY_CAPACITY);
        // Two at least: with one, "to be taken" and "to be written anew" would be the same turn.
        int length = capacity <= 2 ? 2 : Integer.highestOneBit(capacity - 1) << 1;
        cells = new Object[length];
        turns = new long[length];
        mask = length - 1;
        for (int i = 0; i < length; i++) {
            turns[i] = i;
        }
    }

    @Override
    int offer(T message, long limit) {
        for (int spins = 0; ; ) {
            long t = tail();
            if (t < 0) {
                return CLOSED;
            }
            if (isFull(t, limit)) {
                return FULL;
            }
            int i = (int) t & mask;
            // Acquire: pairs with the release in poll, after which the cell is ours.
            if ((long) TURN.getAcquire(turns, i) != t) {
                spins = pause(spins); // t is stale, or the cell's last message is being taken
            } else if (claimTail(t)) {
                cells[i] = message; // plain: published by the next line
                TURN.setRelease(turns, i, t + 1);
                return ACCEPTED;
            } else {
                backOff();
            }
        }
    }

    @Override
    @SuppressWarnings("unchecked") // only offer writes to cells
    @Nullable T poll() {
        for (int spins = 0; ; ) {
            long h = head();
            int i = (int) h & mask;
            // Acquire: pairs with the release in offer, before which the cell was written.
            if ((long) TURN.getAcquire(turns, i) != h + 1) {
                if (isEmptyAt(h)) {
                    return null;
                }
                spins = pause(spins); // h is stale, or the message is being written
            } else if (claimHead(h)) {
                Object message = cells[i];
                cells[i] = null;
                TURN.setRelease(turns, i, h + cells.length);
                return (T) message;
            } else {
                backOff();
            }
        }
    }
}
