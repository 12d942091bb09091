package dev.thrum.executor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Which cores sleep, and how many threads look for work (and which of them naps meanwhile): so that
 * whoever queues a job knows in three volatile reads whether somebody has to be woken for it.
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
 *   1 asleep.add(core)                   1 queue the job; full fence
 *   2 searching-- (if it did search)     2 searching > 0? then done
 *   3 nobody searches, and any job in    3 asleep empty? then done
 *     any queue? then remove itself      4 searching: 0 -> 1, else done; wake one that is asleep
 *     and search
 *   4 park until removed
 * </pre>
 *
 * If T1.3 does not look at the queues, since another one searches, that one's {@code searching--}
 * is still to come, and it finds T1 asleep; see T3 below. If it does not see the job, it precedes
 * T2.1, hence T2.2 and T2.3 see what T1.1 and T1.2 did: T2.2 finds another searcher, if any, and
 * T2.3 finds T1 asleep. If T2.2 or T2.4 stops because of another searcher T3, that one's {@code
 * searching--} follows the queueing, and after it T3 looks at the queues: in T1.3, or when it has
 * found some other job ({@link WorkStealingScheduler#endSearch}), or, if it only wanted to wake
 * somebody and found nobody asleep, in that it starts over with T2.2.
 *
 * <p>A core leaves the set once: whoever takes it out, a waker or the core itself, knows by the
 * result that it was the one. A core that took itself out searches all queues again before it
 * sleeps.
 */
final class Sleepers {
    private static final VarHandle SEARCHING;
    private static final VarHandle NAPPING;

    static {
        try {
            var lookup = MethodHandles.lookup();
            SEARCHING = lookup.findVarHandle(Sleepers.class, "searching", int.class);
            NAPPING = lookup.findVarHandle(Sleepers.class, "napping", Worker.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final CoreSet asleep;
    private volatile int searching;

    /** Who searches, and naps in between. */
    private volatile @Nullable Worker napping;

    Sleepers(int cores) {
        asleep = new CoreSet(cores);
    }

    /** The core goes to sleep. */
    void add(int core) {
        asleep.add(core);
    }

    /** The core wakes up by itself; false if it has been woken. */
    boolean remove(int core) {
        return asleep.remove(core);
    }

    boolean contains(int core) {
        return asleep.contains(core);
    }

    boolean isEmpty() {
        return asleep.isEmpty();
    }

    /** Wakes a core: the caller has to count it as searching before, and to unpark it. */
    int take(int last) {
        return asleep.takeLowest(last);
    }

    /** Whether anybody is searching. */
    boolean isAnySearching() {
        return searching != 0;
    }

    /** Whether anybody but the caller is searching, who is counted. */
    boolean isAnyoneElseSearching() {
        return searching > 1;
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
        return SEARCHING.compareAndSet(this, 0, 1);
    }

    /** Counts one more searcher. */
    void beginSearch() {
        SEARCHING.getAndAdd(this, 1);
    }

    /** One searcher less; true if it was the last. */
    boolean endSearch() {
        return (int) SEARCHING.getAndAdd(this, -1) == 1;
    }
}
