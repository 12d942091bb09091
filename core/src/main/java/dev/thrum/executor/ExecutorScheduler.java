package dev.thrum.executor;

import java.lang.invoke.VarHandle;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongConsumer;

/**
 * Runs jobs on somebody else's executor: an event loop, a UI thread, virtual threads.
 *
 * <p>Order and fairness are the executor's. It must not run a command on the calling thread: a wake
 * would run the task it wakes, and its job must not be queued again while it runs. Timers are fired
 * by whoever fires those of the runtime that {@code deadlines} belongs to.
 */
public final class ExecutorScheduler implements Scheduler {
    private final Executor executor;
    private final LongConsumer deadlines;
    private volatile boolean shutdown;
    private volatile boolean terminated;

    /**
     * Makes a scheduler on {@code executor}.
     *
     * @param deadlines is told when an armed timer became the earliest
     */
    public ExecutorScheduler(Executor executor, LongConsumer deadlines) {
        this.executor = executor;
        this.deadlines = deadlines;
    }

    @Override
    public boolean execute(Job job) {
        if (terminated) {
            return false;
        }
        try {
            executor.execute(() -> job.run(null));
            VarHandle.fullFence(); // as promised, whatever the executor does
            return true;
        } catch (RejectedExecutionException closed) {
            return false; // the same end as that of a runtime's own threads
        }
    }

    @Override
    public boolean executeYielded(Job job) {
        return execute(job);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void deadlineMoved(long deadline) {
        deadlines.accept(deadline);
    }

    /** Nothing: how many threads there are is the executor's affair. */
    @Override
    public void compensate() {}

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public void shutdown() {
        shutdown = true;
    }

    @Override
    public void terminate() {
        shutdown = true;
        terminated = true;
    }

    @Override
    public String toString() {
        return "on " + executor;
    }
}
