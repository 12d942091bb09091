package dev.thrum.executor;

import java.lang.invoke.VarHandle;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongConsumer;

/**
 * Runs jobs on somebody else's executor: an event loop, a UI thread, virtual threads.
 *
 * <p>An executor that throws has refused, whatever it throws, unless it runs the job all the same:
 * so much is certain for each job, that it runs once or that {@link #execute} returns false. What
 * was thrown goes to the calling thread's {@link Thread.UncaughtExceptionHandler}; after {@link
 * #shutdown()} a {@link RejectedExecutionException} is expected, and goes nowhere.
 *
 * <p>Order and fairness are the executor's. It must not run a command on the calling thread: a wake
 * would run the task it wakes, and its job must not be queued again while it runs. Timers are fired
 * by whoever fires those of the runtime that {@code deadlines} belongs to.
 */
public final class ExecutorScheduler implements Scheduler {
    private final Executor executor;
    private final LongConsumer deadlines;

    /** What the executor has not begun to run: it may have ended, and never do so. */
    private final Set<Step> queued = ConcurrentHashMap.newKeySet();

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
        StackRoom.check(); // so that, if the stack ends here, nothing has happened
        Step step = new Step(job);
        queued.add(step);
        try {
            executor.execute(step);
            VarHandle.fullFence(); // as promised, whatever the executor does
            if (terminated) {
                step.discard();
            }
            return true;
        } catch (Throwable refused) {
            if (!step.claim()) {
                report(refused); // by an executor that has taken it all the same
                return true;
            }
            if (!(shutdown && refused instanceof RejectedExecutionException)) {
                report(refused);
            }
            return false; // the same end as that of a runtime's own threads
        }
    }

    /**
     * A job in the hands of the executor: whoever takes this out of {@link #queued} has it, so that
     * it runs once, or is refused, or discarded, whatever the executor does.
     */
    private final class Step implements Runnable {
        private final Job job;

        Step(Job job) {
            this.job = job;
        }

        /** True for the one that has the job from now on. */
        boolean claim() {
            return queued.remove(this);
        }

        @Override
        public void run() {
            if (!claim()) {
                return;
            }
            try {
                if (job.run(null)) {
                    job.resubmit();
                }
            } catch (Throwable thrown) {
                report(thrown); // the thread is not ours to end
            }
        }

        void discard() {
            if (claim()) {
                WorkStealingScheduler.discard(job);
            }
        }
    }

    private static void report(Throwable thrown) {
        Thread thread = Thread.currentThread();
        try {
            thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
        } catch (Throwable ofTheHandler) {
            // There is nobody left to tell; the JVM ignores it likewise.
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
        queued.forEach(Step::discard);
    }

    @Override
    public String toString() {
        return "on " + executor;
    }
}
