package dev.thrum.executor;

import org.jspecify.annotations.Nullable;

/**
 * One of the fixed number of roles among the workers: a queue of ready jobs and what belongs to its
 * scheduling. Exactly one thread at a time, its owner, has the role; but it can hand it over (see
 * {@link Scheduler#compensate}).
 *
 * <p>Except for {@link #ring}, which is shared with thieves, and {@link #worker}, everything in
 * here is the owner's alone; a handover happens-before what the next owner does.
 */
final class Core {
    final int index;
    final RunQueue ring;

    /** The owner: whom to unpark. Written when the role is handed over, never while it sleeps. */
    volatile @Nullable Worker worker;

    private final WorkStealingScheduler scheduler;

    /** Where the ring of each core stood when this core last looked for stuck peers. */
    private final long[] takenBefore;

    /** Counts the jobs. */
    int tick;

    /** State of a xorshift generator, to begin with another victim each time; never 0. */
    private int random;

    /** A job was queued without looking whether somebody sleeps who could run it. */
    boolean owesSignal;

    /**
     * Before it runs a job, it must look whether somebody sleeps too long for the next timer: one
     * was armed, or the owner has just begun to be awake, perhaps because of one.
     */
    boolean owesDeadline = true;

    Core(WorkStealingScheduler scheduler, int index, int ringCapacity, int maxBatch) {
        this.scheduler = scheduler;
        this.index = index;
        this.ring = new RunQueue(ringCapacity, maxBatch);
        this.takenBefore = new long[scheduler.workers()];
        this.random = 0x9E3779B9 * (index + 1); // odd multiplier: not 0 for any index
    }

    /** Queues a ready job. The caller sees to it that a sleeper is woken. */
    void push(Job job) {
        if (!ring.offer(job)) {
            scheduler.injected.push(job); // no memory to grow: this queue needs none
        }
    }

    /** Moves the jobs that other threads have handed in to this ring. Returns whether any. */
    boolean drainInjected() {
        Job job = scheduler.injected.takeAll();
        if (job == null) {
            return false;
        }
        while (job != null) {
            Job next = job.next;
            job.next = null;
            push(job);
            job = next;
        }
        return true;
    }

    /** Moves jobs of some other core to this ring. Returns whether there were any. */
    boolean steal() {
        Core[] cores = scheduler.cores;
        random ^= random << 13;
        random ^= random >>> 17;
        random ^= random << 5;
        int victim = (random & Integer.MAX_VALUE) % cores.length;
        for (int i = 0; i < cores.length; i++) {
            if (victim != index && cores[victim].ring.stealTo(ring) > 0) {
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
            long taken = peer.ring.taken();
            if (peer != this
                    && taken == takenBefore[peer.index]
                    && !peer.ring.isEmpty()
                    && peer.ring.stealTo(ring) > 0) {
                stolen = true;
            }
            takenBefore[peer.index] = taken;
        }
        return stolen;
    }

    /**
     * Makes sure that everything that is ready and may run here is in the ring, if that is empty.
     */
    void collectReady() {
        drainInjected();
        if (ring.isEmpty()) {
            steal();
        }
    }
}
