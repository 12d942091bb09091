package dev.thrum.channel;

import dev.thrum.waiting.BackOff;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A queue of fixed size, for small capacities: uses the same cells over and over and allocates
 * nothing.
 *
 * <p>Message {@code i} stands in cell {@code i & mask}, and a cell without a message is null. After
 * Dmitry Vyukov's bounded MPMC queue, but without his turns beside the cells, as here the counters
 * say what is full or empty:
 *
 * <ul>
 *   <li>Who puts in message {@code t} finds cell {@code t} null and then moves {@code tail} from
 *       {@code t}. The message before it in this cell has been taken, since the queue is not full,
 *       and taken out, since the cell is null; so nobody else writes to it.
 *   <li>Who takes out message {@code h} knows that {@code tail} is beyond {@code h}, reads the
 *       cell, and then moves {@code head} from {@code h}. As the cell was null when {@code tail}
 *       was moved, what is in it now is message {@code h}, or null if that is still to be written.
 * </ul>
 */
final class RingQueue<T> extends MessageQueue<T> {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(Object[].class);

    private final @Nullable Object[] cells;

    RingQueue(int capacity) {
        int length = capacity <= 1 ? 1 : Integer.highestOneBit(capacity - 1) << 1;
        cells = new Object[length];
    }

    private int index(long number) {
        return (int) number & (cells.length - 1);
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
            int i = index(t);
            // Acquire: pairs with the release in poll, after which the cell is free.
            if (CELL.getAcquire(cells, i) != null) {
                spins =
                        BackOff.pause(
                                spins); // t is stale, or the cell's last message is being taken
            } else if (claimTail(t)) {
                try {
                    CELL.setRelease(cells, i, message);
                } catch (StackOverflowError e) {
                    cells[i] = message; // behind the CAS, a full fence
                }
                return ACCEPTED;
            } else {
                BackOff.keepOff();
            }
        }
    }

    @Override
    @SuppressWarnings("unchecked") // only offer writes to cells
    @Nullable T poll() {
        for (int spins = 0; ; ) {
            long h = head();
            if (isEmptyAt(h)) { // first: what is in the cell before is none of our business
                return null;
            }
            int i = index(h);
            // Acquire: pairs with the release in offer.
            Object message = CELL.getAcquire(cells, i);
            if (message == null) {
                spins = BackOff.pause(spins); // h is stale, or the message is being written
            } else if (claimHead(h)) {
                try {
                    CELL.setRelease(cells, i, null);
                } catch (StackOverflowError e) {
                    cells[i] = null; // likewise
                }
                return (T) message;
            } else {
                BackOff.keepOff();
            }
        }
    }
}
