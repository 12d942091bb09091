package dev.thrum.task;

import dev.thrum.executor.Worker;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A runtime as an executor service: commands are tasks, which the service remembers. */
final class RuntimeExecutorService extends AbstractExecutorService {
    private final TaskRuntime runtime;

    // Guarded by this; nothing of the user's runs under the lock.
    private boolean shutdown;

    /** Those that were taken and have not begun to run, in order. */
    private final LinkedHashSet<Command> queued = new LinkedHashSet<>();

    /** Those that were taken and have not ended. */
    private final LinkedHashSet<Command> alive = new LinkedHashSet<>();

    RuntimeExecutorService(TaskRuntime runtime) {
        this.runtime = runtime;
    }

    /** A command on its way: its task's body, and the waker of its end. */
    private final class Command implements Async<@Nullable Void>, Waker {
        private final Runnable runnable;

        // Guarded by the service:
        private @Nullable JoinHandle<?> task;
        private boolean cancelled;

        Command(Runnable runnable) {
            this.runnable = runnable;
        }

        @Override
        public Poll<@Nullable Void> poll(Context cx) {
            boolean mine;
            synchronized (RuntimeExecutorService.this) {
                mine = queued.remove(this);
            }
            if (mine) { // else shutdownNow() has given it back to its caller
                runnable.run();
            }
            return Poll.ready(null);
        }

        /** The task has ended. */
        @Override
        public void wake() {
            boolean neverRan;
            synchronized (RuntimeExecutorService.this) {
                neverRan = queued.remove(this);
                ended(this);
            }
            if (neverRan && runnable instanceof Future<?> future) {
                future.cancel(false); // the runtime was closed: whoever waits must not hang
            }
        }

        @Override
        public String toString() {
            return "command " + runnable.getClass().getName(); // its toString() is foreign code
        }
    }

    @Override
    public void execute(Runnable runnable) {
        Command command = new Command(Objects.requireNonNull(runnable, "command"));
        synchronized (this) {
            if (shutdown) {
                throw new RejectedExecutionException(
                        "the executor service is shut down: submit commands before shutdown()");
            }
            queued.add(command);
            alive.add(command);
        }
        JoinHandle<?> task;
        try {
            task = runtime.start(command, TaskAttributes.NONE);
        } catch (Throwable notStarted) {
            synchronized (this) {
                queued.remove(command);
                ended(command);
            }
            throw notStarted;
        }
        boolean cancelled;
        synchronized (this) {
            command.task = task;
            cancelled = command.cancelled;
        }
        if (Joiners.isEndedElseJoin((TaskCell<?>) task, command)) {
            command.wake();
        }
        if (cancelled) {
            task.cancel();
        }
    }

    private synchronized void ended(Command command) {
        alive.remove(command);
        if (shutdown && alive.isEmpty()) {
            notifyAll();
        }
    }

    @Override
    public synchronized void shutdown() {
        shutdown = true;
        notifyAll();
    }

    @Override
    public List<Runnable> shutdownNow() {
        List<Runnable> neverRan = new ArrayList<>();
        List<JoinHandle<?>> cut = new ArrayList<>();
        synchronized (this) {
            shutdown();
            for (Command command : queued) {
                neverRan.add(command.runnable);
            }
            queued.clear();
            for (Command command : alive) {
                command.cancelled = true; // for one that is just being started
                if (command.task != null) {
                    cut.add(command.task);
                }
            }
        }
        cut.forEach(JoinHandle::cancel);
        return neverRan;
    }

    @Override
    public synchronized boolean isShutdown() {
        return shutdown;
    }

    @Override
    public synchronized boolean isTerminated() {
        return shutdown && alive.isEmpty();
    }

    @Override
    public synchronized boolean awaitTermination(long timeout, TimeUnit unit)
            throws InterruptedException {
        long start = System.nanoTime();
        long nanos = unit.toNanos(timeout);
        boolean lent = false;
        while (!isTerminated()) {
            long left = nanos - (System.nanoTime() - start);
            if (left <= 0) {
                return false;
            }
            if (!lent && Thread.currentThread() instanceof Worker worker) {
                worker.scheduler().compensate(); // what it waits for may need this worker
                lent = true;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }

    @Override
    public synchronized String toString() {
        return "ExecutorService["
                + (!shutdown ? "open" : alive.isEmpty() ? "terminated" : "shut down")
                + ", running="
                + (alive.size() - queued.size())
                + ", queued="
                + queued.size()
                + "]";
    }
}
