package dev.thrum.task;

import dev.thrum.executor.LocalQueue;
import dev.thrum.executor.Worker;
import org.jspecify.annotations.Nullable;

/**
 * Which task the calling thread is polling, and which queue of local tasks it drives.
 *
 * <p>A worker carries both in fields of its own thread object, which makes a look-up cheaper than a
 * {@link ThreadLocal}; every other thread has one thread-local for the two.
 */
final class Current {
    private static final ThreadLocal<@Nullable ForeignThread> FOREIGN = new ThreadLocal<>();

    private Current() {}

    /** A thread that is not a worker, from its first task on. */
    static final class ForeignThread {
        @Nullable TaskCell<?> task;
        @Nullable LocalQueue localQueue;

        /** How many blockOn calls are on this thread's stack. Written by this thread alone. */
        volatile int driving;

        /** The queue of this thread's local tasks. */
        LocalQueue localQueue() {
            LocalQueue queue = localQueue;
            if (queue == null) {
                queue = new LocalQueue();
                localQueue = queue;
            }
            return queue;
        }
    }

    static ForeignThread foreignThread() {
        ForeignThread thread = FOREIGN.get();
        if (thread == null) {
            thread = new ForeignThread();
            FOREIGN.set(thread);
        }
        return thread;
    }

    /** The task that the calling thread is polling. */
    static @Nullable TaskCell<?> task() {
        if (Thread.currentThread() instanceof Worker worker) {
            return (TaskCell<?>) worker.context;
        }
        ForeignThread thread = FOREIGN.get();
        return thread == null ? null : thread.task;
    }

    /** Makes {@code task} current on the calling thread, and returns which was before. */
    static @Nullable TaskCell<?> enter(@Nullable TaskCell<?> task) {
        if (Thread.currentThread() instanceof Worker worker) {
            TaskCell<?> before = (TaskCell<?>) worker.context;
            worker.context = task;
            return before;
        }
        ForeignThread thread = foreignThread();
        TaskCell<?> before = thread.task;
        thread.task = task;
        return before;
    }

    /** The runtime of the current task, or the global one. */
    static TaskRuntime runtime() {
        TaskCell<?> task = task();
        return task == null ? TaskRuntime.global() : task.runtime;
    }
}
