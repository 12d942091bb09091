package dev.thrum.executor;

import java.util.Arrays;

/**
 * How one core takes jobs from the others; used by the core's owner only.
 *
 * <p>A long queue is halved at once. A short one is left alone as long as its owner gets on with
 * it: jobs that wake each other are cheapest on one core, where everything that they share is in
 * the cache, and where a job that was just woken runs within the microsecond; moving it costs more
 * than most jobs do. So who finds only short queues watches them for a while, as Go's scheduler
 * does with the one goroutine that is next, and takes from an owner that is busy with one job, or
 * whose jobs are long: see {@link PeerWatch}.
 *
 * <p>A queue may be empty at one look and not at the next, as with a task that wakes another and
 * suspends. Were the watch over at the first empty one, this core would fall asleep, and be woken
 * by the very next job: some microseconds of the waker's time, again and again. So it goes on for a
 * while after jobs have been seen to come and go.
 */
final class Thief {
    /** From so many jobs on a queue is long. */
    private static final int LONG_QUEUE = 16;

    /** After so long a short queue is stolen from in any case: it does not become empty. */
    private static final long PATIENCE_NANOS = 100_000;

    /** So long nothing has to happen elsewhere, after something did, for the watch to end. */
    private static final long GRACE_NANOS = 20_000;

    /** The same before anything has happened. */
    private static final long FIRST_GRACE_NANOS = 2_000;

    /**
     * How many pauses of the processor lie between two looks, some microseconds: each look takes
     * cache lines away from who is watched.
     */
    private static final int PAUSES = 128;

    private final WorkStealingScheduler scheduler;
    private final Core core;

    /** Where the ring of each core stood when this core last looked for stuck peers. */
    private final long[] takenBefore;

    /** What this core sees of each of the others. */
    private final PeerWatch[] watches;

    /** State of a xorshift generator, to begin with another victim each time; never 0. */
    private int random;

    Thief(WorkStealingScheduler scheduler, Core core) {
        this.scheduler = scheduler;
        this.core = core;
        int cores = scheduler.workers();
        this.takenBefore = new long[cores];
        this.watches = new PeerWatch[cores];
        Arrays.setAll(watches, _ -> new PeerWatch());
        this.random = 0x9E3779B9 * (core.index + 1); // odd multiplier: not 0 for any index
    }

    /**
     * Looks for jobs of other cores that are worth moving here, and moves them; if there are jobs
     * but none worth moving yet, it watches them.
     *
     * @param worker the owner
     * @return false if no other core has jobs; true if this core has some now, or if there is
     *     something else for the owner to do
     */
    boolean search(Worker worker) {
        if (steal(LONG_QUEUE)) {
            return true;
        }
        long start = scheduler.nanoTime();
        long lastActive = start;
        long grace = FIRST_GRACE_NANOS;
        long now = start;
        for (boolean begun = false; ; begun = true) {
            if (!scheduler.injected.isEmpty()
                    || !worker.localQueue().isEmpty()
                    || scheduler.isTerminated()) {
                return true;
            }
            boolean active = false;
            for (Core peer : scheduler.cores) {
                if (peer == core) {
                    continue;
                }
                PeerWatch watch = watches[peer.index];
                if (!begun) {
                    watch.begin(peer.taken(), now);
                }
                long waiting = peer.waiting();
                active |= watch.look(peer.taken(), now) || waiting > 0;
                if (waiting > 0
                        && (waiting >= LONG_QUEUE || watch.isWorthStealing(now))
                        && peer.stealTo(core)) {
                    return true;
                }
            }
            if (active) {
                lastActive = now;
                grace = GRACE_NANOS;
            } else if (now - lastActive >= grace) {
                return false;
            }
            if (now - start >= PATIENCE_NANOS) {
                return steal(1);
            }
            for (int i = 0; i < PAUSES; i++) {
                Thread.onSpinWait();
            }
            now = scheduler.nanoTime();
        }
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
