package dev.thrum.executor;

import java.lang.ref.WeakReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread of a {@link WorkStealingScheduler}.
 *
 * <p>It either has a role, a {@link Core}, and then runs shared jobs and those of its own {@link
 * LocalQueue} in turn; or it has handed its role over because a job was about to block it, and
 * then, after that job, it serves its local queue alone and waits for another role.
 */
public final class Worker extends Thread {
    /** After so many jobs the timers are looked at: reading the clock costs as much as a job. */
    private static final int CHORES_INTERVAL = 32;

    /** The injected jobs are looked at with every so many-th look at the timers. */
    private static final int INJECTED_INTERVAL = 2;

    /** Likewise the other cores: that misses the cache. */
    private static final int PEERS_INTERVAL = 8;

    /**
     * For the client: a key and a value that belong to the {@linkplain #enter context}; forgotten
     * when that changes. Plain fields, to be touched by this thread only.
     */
    public @Nullable Object cachedKey;

    public @Nullable Object cachedValue;

    /** For the client to count in; zero when the context changes. */
    public int cacheMisses;

    /** Likewise for the client: what belongs to this thread and outlives the job. */
    public @Nullable Object attachment;

    /** Likewise: what the client has looked up last, which this thread must not keep alive. */
    public @Nullable WeakReference<?> lastLookUp;

    /** The context of the job that runs, at index 0. It is that of the core, if there is one. */
    private @Nullable Object[] contextCell;

    private final WorkStealingScheduler scheduler;
    private final LocalQueue localQueue = new LocalQueue(this);

    /** The role that this thread has; touched by this thread only, once it runs. */
    private @Nullable Core core;

    /** The role that somebody gives to this thread while it waits in {@link Spares}. */
    private volatile @Nullable Core offered;

    /** Whether the last job was taken from the ring of this worker's core. */
    private boolean tookFromRing;

    /** Whether this thread is counted as searching in {@link Sleepers}. */
    private boolean searching;

    /** Local jobs go first until so many have been polled: a shared job has given way to them. */
    private long owedToLocal;

    /** Where shared jobs have given way to local ones, in the order of the ring. */
    private @Nullable LocalTurn firstTurn;

    private @Nullable LocalTurn lastTurn; // meaningful only while firstTurn is not null

    @SuppressWarnings("ThreadPriorityCheck") // or else it would be that of whoever starts it
    Worker(
            WorkStealingScheduler scheduler,
            ThreadGroup group,
            String name,
            Core core,
            boolean searching) {
        super(group, null, name, 0, false);
        this.scheduler = scheduler;
        this.core = core;
        this.contextCell = core.cells;
        this.searching = searching;
        setDaemon(true);
        setPriority(NORM_PRIORITY);
    }

    /** The current thread if it is a worker, of whichever scheduler; else null. */
    public static @Nullable Worker current() {
        return Thread.currentThread() instanceof Worker worker ? worker : null;
    }

    /** The scheduler that this thread works for. */
    public WorkStealingScheduler scheduler() {
        return scheduler;
    }

    /** What the client has entered last; null at first. To be called by this thread only. */
    public @Nullable Object context() {
        return contextCell[0];
    }

    /**
     * For the client, which can keep here what belongs to the job that runs; to be called by this
     * thread only.
     *
     * @return what it was before
     */
    public @Nullable Object enter(@Nullable Object context) {
        @Nullable Object[] cell = contextCell;
        Object before = cell[0];
        cell[0] = context;
        cachedKey = null;
        cachedValue = null;
        cacheMisses = 0;
        return before;
    }

    /** The jobs that only this thread may run. */
    public LocalQueue localQueue() {
        return localQueue;
    }

    /** The role of this thread; to be asked by this thread only. */
    @Nullable Core core() {
        return core;
    }

    /** Works until the scheduler ends; not to be called by anybody but the thread itself. */
    @Override
    public void run() {
        if (Thread.currentThread() != this) {
            throw new IllegalStateException("run() of worker " + getName() + " called by another");
        }
        boolean ended = false;
        while (!ended) {
            try {
                work();
                ended = true;
            } catch (Throwable thrown) {
                report(thrown); // by the loop itself, for want of memory: go on
            }
        }
        if (scheduler.isTerminated()) {
            discardQueued();
        }
        scheduler.ended(this);
    }

    private void discardQueued() {
        try {
            scheduler.discardQueued();
            for (Job job = localQueue.poll(); job != null; job = localQueue.poll()) {
                WorkStealingScheduler.discard(job);
            }
        } catch (Throwable thrown) {
            report(thrown); // for want of memory
        }
    }

