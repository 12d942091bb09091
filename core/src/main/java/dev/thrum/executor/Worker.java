package dev.thrum.executor;

import org.jspecify.annotations.Nullable;

/** A thread of a {@link WorkStealingScheduler}. */
public final class Worker extends Thread {
    /**
     * For the client, which can keep here what belongs to the job that runs; a plain field, to be
     * touched by this thread only.
     */
    public @Nullable Object context;

    /** Likewise for the client: what belongs to this thread and outlives the job. */
    public @Nullable Object attachment;

    private final WorkStealingScheduler scheduler;
    private final LocalQueue localQueue = new LocalQueue(this);

    Worker(WorkStealingScheduler scheduler, String name) {
        super(null, null, name, 0, false);
        this.scheduler = scheduler;
    }

    /** The current thread if it is a worker, of whichever scheduler; else null. */
    public static @Nullable Worker current() {
        return Thread.currentThread() instanceof Worker worker ? worker : null;
    }

    /** The scheduler that this thread works for. */
    public WorkStealingScheduler scheduler() {
        return scheduler;
    }

    /** The jobs that only this thread may run. */
    public LocalQueue localQueue() {
        return localQueue;
    }
}
