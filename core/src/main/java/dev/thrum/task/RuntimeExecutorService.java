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
            task = runtime.startCommand(command);
            running.add(task);
        }
        Waker onEnd = () -> ended(task);
        if (Joiners.isEndedElseJoin((TaskCell<?>) task, onEnd)) {
            onEnd.wake();
        }
    }

    private synchronized void ended(JoinHandle<?> task) {
        running.remove(task);
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
        return shutdown && running.isEmpty();
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
