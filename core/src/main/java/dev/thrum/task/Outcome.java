package dev.thrum.task;

import org.jspecify.annotations.Nullable;

/**
 * How a task ended.
 *
 * @param <T> the type of the task's value
 */
public sealed interface Outcome<T extends @Nullable Object> {
    /**
     * The body returned a value.
     *
     * @param value what it returned; may be null
     */
    record Succeeded<T extends @Nullable Object>(T value) implements Outcome<T> {}

    /**
     * The body threw.
     *
     * @param cause what it threw, the same object
     */
    record Failed<T extends @Nullable Object>(Throwable cause) implements Outcome<T> {}

    /** The task was asked to cancel, and its body ended on account of that or never started. */
    record Cancelled<T extends @Nullable Object>() implements Outcome<T> {}
}
