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
 * <p>Order and fairness are the executor's. It must not run a command on the calling thread: a wake
 * would run the task it wakes, and its job must not be queued again while it runs. Timers are fired
 * by whoever fires those of the runtime that {@code deadlines} belongs to.
 */
public final class ExecutorScheduler implements Scheduler {
    private final Executor executor;
    private final LongConsumer deadlines;

    /** What the executor has not begun to run: it may have ended and never do so. */
    private final Set<Command> queued = ConcurrentHashMap.newKeySet();

    private volatile boolean shutdown;
    private volatile boolean terminated;

    /** A job in the hands of the executor; who takes it out of {@link #queued} has it. */
    private final class Command implements Runnable {
        private final Job job;

        Command(Job job) {
            this.job = job;
        }

        @Override
        public void run() {
            if (queued.remove(this)) {
                job.run(null);
            }
        }

        void discard() {
            if (queued.remove(this)) {
                WorkStealingScheduler.discard(job);
            }
        }
    }

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
        Command command = new Command(job);
        queued.add(command);
        try {
            executor.execute(command);
            VarHandle.fullFence(); // as promised, whatever the executor does
            if (terminated) {
                command.discard();
            }
            return true;
        } catch (RejectedExecutionException closed) {
            queued.remove(command);
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
        queued.forEach(Command::discard);
    }

    @Override
    public String toString() {
        return "on " + executor;
    }
}
