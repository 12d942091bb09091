package dev.thrum.task;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A runtime as an executor service: commands are tasks, which the service remembers. */
final class RuntimeExecutorService extends AbstractExecutorService {
    private final TaskRuntime runtime;

    // Guarded by this:
    private final Set<JoinHandle<?>> running = new HashSet<>();
    private boolean shutdown;

    /** How many commands were taken and have not ended. */
    private int alive;

    RuntimeExecutorService(TaskRuntime runtime) {
        this.runtime = runtime;
    }

    @Override
    public void execute(Runnable command) {
        Objects.requireNonNull(command, "command");
        JoinHandle<@Nullable Void> task;
        synchronized (this) {
            if (shutdown) {
                throw new RejectedExecutionException(
                        "the executor service is shut down: submit commands before shutdown()");
            }
            alive++;
        }
        try {
            task = runtime.startCommand(command);
        } catch (Throwable notStarted) {
            ended(null);
            throw notStarted;
        }
        synchronized (this) {
            running.add(task);
        }
        Waker onEnd = () -> ended(task);
        if (Joiners.isEndedElseJoin((TaskCell<?>) task, onEnd)) {
            onEnd.wake();
        }
    }

    private synchronized void ended(@Nullable JoinHandle<?> task) {
        if (task != null) {
            running.remove(task);
        }
        alive--;
        notifyAll();
    }

    @Override
    public synchronized void shutdown() {
        shutdown = true;
        notifyAll();
    }

    @Override
    public List<Runnable> shutdownNow() {
        List<JoinHandle<?>> cut;
        synchronized (this) {
            shutdown();
            cut = List.copyOf(running);
        }
        cut.forEach(JoinHandle::cancel);
        return List.of(); // every command is with the workers already
    }

    @Override
    public synchronized boolean isShutdown() {
        return shutdown;
    }

    @Override
    public synchronized boolean isTerminated() {
        return shutdown && alive == 0;
    }

    @Override
    public synchronized boolean awaitTermination(long timeout, TimeUnit unit)
            throws InterruptedException {
        long deadline = System.nanoTime() + unit.toNanos(timeout);
        while (!isTerminated()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }
}
