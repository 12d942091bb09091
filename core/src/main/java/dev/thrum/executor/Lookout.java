package dev.thrum.executor;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * How a worker without jobs looks for some on other cores; used by the core's owner only.
 *
 * <p>A long queue is halved at once. A short one is left alone as long as its owner gets on with
 * it: jobs that wake each other are cheapest on one core, where everything that they share is in
 * the cache, and where a job that was just woken runs within the microsecond; moving it costs more
 * than most jobs do. So who finds only short queues watches them for a while, as Go's scheduler
 * does with the one goroutine that is next, and takes from an owner that is busy with one job, or
 * whose jobs are long: see {@link PeerWatch}. It loses patience in the end with short jobs, too,
 * but the later the less that was good for: see {@link Patience}.
 *
 * <p>The watch goes on as long as any other core is awake, also if nothing waits there at the
 * moment, as with tasks that wake each other. Were it over then, this worker would fall asleep, and
 * be woken by the very next job: that costs the waker some microseconds, on virtual machines tens
 * of them, again and again. (If all others are in long jobs, it does fall asleep.) While somebody
 * watches, nobody is woken for a job. After the first few looks it naps in between, and so uses
 * next to no processor time; Kotlin's scheduler does likewise. A nap is ended by whoever hands in a
 * job from outside, or makes a queue long ({@link WorkStealingScheduler}). One worker watches: who
 * comes to it while another one searches falls asleep, although there are jobs, which are the other
 * one's business then (see {@link Sleepers}).
 */
final class Lookout {
    /** From so many jobs on a queue is long. */
    static final int LONG_QUEUE = 16;

    /** For so long there are looks without naps: a bit longer than it takes to see who is busy. */
    private static final long SPIN_NANOS = 2 * PeerWatch.BUSY_NANOS;

    /**
     * How many pauses of the processor lie between two of these: each look disturbs the watched.
     */
    private static final int PAUSES = 128;

    private static final long FIRST_NAP_NANOS = 50_000;

    /** Bounds for how long a job may wait behind one that takes long, while this worker idles. */
    private static final long LONGEST_NAP_NANOS = 200_000;

    /** Who has been in one job for so long is not watched any more; a push wakes this worker. */
    private static final long QUIET_NANOS = 1_000_000;

    private final WorkStealingScheduler scheduler;
    private final Core core;
    private final long quietNanos;

    /** What this core sees of each of the others. */
    private final PeerWatch[] watches;

    /** After how long a short queue is stolen from in any case: it does not become empty. */
    private final Patience patience = new Patience();

    /** Whose jobs were taken last, if for want of patience. */
    private @Nullable Core victim;

    Lookout(WorkStealingScheduler scheduler, Core core) {
        this(scheduler, core, QUIET_NANOS);
    }

    /** For tests, which do not want a watch to end because of the time. */
    Lookout(WorkStealingScheduler scheduler, Core core, long quietNanos) {
        this.scheduler = scheduler;
        this.core = core;
        this.quietNanos = quietNanos;
        this.watches = new PeerWatch[scheduler.workers()];
        for (int i = 0; i < watches.length; i++) { // no lambda: see TaskRuntime.ThreadRandom
            watches[i] = new PeerWatch();
        }
    }

    /**
     * Looks for jobs of other cores that are worth moving here, and moves them; as long as there is
     * none but may be soon, it watches. The worker counts as searching.
     *
     * @param worker the owner
     * @return false if there will be no jobs unless somebody wakes up; true if this core has some
     *     now, or if there is something else for the owner to do
     */
    boolean search(Worker worker) {
        if (core.thief.steal(LONG_QUEUE)) {
            victim = null;
            return true;
        }
        long start = scheduler.nanoTime();
        learn(start);
        for (Core peer : scheduler.cores) {
            watches[peer.index].begin(peer.taken(), start);
        }
        long nap = FIRST_NAP_NANOS;
        for (long now = start; ; now = scheduler.nanoTime()) {
            if (isWanted(worker)) {
                return true;
            }
            boolean impatient = now - start >= patience.nanos();
            boolean active = false;
            for (Core peer : scheduler.cores) {
                if (peer != core) {
                    boolean awake = scheduler.isAwake(peer);
                    if (stealFrom(peer, awake, now, impatient)) {
                        return true;
                    }
                    active |= awake && watches[peer.index].quietFor(now) < quietNanos;
                }
            }
            if (!active || (now == start && scheduler.sleepers.isAnyoneElseSearching())) {
                return false; // who comes second gives way: it falls asleep, see Worker
            }
            if (now - start < SPIN_NANOS) {
                for (int i = 0; i < PAUSES; i++) {
                    Thread.onSpinWait();
                }
            } else {
                nap(worker, nap);
                nap = Math.min(2 * nap, LONGEST_NAP_NANOS);
            }
        }
    }

    /** Whether there is something to do for this worker other than stealing. */
    private boolean isWanted(Worker worker) {
        return !scheduler.injected.isEmpty()
                || !worker.localQueue().isEmpty()
                || scheduler.isTerminated()
                || scheduler.timekeeper.isDue(); // to be fired by the worker, not in here
    }

    private boolean stealFrom(Core peer, boolean awake, long now, boolean impatient) {
        PeerWatch watch = watches[peer.index];
        watch.look(peer.taken(), now);
        long waiting = peer.waiting();
        if (waiting <= 0) {
            if (!awake) {
                watch.begin(peer.taken(), now); // the time that it sleeps is not that of a job
            }
            return false;
        }
        boolean worth = waiting >= LONG_QUEUE || watch.isWorthStealing(now);
        if (!(worth || impatient) || !peer.stealTo(core)) {
            return false;
        }
        if (worth) {
            victim = null;
        } else {
            victim = peer;
            patience.lost(now, peer.taken(), core.taken());
        }
        return true;
    }

    private void learn(long now) {
        Core peer = victim;
        if (peer != null) {
            patience.learn(now, peer.taken(), core.taken());
            victim = null;
        }
    }

    private void nap(Worker worker, long nanos) {
        LocalQueue localQueue = worker.localQueue();
        localQueue.setWaiting(true);
        scheduler.sleepers.beginNap(worker);
        try {
            // Whoever adds to these looks for a nap after that.
            if (scheduler.injected.isEmpty() && localQueue.isEmpty() && !scheduler.isTerminated()) {
                LockSupport.parkNanos(scheduler, scheduler.timekeeper.untilDeadline(nanos));
            }
        } finally {
            scheduler.sleepers.endNap(worker);
            localQueue.setWaiting(false);
            Thread.interrupted(); // a flag left behind would make the next nap none
        }
    }
}
