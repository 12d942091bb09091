package dev.thrum.executor;

import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of cores, each with a queue of its own and a daemon thread to serve it, which
 * steal from each other.
 *
 * <ul>
 *   <li>A job that a worker queues goes to the tail of its own {@link RunQueue}; what other threads
 *       queue goes to one shared {@link JobStack}, which workers empty into their own queues.
 *   <li>A worker takes from the head of its queue; from time to time it looks elsewhere first, so
 *       that nothing starves: see {@link Worker}.
 *   <li>A worker without work steals half of another's jobs; one watches for more: see {@link
 *       Lookout}; the others sleep: see {@link Sleepers}.
 *   <li>One of the sleepers wakes up for the next timer: see {@link Timekeeper}.
 *   <li>Threads start one by one, when there is work that nobody is free to do.
 * </ul>
 *
 * <p>Queueing allocates nothing, except when a queue grows, and takes no lock.
 */
public final class WorkStealingScheduler implements Scheduler {
    private static final int RING_CAPACITY = 256;
    private static final int STEAL_BATCH = 64;

    /** A start that fails takes long, and the JVM prints a warning for each. */
    private static final long START_AGAIN_NANOS = 10_000_000;

    final Core[] cores;
    final JobStack injected = new JobStack();
    final Sleepers sleepers;
    final Timekeeper timekeeper;
    final Spares spares = new Spares();

    private final String threadNamePrefix;
    private final ThreadGroup threadGroup;
    private final @Nullable ClassLoader contextClassLoader;

    private final AtomicInteger spareNumber;

    /** The threads that have been started and have not ended. */
    private final Set<Worker> workers = ConcurrentHashMap.newKeySet();

    /** When a thread may be started again after one could not be; 0 if the last one could. */
    private volatile long startAfter;

    private volatile boolean shutdown;
    private volatile boolean terminated;

    /**
     * Makes a scheduler; its threads start when they are needed.
     *
     * @param workers how many threads run jobs at the same time
     * @param threadNamePrefix the threads are called this, a dash, and a number from 1 on
     * @param deadlines the timers
     * @throws IllegalArgumentException if {@code workers} is not positive
     */
    public WorkStealingScheduler(int workers, String threadNamePrefix, DeadlineSource deadlines) {
        this(workers, threadNamePrefix, deadlines, RING_CAPACITY, STEAL_BATCH);
    }

    /** For tests: with queues so small that they grow, and so small a batch. */
    WorkStealingScheduler(
            int workers,
            String threadNamePrefix,
            DeadlineSource deadlines,
            int ringCapacity,
            int stealBatch) {
        if (workers <= 0) {
            throw new IllegalArgumentException("workers must be positive, but was " + workers);
        }
        this.threadNamePrefix = Objects.requireNonNull(threadNamePrefix, "threadNamePrefix");
        this.timekeeper = new Timekeeper(this, Objects.requireNonNull(deadlines, "deadlines"));
        this.contextClassLoader = Thread.currentThread().getContextClassLoader();
        this.threadGroup = rootGroup();
        this.sleepers = new Sleepers(workers);
        this.spareNumber = new AtomicInteger(workers);
        this.cores = new Core[workers];
        for (int i = 0; i < workers; i++) {
            cores[i] = new Core(this, i, ringCapacity, stealBatch);
            sleepers.addUnstarted(i);
        }
    }

