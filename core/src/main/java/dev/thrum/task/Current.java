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
     * One of those that drive, or the last of them, or null. Set when one begins to while this one
     * does not, so that threads do not take it from each other while they drive. Plain: whoever
     * finds another's, or an old one, asks the thread-local.
     */
    private static @Nullable ForeignThread driver;

    private static final VarHandle DRIVING;
    private static final VarHandle SPARE_ROOT;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            DRIVING = lookup.findVarHandle(ForeignThread.class, "driving", int.class);
            SPARE_ROOT = lookup.findVarHandle(ForeignThread.class, "spareRoot", RootTask.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** After how many reusable roots a thread keeps one: it costs more than to make one. */
    private static final int REPEATS = 8;

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

        /** How many roots in a row have ended that could have been used again. */
        private int reusable;

        /**
         * The root that this thread uses again and again, for one runtime; see {@link SpareRoots}.
         * Written by this thread, and by who closes the runtime.
         */
        private @Nullable RootTask<?> spareRoot;

        /** The root to be used again, which may be under way; for any thread. */
        @Nullable RootTask<?> spareRoot() {
            return (RootTask<?>) SPARE_ROOT.getAcquire(this);
        }

        /** The root to be used again by this thread now; null if there is none. */
        @Nullable RootTask<?> reusableRoot(TaskRuntime runtime) {
            RootTask<?> spare = spareRoot;
            if (spare == null || spare.runtime != runtime || task != null) {
                return null;
            }
            if (!spare.isReusable()) {
                SPARE_ROOT.setOpaque(this, null);
                reusable = 0;
                return null;
            }
            return spare;
        }

        void forgetSpareRoot(TaskRuntime runtime) {
            RootTask<?> spare = spareRoot();
            if (spare != null && spare.runtime == runtime) {
                SPARE_ROOT.compareAndSet(this, spare, null);
            }
        }

        /** A root of this thread, within no other task, is over. */
        void rootEnded(RootTask<?> root) {
            if (root == spareRoot) {
                return; // it is looked at when it is to be used
            }
            if (!root.isReusable()) {
                reusable = 0;
            } else if (reusable < REPEATS) {
                reusable++;
            } else if (spareRoot == null && root.runtime.spareRoots.add(this)) {
                SPARE_ROOT.setRelease(this, root);
            }
        }

        boolean isDriving() {
            return (int) DRIVING.getOpaque(this) > 0;
        }

        void beginDriving() {
            DRIVING.setOpaque(this, driving + 1);
            ForeignThread other = driver;
            if (other != this && (other == null || !other.isDriving())) {
                driver = this;
            }
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
