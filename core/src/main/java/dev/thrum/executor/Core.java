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

    /** How the owner takes jobs from other cores. */
    final Thief thief;

    /** Counts the jobs. */
    int tick;

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
        this.thief = new Thief(scheduler, this);
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

    /**
     * Makes sure that everything that is ready and may run here is in the ring, if that is empty.
     */
    void collectReady() {
        drainInjected();
        if (ring.isEmpty()) {
            thief.steal(1);
        }
    }
}
