package dev.thrum.executor;

/**
 * How one core takes jobs from the others; used by the core's owner only. When that is worth it, is
 * the business of {@link Lookout}.
 */
final class Thief {
    private final WorkStealingScheduler scheduler;
    private final Core core;

    /** Where the ring of each core stood when this core last looked for stuck peers. */
    private final long[] takenBefore;

    /** State of a xorshift generator, to begin with another victim each time; never 0. */
    private int random;

    Thief(WorkStealingScheduler scheduler, Core core) {
        this.scheduler = scheduler;
        this.core = core;
        int cores = scheduler.workers();
        this.takenBefore = new long[cores];
        this.random = 0x9E3779B9 * (core.index + 1); // odd multiplier: not 0 for any index
    }

    /** Moves jobs of some other core that has at least so many. Returns whether there was one. */
    boolean steal(int atLeast) {
        Core[] cores = scheduler.cores;
        random ^= random << 13;
        random ^= random >>> 17;
        random ^= random << 5;
        int victim = (random & Integer.MAX_VALUE) % cores.length;
        for (int i = 0; i < cores.length; i++) {
            Core peer = cores[victim];
            if (victim != core.index
                    && (atLeast <= 1 || peer.waiting() >= atLeast)
                    && peer.stealTo(core)) {
                return true;
            }
            victim = victim + 1 == cores.length ? 0 : victim + 1;
        }
        return false;
    }

    /**
     * Steals from every core that has jobs but has not taken one since this was last called: it may
     * be in a long job, and everybody else may be too busy ever to run out of jobs. Returns whether
     * anything was stolen.
     */
    boolean stealFromStuck() {
        boolean stolen = false;
        for (Core peer : scheduler.cores) {
            long taken = peer.taken();
            if (peer != core
                    && taken == takenBefore[peer.index]
                    && !peer.isEmpty()
                    && peer.stealTo(core)) {
                stolen = true;
            }
            takenBefore[peer.index] = taken;
        }
        return stolen;
    }
}
