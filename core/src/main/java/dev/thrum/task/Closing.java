package dev.thrum.task;

import dev.thrum.executor.BlockingPool;
import dev.thrum.executor.ExecutorScheduler;
import dev.thrum.executor.Worker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** The end of a runtime. */
final class Closing implements Runnable {
    private final TaskRuntime runtime;
    private final long timeoutNanos;

    /** The tasks that the closing thread is polling or has to poll: it cannot wait for those. */
    private final Set<TaskCell<?>> own = new HashSet<>();

    Closing(TaskRuntime runtime, Duration timeout) {
        this.runtime = runtime;
        this.timeoutNanos = Durations.nanos(timeout);
        TaskCell<?> polled = Current.task();
        while (polled != null) {
            if (polled.runtime == runtime) {
                own.add(polled);
            }
            polled = polled instanceof RootTask<?> root ? root.outer() : null;
        }
    }

    @Override
    public void run() {
        runtime.scheduler.shutdown();
        for (TaskCell<?> task : runtime.aliveTasks()) {
            if (task instanceof LocalTask<?> local) {
                if (!local.isDriven() && drop(local)) {
                    continue;
                }
                if (local.isHere()) {
                    own.add(local);
                }
            }
            task.cancel();
        }
        if (!own.isEmpty() && runtime.scheduler instanceof ExecutorScheduler) {
            BlockingPool.shared().execute(this::finish); // this thread may be the executor's only
        } else {
            finish();
        }
    }

    private void finish() {
        boolean interrupted = awaitCleanup();
        for (TaskCell<?> task : alive()) {
            log(
                    task.shown() // the number of a root that begins just now may be written later
                            + " did not end within the close timeout and is abandoned: its cleanup"
                            + " blocks or waits, or it caught the cancellation and went on");
        }
        if (own.isEmpty()) {
            runtime.terminate();
        } else {
            terminateAfterOwn();
        }
        UnobservedFailure.reportAll(runtime);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private List<TaskCell<?>> alive() {
        List<TaskCell<?>> alive = new ArrayList<>(runtime.aliveTasks());
        alive.removeAll(own);
        return alive;
    }

    /**
     * Waits for the tasks to end, those that are being started meanwhile included. Being bounded
     * the wait goes on if the thread is interrupted.
     *
     * @return whether the thread was interrupted
     */
    private boolean awaitCleanup() {
        long start = System.nanoTime();
        Thread self = Thread.currentThread();
        Waker unpark = () -> LockSupport.unpark(self);
        boolean interrupted = false;
        boolean lent = false;
        for (List<TaskCell<?>> left = alive(); !left.isEmpty(); left = alive()) {
            for (TaskCell<?> task : left) {
                while (!Joiners.isEndedElseJoin(task, unpark)) {
                    long nanos = timeoutNanos - (System.nanoTime() - start);
                    if (nanos <= 0) {
                        Joiners.leave(task, unpark);
                        return interrupted;
                    }
                    if (!lent && self instanceof Worker worker) {
                        worker.scheduler().compensate(); // others' cleanup may need this worker
                        lent = true;
                    }
                    interrupted |= Thread.interrupted(); // or else the park returned at once
                    LockSupport.parkNanos(this, nanos);
                }
            }
        }
        return interrupted;
    }

    /** The workers end when the tasks that called close() have. */
    private void terminateAfterOwn() {
        Waker terminate =
                new Waker() {
                    private int left = own.size();

                    @Override
                    public synchronized void wake() {
                        left--;
                        if (left == 0) {
                            runtime.terminate();
                        }
                    }
                };
        for (TaskCell<?> task : own) {
            if (Joiners.isEndedElseJoin(task, terminate)) {
                terminate.wake();
            }
        }
    }

    private static boolean drop(LocalTask<?> task) {
        Task named = task.task();
        boolean dropped = task.drop();
        if (dropped) {
            log(named + " is dropped: it is local to a thread that is in no blockOn any more");
        }
        return dropped;
    }

    private static void log(String message) {
        System.getLogger("dev.thrum.task").log(System.Logger.Level.WARNING, message);
    }
}