    private void work() {
        while (!scheduler.isTerminated()) {
            Core role = core;
            if (role == null) {
                if (!waitForRole()) {
                    return;
                }
            } else if (runReady(role) && !findMore(role)) {
                sleep(role);
            }
        }
    }

    /**
     * Runs the jobs that are at hand. (A loop of its own, so that the compiler does not make one
     * large piece of code out of it and the search for more.)
     *
     * @return true if there are no more; false if this has lost its role, or is to end
     */
    private boolean runReady(Core role) {
        while (core == role && !scheduler.isTerminated()) {
            Job job = next(role);
            if (job == null) {
                return core == role;
            }
            settle(role);
            if (runJob(job)) {
                job.resubmit();
            }
        }
        return false;
    }

    /** Returns whether the job has to be {@linkplain Job#resubmit resubmitted}. */
    private boolean runJob(Job job) {
        boolean again = false;
        try {
            again = job.run(this);
        } catch (Throwable thrown) {
            report(thrown);
        }
        if (isInterrupted()) {
            Thread.interrupted(); // it was meant for that job
        }
        return again;
    }

    /** Hands what a job has thrown to the handler of this thread, as the JVM would at its end. */
    private void report(Throwable thrown) {
        report(this, thrown);
    }

    static void report(Thread thread, Throwable thrown) {
        try {
            thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
        } catch (Throwable fromHandler) {
            // There is nobody left to tell; the JVM ignores it likewise.
        }
    }

    /** Chooses the next job among those that are at hand; none if the role is lost meanwhile. */
    private @Nullable Job next(Core role) {
        int left = --role.untilChores;
        if (left <= 0 && !doChores(role)) {
            return null;
        }
        tookFromRing = false;
        Job job = null;
        if ((left & 1) == 0 || localQueue.polled() < owedToLocal) {
            job = localQueue.poll();
        }
        if (job == null) {
            job = role.next.poll();
        }
        if (job == null) {
            job = nextShared(role);
        }
        return job == null ? localQueue.poll() : job;
    }

    /**
     * Does what must not wait until there are no more jobs at hand; false if the role is lost, as
     * somebody whom a timer woke has blocked this thread.
     */
    private boolean doChores(Core role) {
        role.untilChores = CHORES_INTERVAL;
        scheduler.fireTimers();
        if (core != role) {
            return false;
        }
        int chores = ++role.chores;
        if (chores % INJECTED_INTERVAL == 0) {
            boolean more = role.drainInjected();
            if (chores % PEERS_INTERVAL == 0) {
                more |= role.thief.stealFromStuck();
            }
            role.owesSignal |= more;
        }
        return true;
    }

    /** The oldest shared job, unless it has given way to local ones: then one of those. */
    private @Nullable Job nextShared(Core role) {
        while (true) {
            LocalTurn turn = firstTurn;
            Job job = role.ring.poll(turn == null ? Long.MAX_VALUE : turn.taken);
            if (job != null || turn == null || role.ring.taken() < turn.taken) {
                tookFromRing = job != null;
                return job;
            }
            firstTurn = turn.next;
            owedToLocal = turn.polled;
            if (localQueue.polled() < owedToLocal) {
                job = localQueue.poll();
                if (job != null) {
                    return job;
                }
            }
        }
    }

    /**
     * Catches up on looking for sleepers, after a job was taken and before it runs, which may take
     * long. It throws nothing, or else that job would be lost.
     */
    private void settle(Core role) {
        try {
            if (searching) {
                searching = false;
                scheduler.endSearch();
            }
            if (role.owesSignal) {
                role.owesSignal = false;
                // Taking a job from the ring was a CAS of its head, which whoever falls asleep
                // reads before its tail: the fence behind whatever was added before.
                scheduler.signalIfReady(role, tookFromRing);
            }
            if (role.owesDeadline) {
                role.owesDeadline = false;
                scheduler.timekeeper.recheck();
            }
        } catch (Throwable thrown) {
            report(thrown);
        }
    }

    /** Looks for jobs elsewhere. Returns whether to call {@link #next} again. */
    private boolean findMore(Core role) {
        if (role.drainInjected()) {
            role.owesSignal = true;
            return true;
        }
        if (scheduler.fireTimers() > 0 || core != role) {
            return true;
        }
        if (!searching) {
            searching = true;
            scheduler.sleepers.beginSearch();
        }
        return role.lookout.search(this);
    }

