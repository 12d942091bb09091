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

    /** An average is that of so long a time, or of the time between two looks if that is longer. */
    static final long SAMPLE_NANOS = 20_000;

    /** The present sample: since when, and how many jobs had been taken then. */
    private long start;

    private long takenAtStart;

    /** Whether the jobs of the last sample were long. */
    private boolean longJobs;

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
        longJobs = false;
    }

    /** Looks again. */
    void look(long takenNow, long now) {
        if (takenNow != taken) {
            taken = takenNow;
            since = now;
        }
        long sampled = now - start;
        if (sampled >= SAMPLE_NANOS) { // what came before tells nothing about the present jobs
            longJobs = sampled >= LONG_JOB_NANOS * (takenNow - takenAtStart);
            start = now;
            takenAtStart = takenNow;
        }
    }

    /** For how long its owner has not been seen to take a job. */
    long quietFor(long now) {
        return now - since;
    }

    /** Whether moving jobs that wait there, few as they are, gains more than it costs. */
    boolean isWorthStealing(long now) {
        return longJobs || quietFor(now) >= BUSY_NANOS;
    }
}
