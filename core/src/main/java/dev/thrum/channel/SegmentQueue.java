package dev.thrum.channel;

import dev.thrum.waiting.BackOff;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A queue of any size, for large capacities and for none: a linked list of arrays, each used once.
 * Allocates one of them for each {@value #SEGMENT_SIZE} messages.
 *
 * <p>Invariants. Segments are in the list in the order of their numbers, without gaps. {@code
 * tailSegment} is not behind the segment of any message that has been written, since who claims a
 * message's number moves it there before writing the message. Hence {@code headSegment}, which
 * follows the messages that were taken, is never beyond it.
 *
 * <p>A segment that both have passed is unlinked by pointing it to itself: so that it does not drag
 * its successors into the old generation, where it may be already; and not to null, which a sender
 * that is still looking at it would take for the end of the list.
 */
final class SegmentQueue<T> extends MessageQueue<T> {
    static final int SEGMENT_SIZE = 64;

    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(Object[].class);
    private static final VarHandle HEAD_SEGMENT;
    private static final VarHandle TAIL_SEGMENT;
    private static final VarHandle NEXT;

    static {
        try {
            var lookup = MethodHandles.lookup();
            HEAD_SEGMENT = lookup.findVarHandle(SegmentQueue.class, "headSegment", Segment.class);
            TAIL_SEGMENT = lookup.findVarHandle(SegmentQueue.class, "tailSegment", Segment.class);
            NEXT = lookup.findVarHandle(Segment.class, "next", Segment.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final class Segment {
        /** The number of the first message in it, a multiple of the size. */
        final long base;

        final @Nullable Object[] cells = new Object[SEGMENT_SIZE];

        @SuppressWarnings("FieldMayBeFinal") // changed through NEXT
        private volatile @Nullable Segment next;

        Segment(long base) {
            this.base = base;
        }

        boolean endsBefore(long number) {
            return number - base >= SEGMENT_SIZE;
        }
    }

    private volatile Segment headSegment = new Segment(0);
    private volatile Segment tailSegment = headSegment;

    @Override
    int offer(T message, long limit) {
        for (; ; ) {
            long t = tail();
            if (t < 0) {
                return CLOSED;
            }
            if (isFull(t, limit)) {
                return FULL;
            }
            Segment last = tailSegment;
            // Before the claim, as it may lack memory: nothing has happened then.
            Segment segment = reach(last, t);
            if (segment == null && t >= last.base) { // unlinked: somebody had no stack to move on
                segment = reach(headSegment, t);
            }
            if (segment == null) {
                continue; // t is stale
            }
            if (claimTail(t)) {
                int i = (int) (t - segment.base);
                try {
                    if (segment != last) {
                        moveTailSegment(segment);
                    }
                    // Release: pairs with the acquire in poll; orders the line above, too.
                    CELL.setRelease(segment.cells, i, message);
                } catch (StackOverflowError e) {
                    segment.cells[i] = message; // behind the CAS, a full fence
                }
                return ACCEPTED;
            }
            BackOff.keepOff();
        }
    }

    /** The segment of message {@code t}, made if need be; null if {@code t} is stale. */
    private static @Nullable Segment reach(Segment from, long t) {
        if (t < from.base) {
            return null;
        }
        Segment segment = from;
        while (segment.endsBefore(t)) {
            Segment next = segment.next;
            if (next == null) {
                Segment made = new Segment(segment.base + SEGMENT_SIZE);
                next = (Segment) NEXT.compareAndExchange(segment, null, made);
                if (next == null) {
                    next = made;
                }
            }
            if (next == segment) {
                return null; // unlinked
            }
            segment = next;
        }
        return segment;
    }

    private void moveTailSegment(Segment to) {
        for (; ; ) {
            Segment seen = tailSegment;
            if (seen.base >= to.base || TAIL_SEGMENT.compareAndSet(this, seen, to)) {
                return;
            }
        }
    }

    @Override
    @SuppressWarnings("unchecked") // only offer writes to cells
    @Nullable T poll() {
        for (int spins = 0; ; ) {
            long h = head();
            Segment first = headSegment;
            Segment segment = find(first, h);
            if (segment != null) {
                int i = (int) (h - segment.base);
                Object message = CELL.getAcquire(segment.cells, i);
                if (message != null) {
                    if (claimHead(h)) {
                        segment.cells[i] = null; // plain: nobody else looks at it any more
                        if (segment != first) {
                            try {
                                moveHeadSegment(first, segment);
                            } catch (StackOverflowError e) {
                                // The next one moves it.
                            }
                        }
                        return (T) message;
                    }
                    BackOff.keepOff();
                    continue;
                }
            }
            if (isEmptyAt(h)) {
                return null;
            }
            spins = BackOff.pause(spins); // h is stale, or the message is being written
        }
    }

    /** The segment of message {@code h}; null if it is not there, or {@code h} is stale. */
    private static @Nullable Segment find(Segment from, long h) {
        if (h < from.base) {
            return null;
        }
        Segment segment = from;
        while (segment.endsBefore(h)) {
            Segment next = segment.next;
            if (next == null || next == segment) {
                return null;
            }
            segment = next;
        }
        return segment;
    }

    private void moveHeadSegment(Segment from, Segment to) {
        if (!HEAD_SEGMENT.compareAndSet(this, from, to)) {
            return;
        }
        for (Segment passed = from; passed != to; ) {
            Segment next = passed.next;
            passed.next = passed;
            if (next == null) {
                throw new IllegalStateException("a gap in a list of segments; a bug in Thrum");
            }
            passed = next;
        }
    }
}
