package dev.thrum.executor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Which cores sleep, or have no thread yet, and how many threads look for work (and which of them
 * naps meanwhile): so that whoever queues a job knows by one volatile read whether somebody has to
 * be woken for it.
 *
 * <p>The rule, which Go's and Tokio's schedulers follow too: if a job is queued and a core sleeps,
 * then a thread is searching, or somebody is about to wake one. One thread is woken at a time; it
 * counts as searching from before it is woken; and when the last searcher has found something, it
 * looks whether there is more, and wakes the next one.
 *
 * <h2>No lost wake-up</h2>
 *
 * All accesses named here are volatile or stronger, so they are totally ordered, and each side
 * writes before it reads.
 *
 * <p>A worker falls asleep (T1) while a job is queued (T2):
 *
 * <pre>
 *   T1                                   T2
 *   1 asleep.add(core); idle++           1 queue the job; full fence
 *   2 searching-- (if it did search)     2 searching > 0? then done
 *   3 nobody searches, and any job in    3 idle = 0? then done
 *     any queue? then remove itself      4 searching: 0 -> 1, else done; wake one that is asleep;
 *     and search                         5 if there is none: searching--; asleep empty? then done;
 *   4 park until removed                   else start over with 2
 * </pre>
 *
 * If T1.3 does not look at the queues, since another one searches, that one's {@code searching--}
 * is still to come, and it finds T1 asleep; see T3 below. If it does not see the job, it precedes
 * T2.1, hence T2.2 and T2.3 see what T1.1 and T1.2 did: T2.2 finds another searcher, if any, and
 * T2.3 and T2.4 find T1 asleep. If T2.2 or T2.4 stops because of another searcher T3, that one's
 * {@code searching--} follows the queueing, and after it T3 looks at the queues: in T1.3, or when
 * it has found some other job ({@link WorkStealingScheduler#endSearch}), or, if it only wanted to
 * wake somebody and found nobody asleep, in T2.5: whoever is not asleep by then looks at the queues
 * in T1.3 later. (That no core without a thread was found means that none is left, or could be
 * started.) (Both counts, {@code idle} and {@code searching}, are one word. {@code idle} may be
 * behind the sets for a moment, as when somebody is about to leave them: hence T2.5.)
 *
 * <p>A core leaves the set once: whoever takes it out, a waker or the core itself, knows by the
 * result that it was the one. A core that took itself out searches all queues again before it
 * sleeps.
 */
final class Sleepers {
    /** One core that is idle, in {@link #counts}; one that searches is 1. */
    private static final long IDLE = 1L << 32;

    private static final VarHandle COUNTS;
    private static final VarHandle NAPPING;

    static {
        try {
            var lookup = MethodHandles.lookup();
            COUNTS = lookup.findVarHandle(Sleepers.class, "counts", long.class);
            NAPPING = lookup.findVarHandle(Sleepers.class, "napping", Worker.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final CoreSet asleep;

    /** The cores that have no thread yet. */
    private final CoreSet unstarted;

    /** How many threads search, and how many cores are in one of the sets, or about to leave it. */
    private volatile long counts;

    /** Who searches, and naps in between. */
    private volatile @Nullable Worker napping;

    Sleepers(int cores) {
        asleep = new CoreSet(cores);
        unstarted = new CoreSet(cores);
    }

    /** The core goes to sleep. */
    void add(int core) {
        asleep.add(core);
        COUNTS.getAndAdd(this, IDLE);
    }

    /** The core wakes up by itself; false if it has been woken. */
    boolean remove(int core) {
        boolean removed = asleep.remove(core);
        if (removed) {
            COUNTS.getAndAdd(this, -IDLE);
        }
        return removed;
    }

    boolean contains(int core) {
        return asleep.contains(core);
    }

    /** Wakes a core: the caller has to count it as searching before, and to unpark it. */
    int take(int last) {
        return took(asleep.takeLowest(last));
    }

    /** The core has no thread. */
    void addUnstarted(int core) {
        unstarted.add(core);
        COUNTS.getAndAdd(this, IDLE);
    }

    /**
     * Takes a core that has no thread: the caller has to count it as searching, and to start it.
     */
    int takeUnstarted() {
        return took(unstarted.takeLowest(-1));
    }

    private int took(int core) {
        if (core >= 0) {
            COUNTS.getAndAdd(this, -IDLE);
        }
        return core;
    }

    /** Whether a core sleeps: T2.5. */
    boolean isAnyAsleep() {
        return !asleep.isEmpty();
    }

    /** Whether nobody searches, though there may be a core to be woken: T2.2 and T2.3 in one. */
    boolean mayWake() {
        long seen = counts;
        return seen >= IDLE && searching(seen) == 0;
    }

    private static int searching(long counts) {
        return (int) counts;
    }

    /** Whether anybody is searching. */
    boolean isAnySearching() {
        return searching(counts) != 0;
    }

    /** Whether anybody but the caller is searching, who is counted. */
    boolean isAnyoneElseSearching() {
        return searching(counts) > 1;
    }

    /** The worker, which is counted as searching, is about to nap; a volatile write. */
    void beginNap(Worker worker) {
        napping = worker;
    }

    void endNap(Worker worker) {
        if (napping == worker) {
            NAPPING.compareAndSet(this, worker, null);
        }
    }

    /** Whether somebody naps; a volatile read. */
    boolean isAnyNapping() {
        return napping != null;
    }

    /** Ends a nap, if there is one: once, however many call this. */
    void endNap() {
        Worker worker = napping;
        if (worker != null && NAPPING.compareAndSet(this, worker, null)) {
            LockSupport.unpark(worker);
        }
    }

    /** Counts a searcher if there is none; false if there is one. */
    boolean beginOnlySearch() {
        for (; ; ) {
            long seen = counts;
            if (searching(seen) != 0) {
                return false;
            }
            if (COUNTS.compareAndSet(this, seen, seen + 1)) {
                return true;
            }
        }
    }

    /** Counts one more searcher. */
    void beginSearch() {
        COUNTS.getAndAdd(this, 1L);
    }

    /** One searcher less; true if it was the last. */
    boolean endSearch() {
        return searching((long) COUNTS.getAndAdd(this, -1L)) == 1;
    }
}
