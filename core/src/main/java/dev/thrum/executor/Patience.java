package dev.thrum.executor;

/**
 * For how long a worker without jobs watches a short queue whose owner gets on with it, before it
 * takes from it all the same; learnt from what the thefts before were good for. Used by the owner
 * of one core.
 *
 * <p>A theft was good if both, thief and owner, had jobs to do afterwards. Then the next one comes
 * sooner: in a chain of tasks that hand on messages, say, whatever the owner makes ready is queued
 * at the owner's, so the thief runs out of jobs again and again, and had better come back at once.
 * If the owner had none any more, everything has merely moved, with all that it touches; as it does
 * where the jobs wake each other in turns. If it was the thief who had none, it was not worth it
 * either. In both cases the next theft comes later: twice as late. After a good one, it comes in
 * half of the time, and in no case later than the first.
 */
final class Patience {
    /** To begin with. */
    static final long FIRST_NANOS = 100_000;

    /** So long that what a worker sees in that time tells something about the queue. */
    static final long SHORTEST_NANOS = 6_250;

    /** So long that what it costs to move everything to and fro does not matter any more. */
    static final long LONGEST_NANOS = 8 * FIRST_NANOS;

    /**
     * A theft is good only if the thief has something to do for so long: several times its cost.
     */
    static final long PAYING_NANOS = 20_000;

    /** And if for so many jobs of the thief the owner, too, had one. */
    static final long FAIR_SHARE = 8;

    private long nanos = FIRST_NANOS;

    // Of the last theft for want of patience.
    private long since;
    private long ownersTaken;
    private long thiefsTaken;

    /** How long the next watch is patient. */
    long nanos() {
        return nanos;
    }

    /**
     * Patience was lost, and jobs were taken.
     *
     * @param now the time
     * @param owner how many jobs have been taken from their owner's core by now, by that one
     *     mostly: see {@link Core#taken}
     * @param thief how many from the thief's
     */
    void lost(long now, long owner, long thief) {
        since = now;
        ownersTaken = owner;
        thiefsTaken = thief;
    }

    /** The thief has no jobs any more, for the first time since; the parameters are the same. */
    void learn(long now, long owner, long thief) {
        boolean paid = now - since >= PAYING_NANOS;
        boolean shared = FAIR_SHARE * (owner - ownersTaken) >= thief - thiefsTaken;
        nanos =
                paid && shared
                        ? Math.clamp(nanos / 2, SHORTEST_NANOS, FIRST_NANOS)
                        : Math.min(2 * nanos, LONGEST_NANOS);
    }
}
