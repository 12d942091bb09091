package dev.thrum.task;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Where failures go that are not, or not only, for those who await: panics, and what nobody looked
 * at. None of its methods throws, whatever a handler does.
 */
record FailurePolicy(
        @Nullable BiConsumer<? super Task, ? super Throwable> onPanic,
        @Nullable BiConsumer<? super Task, ? super Throwable> onUnobservedFailure) {

    private static final String LOGGER = "dev.thrum.task";

    /** A task's body threw an Error. */
    void panicked(TaskCell<?> cell, Error panic) {
        try {
            Task task = cell.task();
            if (onPanic != null) {
                onPanic.accept(task, panic);
            } else if (cell.root == null || !cell.root.panicked(task, panic)) {
                Throwables.uncaught(panic);
            }
        } catch (Throwable ofTheHandler) {
            Throwables.suppress(ofTheHandler, panic);
            Throwables.uncaught(ofTheHandler);
        }
    }

    /** Nobody looked, or can look, at {@code failure}. */
    void unobserved(Task task, Throwable failure) {
        try {
            if (onUnobservedFailure != null) {
                onUnobservedFailure.accept(task, failure);
            } else {
                System.getLogger(LOGGER).log(System.Logger.Level.WARNING, message(task), failure);
            }
        } catch (Throwable ofTheHandler) {
            Throwables.suppress(ofTheHandler, failure);
            Throwables.uncaught(ofTheHandler);
        }
    }

    /**
     * The same while the JVM exits. {@code java.util.logging} then closes its handlers in a hook of
     * its own, at the same time, so what goes through it may be lost: it is printed instead, unless
     * the logger is somebody else's.
     */
    void unobservedAtExit(Task task, Throwable failure) {
        String logger = System.getLogger(LOGGER).getClass().getName();
        boolean ofTheJdk = logger.startsWith("sun.") || logger.startsWith("jdk.");
        if (onUnobservedFailure != null || !ofTheJdk) {
            unobserved(task, failure);
        } else {
            synchronized (System.err) {
                System.err.println("WARNING: " + message(task));
                failure.printStackTrace();
            }
        }
    }

    private static String message(Task task) {
        return task + " failed, and nobody looked at it: await its handle, or catch in its body";
    }
}
