package dev.thrum.task;

import dev.thrum.executor.LocalQueue;
import dev.thrum.executor.Worker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Which task the calling thread is polling, and which queue of local tasks it drives.
 *
 * <p>A worker carries both in fields of its own thread object, which makes a look-up cheaper than a
 * {@link ThreadLocal}; every other thread has one thread-local for the two. One thread that is in a
 * {@code blockOn}, which in many programs is the only one, is found without that.
 */
final class Current {
    private static final ThreadLocal<@Nullable ForeignThread> FOREIGN = new ThreadLocal<>();

    /**
     * One of those that drive, or null. Set when it begins to, if there is none, and cleared when
     * it ends: not when another thread looks, or else the threads would take it from each other.
     * Plain: whoever finds another's, or an old one, asks the thread-local.
     */
    private static @Nullable ForeignThread driver;

    private static final VarHandle DRIVING;

    static {
        try {
            DRIVING =
                    MethodHandles.lookup().findVarHandle(ForeignThread.class, "driving", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private Current() {}

    /** A thread that is not a worker, from its first task on. */
    static final class ForeignThread {
        private final Thread thread = Thread.currentThread();
        @Nullable TaskCell<?> task;
        @Nullable LocalQueue localQueue;

        /**
         * How many blockOn calls are on this thread's stack. Written by this thread alone; opaque,
         * as who closes a runtime meanwhile may see it as it was or as it is.
         */
        @SuppressWarnings("unused") // through DRIVING
        private int driving;

        boolean isDriving() {
            return (int) DRIVING.getOpaque(this) > 0;
        }

        void beginDriving() {
            DRIVING.setOpaque(this, driving + 1);
            if (driver == null) {
                driver = this;
            }
        }

        void endDriving() {
            DRIVING.setOpaque(this, driving - 1);
            if (driving == 0 && driver == this) {
                driver = null;
            }
        }

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
        ForeignThread thread = find();
        if (thread == null) {
            thread = new ForeignThread();
            FOREIGN.set(thread);
        }
        return thread;
    }

    private static @Nullable ForeignThread find() {
        ForeignThread thread = driver;
        return thread != null && thread.thread == Thread.currentThread() ? thread : FOREIGN.get();
    }

    /** The task that the calling thread is polling. */
    static @Nullable TaskCell<?> task() {
        if (Thread.currentThread() instanceof Worker worker) {
            return (TaskCell<?>) worker.context();
        }
        ForeignThread thread = find();
        return thread == null ? null : thread.task;
    }

    /** Makes {@code task} current on the calling thread, and returns which was before. */
    static @Nullable TaskCell<?> enter(@Nullable TaskCell<?> task) {
        if (Thread.currentThread() instanceof Worker worker) {
            return (TaskCell<?>) worker.enter(task);
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
