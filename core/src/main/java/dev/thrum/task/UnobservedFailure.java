package dev.thrum.task;

import java.lang.ref.Cleaner;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A failure that nobody has looked at yet. Reported once: when the task's handle becomes
 * unreachable, when its runtime closes, or when the JVM exits, whichever comes first; or not at all
 * once somebody has looked. Refers to the task's name, never to the handle.
 */
final class UnobservedFailure implements Runnable {
    private static final Set<UnobservedFailure> ALL = ConcurrentHashMap.newKeySet();

    private final TaskRuntime runtime;
    private final Task task;
    private final Throwable failure;
    private final AtomicBoolean settled = new AtomicBoolean();
    private Cleaner.@Nullable Cleanable cleanable;

    private UnobservedFailure(TaskRuntime runtime, Task task, Throwable failure) {
        this.runtime = runtime;
        this.task = task;
        this.failure = failure;
    }

    /** What only a program with such failures needs: a thread, and a hook at its exit. */
    private static final class Machinery {
        static final Cleaner CLEANER =
                Cleaner.create(Thread.ofPlatform().daemon().name("thrum-failures").factory());

        static {
            try {
                Runtime.getRuntime()
                        .addShutdownHook(
                                new Thread(UnobservedFailure::reportAtExit, "thrum-failures-exit"));
            } catch (IllegalStateException exiting) {
                // The hooks run already: what fails from now on is cut off by the exit anyway.
            }
        }
    }

    static UnobservedFailure track(TaskCell<?> task, Throwable failure) {
        UnobservedFailure tracked =
                new UnobservedFailure(task.runtime, task.task().detached(), failure);
        ALL.add(tracked);
        tracked.cleanable = Machinery.CLEANER.register(task, tracked);
        return tracked;
    }

    /** Somebody has looked. */
    void looked() {
        if (settle() && cleanable != null) {
            cleanable.clean(); // only forgets: it is settled
        }
    }

    private boolean settle() {
        ALL.remove(this);
        return settled.compareAndSet(false, true);
    }

    /** The handle has become unreachable, or will not be looked at any more. */
    @Override
    public void run() {
        if (settle()) {
            runtime.failures().unobserved(task, failure);
        }
    }

    static void reportAll(TaskRuntime of) {
        for (UnobservedFailure tracked : ALL) {
            if (tracked.runtime == of) {
                tracked.run();
            }
        }
    }

    private static void reportAtExit() {
        for (UnobservedFailure tracked : ALL) {
            if (tracked.settle()) {
                tracked.runtime.failures().unobservedAtExit(tracked.task, tracked.failure);
            }
        }
    }
}
