package dev.thrum.executor;

import org.jspecify.annotations.Nullable;

/**
 * One of the fixed number of roles among the workers: a queue of ready jobs and what belongs to its
 * scheduling. Exactly one thread at a time, its owner, has the role; but it can hand it over (see
 * {@link Scheduler#compensate}).
 *
 * <p>Except for {@link #ring} and {@link #next}, which are shared with thieves, and {@link
 * #worker}, everything in here is the owner's alone; a handover happens-before what the next owner
 * does.
 */
final class Core extends Padding {
    final int index;
    final RunQueue ring;

    /** The owner: whom to unpark. Written when the role is handed over, never while it sleeps. */
    volatile @Nullable Worker worker;

    /**
     * At index 0 the owner keeps the context of the job that it runs, see {@link Worker#enter}; at
     * 1 is the {@link #next} job.
     */
    final @Nullable Object[] cells = new Object[2 + Apart.SLOTS];

    /** What it runs before the jobs of the ring. */
    final NextJob next = new NextJob(cells, 1);

    private final WorkStealingScheduler scheduler;

    /** How the owner takes jobs from other cores. */
    final Thief thief;

    /** How the owner finds out whose. */
    final Lookout lookout;

    /** After how many more jobs it looks for what is not at hand: see {@link Worker}. */
    int untilChores;

    /** How often it has done so. */
    int chores;

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
        this.ring = new RunQueue(ringCapacity, maxBatch, Apart.SLOTS);
        this.thief = new Thief(scheduler, this);
        this.lookout = new Lookout(scheduler, this);
    }

    /**
     * Queues a ready job: as the next one, if that place is free, else behind all others. The
     * caller sees to it that a sleeper is woken.
     */
    void pushNext(Job job) {
        if (!next.offer(job)) {
            push(job);
        }
    }

    /** Queues a ready job behind all others. The caller sees to it that a sleeper is woken. */
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

    /** Whether no job is queued; volatile reads, the second half of a Dekker pair; any thread. */
    boolean isEmpty() {
        return next.isEmpty() && ring.isEmpty();
    }

    /** How many jobs wait, at some moment; any thread. */
    long waiting() {
        long taken = ring.taken();
        return ring.added() - taken + (next.isEmpty() ? 0 : 1);
    }

    /**
     * A number that grows by one for each shared job that is taken, except for a next job that a
     * thief takes; any thread.
     */
    long taken() {
        return ring.taken() + next.taken();
    }

    /** Moves jobs to another core, whose owner calls this. Returns whether there were any. */
    boolean stealTo(Core thief) {
        if (ring.stealTo(thief.ring) > 0) {
            return true;
        }
        Job job = next.take();
        if (job == null) {
            return false;
        }
        thief.push(job);
        return true;
    }

    /**
     * Makes sure that everything that is ready and may run here is in the ring, if that is empty;
     * but for the next job.
     */
    void collectReady() {
        drainInjected();
        if (ring.isEmpty()) {
            thief.steal(1);
        }
    }
}
