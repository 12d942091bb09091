package dev.thrum.executor;

/**
 * What one core has seen of another since it began to watch it: whether that one gets on with its
 * jobs, and how long they take. Used by the owner of the core that watches.
 */
final class PeerWatch {
    /** An owner that has not taken a job for so long is busy: longer than most polls take. */
    static final long BUSY_NANOS = 5_000;

    /** Jobs that take so long, on average, are worth moving. */
    static final long LONG_JOB_NANOS = 2_000;

    /** For so long jobs are watched before that average is believed. */
    static final long SAMPLE_NANOS = 20_000;

    private long start;
    private long takenAtStart;

    /** How many jobs had been taken at the last look, and since when it is so many. */
    private long taken;

    private long since;

    /**
     * The watch begins.
     *
     * @param takenNow see {@link Core#taken}
     * @param now the time, in nanoseconds
     */
    void begin(long takenNow, long now) {
        start = now;
        takenAtStart = takenNow;
        taken = takenNow;
        since = now;
    }

    /** Looks again. */
    void look(long takenNow, long now) {
        if (takenNow != taken) {
            taken = takenNow;
            since = now;
        }
    }

    /** For how long its owner has not been seen to take a job. */
    long quietFor(long now) {
        return now - since;
    }

    /** Whether moving jobs that wait there, few as they are, gains more than it costs. */
    boolean isWorthStealing(long now) {
        long watched = now - start;
        return quietFor(now) >= BUSY_NANOS
                || (watched >= SAMPLE_NANOS && watched >= LONG_JOB_NANOS * (taken - takenAtStart));
    }
}
