package dev.thrum.channel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The counters of a queue: {@code tail}, which senders move, and {@code head}, which receivers
 * move, each with what the other side has last seen of it, in cache lines of their own: two of 64
 * bytes, as some processors fetch them in pairs. What is final in subclasses is behind them, in
 * lines that nobody writes.
 */
@SuppressWarnings("unused") // padding only takes room
abstract class Ends extends HeadEnd {
    private static final VarHandle TAIL;
    private static final VarHandle HEAD_SEEN;
    private static final VarHandle HEAD;
    private static final VarHandle TAIL_SEEN;

    static {
        try {
            var lookup = MethodHandles.lookup();
            TAIL = lookup.findVarHandle(TailEnd.class, "tail", long.class);
            HEAD_SEEN = lookup.findVarHandle(TailEnd.class, "headSeen", long.class);
            HEAD = lookup.findVarHandle(HeadEnd.class, "head", long.class);
            TAIL_SEEN = lookup.findVarHandle(HeadEnd.class, "tailSeen", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12, r13, r14;

    final long tail() {
        return tail;
    }

    final boolean claimTail(long at) {
        return TAIL.compareAndSet(this, at, at + 1);
    }

    final void markTail(long bit) {
        TAIL.getAndBitwiseOr(this, bit);
    }

    final long head() {
        return head;
    }

    final boolean claimHead(long at) {
        return HEAD.compareAndSet(this, at, at + 1);
    }

    /**
     * A value that {@code head} has had. Acquire: pairs with the release in {@link #sawHead}, so
     * that reading it is as good as having read head then.
     */
    final long headSeen() {
        return (long) HEAD_SEEN.getAcquire(this);
    }

    final void sawHead(long value) {
        HEAD_SEEN.setRelease(this, value);
    }

    /** Likewise, a value that {@code tail} has had. */
    final long tailSeen() {
        return (long) TAIL_SEEN.getAcquire(this);
    }

    final void sawTail(long value) {
        TAIL_SEEN.setRelease(this, value);
    }
}

@SuppressWarnings("unused")
abstract class BeforeTail {
    private long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14;
}

@SuppressWarnings({"unused", "FieldMayBeFinal"}) // changed through handles
abstract class TailEnd extends BeforeTail {
    volatile long tail;

    /** Saves the senders reading {@code head}. */
    long headSeen;
}

@SuppressWarnings("unused")
abstract class BetweenEnds extends TailEnd {
    private long q0, q1, q2, q3, q4, q5, q6, q7, q8, q9, q10, q11, q12, q13, q14;
}

@SuppressWarnings({"unused", "FieldMayBeFinal"}) // changed through handles
abstract class HeadEnd extends BetweenEnds {
    volatile long head;

    /** Saves the receivers reading {@code tail}. */
    long tailSeen;
}
