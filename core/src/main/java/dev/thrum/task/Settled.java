package dev.thrum.task;

import org.jspecify.annotations.Nullable;

/**
 * An async that may know its result without being polled, and so without a task: to find it there
 * runs nobody's code and waits for nothing. {@code blockOn} then needs no root, which is what makes
 * {@link JoinHandle#join()} of a task that has ended nearly free.
 *
 * @param <T> the type of the result
 */
interface Settled<T extends @Nullable Object> extends Async<T> {
    /** Whether the result is there. Once it is, it stays. */
    boolean isDone();

    /** The result, which is there, any number of times; or throws it, if it is a failure. */
    T result() throws Exception;
}
