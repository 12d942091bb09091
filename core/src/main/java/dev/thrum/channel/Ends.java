package dev.thrum.channel;

/**
 * The counters of a queue: {@code tail}, which senders move, and {@code head}, which receivers
 * move, each with what its side has last seen of the other, in cache lines of their own: two of 64
 * bytes, as some processors fetch them in pairs. What is final in subclasses is behind them, in
 * lines that nobody writes.
 */
@SuppressWarnings("unused") // padding only takes room
abstract class Ends extends HeadEnd {
    private long r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12, r13, r14;
}

@SuppressWarnings("unused")
abstract class BeforeTail {
    private long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14;
}

abstract class TailEnd extends BeforeTail {
    volatile long tail;

    /** A value that {@code head} has had, which saves the senders reading it. */
    long headSeen;
}

@SuppressWarnings("unused")
abstract class BetweenEnds extends TailEnd {
    private long q0, q1, q2, q3, q4, q5, q6, q7, q8, q9, q10, q11, q12, q13, q14;
}

abstract class HeadEnd extends BetweenEnds {
    volatile long head;

    /** A value that {@code tail} has had, which saves the receivers reading it. */
    long tailSeen;
}