    /** Sleeps until woken, or until a timer is due, unless there turns out to be work. */
    private void sleep(Core role) {
        role.ring.trim();
        role.owesSignal = false; // the ring is empty
        Sleepers sleepers = scheduler.sleepers;
        localQueue.setWaiting(true);
        sleepers.add(role.index);
        if (searching) {
            searching = false;
            sleepers.endSearch();
        }
        try {
            // If another one searches, what there is is its business: see Sleepers.
            while (sleepers.contains(role.index)
                    && (sleepers.isAnySearching() || !scheduler.isWorkVisible())
                    && localQueue.isEmpty()
                    && !scheduler.isTerminated()
                    && scheduler.timekeeper.park(this, role.index)) {
                Thread.interrupted(); // a flag left behind would make the next park a busy loop
            }
        } finally {
            if (!sleepers.remove(role.index)) {
                searching = true; // whoever took this core out has counted it
            }
            localQueue.setWaiting(false);
        }
        // It may have had the watch, or have been woken to take it, and have found work instead.
        role.owesDeadline = true;
        scheduler.timekeeper.leave(this);
        scheduler.fireTimers();
    }

    /**
     * Gives the role of this thread to another one, which is idle or new. Called on this thread.
     */
    void handOver() {
        Core role = core;
        if (role == null) {
            return;
        }
        StackRoom.check();
        role.owesSignal = true; // by whoever has the role then
        if (searching) { // this is not a job that blocks, but what a timer has woken
            searching = false;
            scheduler.endSearch();
        }
        @Nullable Object[] own = {contextCell[0]};
        Worker other = scheduler.spares.poll();
        role.cells[0] = null; // who takes the role runs no job yet
        if (other == null) {
            try {
                scheduler.start(role, scheduler.nextSpareName(), false);
            } catch (Throwable thrown) {
                role.cells[0] = own[0]; // nothing has changed
                throw thrown;
            }
        } else {
            role.worker = other;
            other.offered = role; // volatile: publishes the role; nothing of it is touched after
            LockSupport.unpark(other);
        }
        core = null;
        contextCell = own;
        firstTurn = null; // they spoke of the ring of that core
    }

    /**
     * Serves the local queue until somebody offers a role. Returns false if this thread may end.
     */
    private boolean waitForRole() {
        if (runLocal()) {
            return true;
        }
        Spares spares = scheduler.spares;
        localQueue.setWaiting(true);
        spares.add(this);
        boolean timedOut = false;
        try {
            while (offered == null && localQueue.isEmpty() && !scheduler.isTerminated()) {
                if (timedOut && localQueue.retained() == 0) {
                    break;
                }
                long before = System.nanoTime();
                LockSupport.parkNanos(this, Spares.KEEP_ALIVE_NANOS);
                timedOut = System.nanoTime() - before >= Spares.KEEP_ALIVE_NANOS;
                Thread.interrupted();
            }
        } finally {
            localQueue.setWaiting(false);
            if (!spares.remove(this)) {
                while (offered == null) { // somebody took this thread out and is about to offer
                    Thread.onSpinWait();
                }
            }
        }
        Core role = offered;
        if (role == null) {
            return !localQueue.isEmpty();
        }
        core = role;
        offered = null;
        contextCell = role.cells; // of no job: whoever had it has entered its own
        return true;
    }

    private boolean runLocal() {
        Job job = localQueue.poll();
        if (job == null) {
            return false;
        }
        if (runJob(job)) {
            job.resubmit();
        }
        return true;
    }

    /**
     * What a local job that yields has to let pass, or null if there is nothing; see LocalQueue.
     */
    LocalQueue.@Nullable Fence fenceForYield() {
        Core role = core;
        if (role == null) {
            return null;
        }
        role.collectReady();
        role.owesSignal = true;
        try {
            return role.isEmpty() ? null : new LocalQueue.Fence(this, role);
        } catch (OutOfMemoryError e) {
            return null; // it will only run too soon
        }
    }

    /** Queues a shared job that yields; the core must be this thread's. */
    void pushYielded(Core role, Job job) {
        role.collectReady();
        if (!localQueue.isEmpty()) {
            try {
                addTurn(new LocalTurn(role.ring.added(), localQueue.added()));
            } catch (OutOfMemoryError e) {
                // The local jobs will only have their turn later.
            }
        }
        role.push(job);
        role.owesSignal = true; // the fence is that of the next poll; see settle
    }

    private void addTurn(LocalTurn turn) {
        LocalTurn last = lastTurn;
        if (firstTurn == null || last == null) {
            firstTurn = turn;
        } else {
            last.next = turn;
        }
        lastTurn = turn;
    }

    /**
     * Once {@code taken} jobs have been taken from the ring, by whomever, this worker takes no more
     * before {@code polled} jobs have been polled from its local queue. (A mark within the ring
     * would not do: a thief could take it without the job that it stands before.)
     */
    private static final class LocalTurn {
        private final long taken;
        private final long polled;
        private @Nullable LocalTurn next;

        LocalTurn(long taken, long polled) {
            this.taken = taken;
            this.polled = polled;
        }
    }
}
