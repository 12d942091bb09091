package dev.thrum.task;

import dev.thrum.executor.LocalQueue;
import dev.thrum.executor.Worker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A task that is polled by one thread only, the one that spawned it: by a worker between other
 * tasks, by any other thread while it is in a {@code blockOn}.
 */
final class LocalTask<T extends @Nullable Object> extends TaskCell<T> {
    private static final int WAITS = 0;
    private static final int POLLED = 1;
    private static final int CLAIMED = 2;
    private static final VarHandle TURN;

    static {
        try {
            TURN = MethodHandles.lookup().findVarHandle(LocalTask.class, "turn", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final LocalQueue queue;

    /**
     * Whose turn it is. It stands above the state: a thread that is in no blockOn may never come
     * back to its queue, so a task has to be claimed out of that, too.
     */
    @SuppressWarnings("FieldMayBeFinal") // changed through TURN
    private volatile int turn = WAITS;

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
    public void resubmit() {
        queue.pushYielded(this);
    }

    @Override
    public boolean run(@Nullable Worker worker) {
        boolean again = false;
        if (TURN.compareAndSet(this, WAITS, POLLED)) {
            try {
                again = super.run(worker); // null on a thread that is not a worker
            } finally {
                turn = WAITS;
            }
            if (runtime.isTerminated() && isPolledByRuntime()) { // see TaskRuntime.terminate
                drop();
            }
        }
        if (isEnded()) {
            queue.release();
            return false;
        }
        return again;
    }

    /** The queue does not have the task to itself: see {@link #turn}. */
    @Override
    public void discard() {
        drop();
    }

    @Override
    boolean claim() {
        return TURN.compareAndSet(this, WAITS, CLAIMED);
    }

    /** Whether some thread drives this task's queue now, and so will poll it. */
    boolean isDriven() {
        return home == null || home.isDriving();
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
