package dev.thrum.task;

import dev.thrum.executor.LocalQueue;
import dev.thrum.executor.Worker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
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
     * One of those that drive, or the last of them, or null. Set when one begins to while this one
     * does not, so that threads do not take it from each other while they drive. Plain: whoever
     * finds another's, or an old one, asks the thread-local.
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

    /** After how many blocks a thread keeps a root: that costs more than to make one. */
    private static final int REPEATS = 8;

    /** How many more it takes after a root that was kept in vain. */
    private static final int IN_VAIN = 56;

    private Current() {}

    /** A thread that is not a worker, from its first task on. */
    static final class ForeignThread {
        /** Not the thread itself: {@link #driver} would keep it, and its class loader, alive. */
        private final long threadId = Thread.currentThread().threadId();

        @Nullable TaskCell<?> task;
        @Nullable LocalQueue localQueue;

        /**
         * How many blockOn calls are on this thread's stack. Written by this thread alone; opaque,
         * as who closes a runtime meanwhile may see it as it was or as it is.
         */
        @SuppressWarnings("unused") // through DRIVING
        private int driving;

        /** How many blocks this thread has blocked on since it last thought of keeping a root. */
        private int blocks;

        /**
         * The root that this thread uses again and again. Written by this thread, under the lock of
         * the {@link SpareRoots}; read by who closes the runtime under the same.
         */
        private @Nullable WeakReference<RootTask<?>> spareRoot;

        /** Where who closes its runtime finds the kept root; guarded by that one's lock. */
        volatile @Nullable SpareRoots foundBy;

        /** The root to be used again, which may be under way. */
        @Nullable RootTask<?> keptRoot() {
            WeakReference<RootTask<?>> spare = spareRoot;
            return spare == null ? null : spare.get();
        }

        /** The root to be used again by this thread now; null if there is none. */
        @Nullable RootTask<?> reusableRoot(TaskRuntime runtime) {
            RootTask<?> spare = keptRoot();
            if (spare == null || spare.runtime != runtime || task != null) {
                return null;
            }
            if (!spare.isReusable()) {
                spareRoot = null;
                blocks = -IN_VAIN;
                return null;
            }
            return spare;
        }

        /**
         * Whether the next root of this thread, which is for a block, is to be one that it keeps.
         */
        boolean wantsSpareRoot() {
            return task == null && ++blocks > REPEATS;
        }

        /** From now on {@code root}, which is about to begin, is the one to be used again. */
        void keep(RootTask<?> root) {
            spareRoot = new WeakReference<>(root);
            blocks = 0;
        }

        boolean isDriving() {
            return (int) DRIVING.getOpaque(this) > 0;
        }

        void beginDriving() {
            ForeignThread other = driver;
            if (other != this && (other == null || !other.isDriving())) {
                driver = this;
            }
            DRIVING.setOpaque(this, driving + 1); // last: there may be no stack left for the rest
        }

        void endDriving() {
            DRIVING.setOpaque(this, driving - 1);
            if (localQueue != null && driving == 0 && driver == this) {
                driver = null; // it would keep alive what its local tasks refer to
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

    /** What the calling thread is, if it is no worker and has had a task; else null. */
    static @Nullable ForeignThread knownForeignThread() {
        return Thread.currentThread() instanceof Worker ? null : find();
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
        return thread != null && thread.threadId == Thread.currentThread().threadId()
                ? thread
                : FOREIGN.get();
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
