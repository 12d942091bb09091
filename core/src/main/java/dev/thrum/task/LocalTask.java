package dev.thrum.task;

import dev.thrum.executor.LocalQueue;
import dev.thrum.executor.Worker;
import org.jspecify.annotations.Nullable;

/**
 * A task that is polled by one thread only, the one that spawned it: by a worker between other
 * tasks, by any other thread while it is in a {@code blockOn}.
 */
final class LocalTask<T extends @Nullable Object> extends TaskCell<T> {
    private final LocalQueue queue;

    /** The thread that polls, unless that is a worker. */
    private final Current.@Nullable ForeignThread home;

    LocalTask(
            TaskRuntime runtime,
            Async<? extends T> body,
            TaskAttributes attributes,
            LocalQueue queue,
            Current.@Nullable ForeignThread home) {
        super(runtime, body, attributes);
        this.queue = queue;
        this.home = home;
        queue.retain();
    }

    @Override
    void submit() {
        queue.push(this);
    }

    @Override
    void resubmit() {
        queue.pushYielded(this);
    }

    @Override
    public void run(@Nullable Worker worker) {
        super.run(worker); // null on a thread that is not a worker
        if (isEnded()) {
            queue.release();
        }
    }

    /** Whether some thread drives this task's queue now, and so will poll it. */
    boolean isDriven() {
        return home == null || home.driving > 0;
    }

    /** Whether the calling thread is the one that polls this. */
    boolean isHere() {
        return queue.owner() == Thread.currentThread();
    }

    @Override
    boolean isPolledByRuntime() {
        return queue.owner() instanceof Worker worker && worker.scheduler() == runtime.scheduler;
    }
}
