package dev.thrum.weave;

import org.jspecify.annotations.Nullable;

/**
 * Says why a body was not woven, and what to do instead. The message names class, method and, where
 * it is known, file and line.
 */
public final class WeaveException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param message what is wrong, where, and what to do
     */
    public WeaveException(String message) {
        super(message);
    }

    /**
     * Creates an exception with a cause.
     *
     * @param message what is wrong, where, and what to do
     * @param cause what led to it
     */
    public WeaveException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
