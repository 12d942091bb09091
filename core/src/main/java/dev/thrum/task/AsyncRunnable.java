package dev.thrum.task;

import java.io.Serializable;

/**
 * The body of an async block without a value. Any method or lambda that it stands for may {@link
 * Async#await() await}.
 *
 * <p>{@code Serializable} only lets the run-time weaver find a lambda's code; nothing is
 * serialised.
 */
@FunctionalInterface
public interface AsyncRunnable extends Serializable {
    /** Runs the body; what it throws is the failure of the block. */
    void run() throws Exception;
}