    /** The threads must not depend on the group of whoever happens to come first. */
    private static ThreadGroup rootGroup() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group.getParent() != null) {
            group = group.getParent();
        }
        return group;
    }

    /** How many threads run jobs at the same time. */
    public int workers() {
        return cores.length;
    }

    @Override
    public boolean execute(Job job) {
        if (terminated) {
            return false;
        }
        Core core = currentCore();
        if (core == null) {
            if (sleepers.mayWake() || sleepers.isAnyNapping()) {
                StackRoom.check(); // waking takes some, but then the job is queued already
            }
            injected.push(job); // a full fence
            if (terminated) {
                discardQueued(); // nobody may be left to do it
            }
            signal();
            endNap();
        } else {
            core.pushNext(job);
            try {
                VarHandle.fullFence();
                signal();
                if (sleepers.isAnyNapping() && core.waiting() >= Lookout.LONG_QUEUE) {
                    sleepers.endNap();
                }
            } catch (StackOverflowError e) {
                core.owesSignal = true; // the job is queued; the worker signals with more stack
            }
        }
        return true;
    }

    @Override
    public boolean executeYielded(Job job) {
        Core core = currentCore();
        if (core == null) {
            return execute(job);
        }
        if (terminated) {
            return false;
        }
        ((Worker) Thread.currentThread()).pushYielded(core, job);
        return true;
    }

    /** The core that the current thread has, if it is one of this scheduler. */
    private @Nullable Core currentCore() {
        return Thread.currentThread() instanceof Worker worker && worker.scheduler() == this
                ? worker.core()
                : null;
    }

    /**
     * Wakes a worker, or starts one, if there is need and there is one. The caller has queued a
     * job, and then executed a full fence.
     */
    private void signal() {
        while (sleepers.mayWake()) {
            StackRoom.check();
            if (!sleepers.beginOnlySearch() || wakeCounted()) {
                return;
            }
            sleepers.endSearch();
            if (!sleepers.isAnyAsleep()) {
                return;
            } // else start over: others relied on this search
        }
    }

    /** The job is queued: what is thrown here does not concern the caller. The nap is short. */
    private void endNap() {
        try {
            sleepers.endNap();
        } catch (StackOverflowError e) {
            // It ends by itself.
        }
    }

    /** Whether the core's owner neither sleeps nor is still to be started. */
    boolean isAwake(Core core) {
        return !sleepers.contains(core.index) && core.worker != null;
    }

    /** Wakes a worker, or starts one, if there is one, whether or not somebody is searching. */
    void wakeOne() {
        StackRoom.check();
        sleepers.beginSearch();
        if (!wakeCounted()) {
            endSearch();
        }
    }

    /** Wakes or starts a worker that has been counted as searching. */
    private boolean wakeCounted() {
        int core = sleepers.take(timekeeper.core());
        if (core >= 0) {
            LockSupport.unpark(cores[core].worker);
            return true;
        }
        long after = startAfter;
        if (after != 0 && after - nanoTime() > 0 && !workers.isEmpty()) {
            return false;
        }
        core = sleepers.takeUnstarted();
        if (core < 0) {
            return false;
        }
        try {
            start(cores[core], threadNamePrefix + "-" + (core + 1), true);
        } catch (Throwable thrown) {
            sleepers.addUnstarted(core);
            if (workers.isEmpty()) {
                sleepers.endSearch();
                throw thrown;
            }
            startAfter = (nanoTime() + START_AGAIN_NANOS) | 1;
            return false; // the others go on without it
        }
        if (after != 0) {
            startAfter = 0;
        }
        return true;
    }

    /** A thread that was counted as searching has found work. */
    void endSearch() {
        if (sleepers.endSearch() && isWorkVisible()) {
            signal();
        }
    }

    /**
     * Wakes a worker if there are jobs in the ring of the current one.
     *
     * @param fenced whether a full fence has been executed since those were queued
     */
    void signalIfReady(Core core, boolean fenced) {
        if (!fenced) {
            VarHandle.fullFence(); // the job may have been queued by a release only
        }
        if (sleepers.mayWake() && !core.isEmpty()) {
            signal();
        }
    }

    /** Whether there is any shared job, read after whatever the caller wrote before. */
    boolean isWorkVisible() {
        if (!injected.isEmpty()) {
            return true;
        }
        for (Core core : cores) {
            if (!core.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** Starts a new thread for a core; if that fails, nothing has changed. */
    void start(Core core, String name, boolean searching) {
        Worker worker = new Worker(this, threadGroup, name, core, searching);
        worker.setContextClassLoader(contextClassLoader);
        Worker before = core.worker;
        workers.add(worker); // before it starts: what is thrown here must mean that it has not
        core.worker = worker;
        try {
            worker.start();
        } catch (Throwable thrown) {
            core.worker = before;
            workers.remove(worker);
            throw thrown;
        }
    }

    /** The name of a thread beyond the first, which is needed since others block. */
    String nextSpareName() {
        return threadNamePrefix + "-" + spareNumber.incrementAndGet();
    }

    void ended(Worker worker) {
        workers.remove(worker);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    int fireTimers() {
        return timekeeper.fire();
    }

    @Override
    public void deadlineMoved(long deadline) {
        Core core = currentCore();
        if (core == null) {
            timekeeper.deadlineMoved(deadline);
        } else {
            core.owesDeadline = true; // it will look after this job, and most likely sleep itself
        }
    }

    @Override
    public void compensate() {
        if (Thread.currentThread() instanceof Worker worker && worker.scheduler() == this) {
            worker.handOver();
        }
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public void shutdown() {
        shutdown = true;
    }

    boolean isTerminated() {
        return terminated;
    }

    @Override
    public void terminate() {
        shutdown = true;
        terminated = true;
        for (Core core : cores) {
            LockSupport.unpark(core.worker); // null, for one that was not started, does nothing
        }
        spares.unparkAll();
        discardQueued();
    }

    /**
     * Discards all shared jobs, after the end. Done by who ends this, by each thread when it ends,
     * and by who hands in a job from outside: so none is left, whoever comes last. A job that is in
     * the hands of two others, here and there, goes to the one whose CAS succeeds.
     */
    void discardQueued() {
        discard(injected.takeAll());
        RunQueue taken = new RunQueue(RING_CAPACITY, STEAL_BATCH, 0);
        for (Core core : cores) {
            discard(core.next.take());
            while (core.ring.stealTo(taken) > 0) {
                for (Job job = taken.poll(); job != null; job = taken.poll()) {
                    discard(job);
                }
            }
        }
    }

    /** Discards a job and what is linked behind it. */
    static void discard(@Nullable Job job) {
        while (job != null) {
            Job next = job.next;
            job.next = null;
            try {
                job.discard();
            } catch (Throwable thrown) {
                Worker.report(Thread.currentThread(), thrown);
            }
            job = next;
        }
    }

    /**
     * Waits until all threads have ended after {@link #terminate()}, except for the current one.
     *
     * @return false if the time is over before
     * @throws InterruptedException if the current thread is interrupted while it waits
     */
    public boolean awaitTermination(Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        for (Worker worker : workers) {
            if (worker != Thread.currentThread()
                    && !worker.join(Duration.ofNanos(end - System.nanoTime()))) {
                return false;
            }
        }
        return true;
    }
}
