package dev.thrum.task;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The body of an async block that gives a value. Any method or lambda that it stands for may {@link
 * Async#await() await}.
 *
 * <p>{@code Serializable} only lets the run-time weaver find a lambda's code; nothing is
 * serialised.
 *
 * @param <T> the type of the value; {@code null} is a legal value
 */
@FunctionalInterface
public interface AsyncCallable<T extends @Nullable Object> extends Serializable {
    /** Runs the body; what it throws is the failure of the block. */
    T call() throws Exception;
}
