package dev.thrum.task;

import java.util.Objects;

/**
 * Tells a task that polling it again is worth while.
 *
 * <p>{@link #wake()} may be called from any thread, platform or virtual, inside or outside of the
 * runtime, any number of times, during a poll and after completion. A wake during a poll causes one
 * more poll; wakes coalesce; a wake after completion does nothing; none is lost.
 *
 * <p><b>Memory consistency.</b> Actions before {@code wake()} happen-before the poll it causes,
 * also when it coalesces with an earlier wake.
 */
public interface Waker {
    /** Asks for a poll. Costs one atomic operation on a task's own waker, and allocates nothing. */
    void wake();

    /**
     * Whether waking {@code other} would do the same as waking this: true if both surely wake the
     * same task. An async that keeps a waker may skip replacing it then.
     */
    default boolean willWake(Waker other) {
        return this == other;
    }

    /** A waker that does nothing. */
    static Waker noop() {
        return NoopWaker.NOOP;
    }

    /**
     * A waker that runs {@code action} at each wake, on the waking thread. The action must be
     * thread-safe and short.
     */
    static Waker of(Runnable action) {
        return Objects.requireNonNull(action, "action")::run;
    }
}
