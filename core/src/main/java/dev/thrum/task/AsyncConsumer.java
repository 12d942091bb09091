package dev.thrum.task;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The body of an async block with an argument and without a value. Any method or lambda that it
 * stands for may {@link Async#await() await}.
 *
 * <p>{@code Serializable} only lets the run-time weaver find a lambda's code; nothing is
 * serialised.
 *
 * @param <A> the type of the argument
 */
@FunctionalInterface
public interface AsyncConsumer<A extends @Nullable Object> extends Serializable {
    /** Runs the body; what it throws is the failure of the block. */
    void accept(A argument) throws Exception;

    /**
     * Makes an async block of this body, as {@link Async#async(AsyncFunction, Object)} does of a
     * function; for libraries that take bodies from their users.
     *
     * @param argument handed to the body as it is; may be null
     * @return the cold block
     */
    default Async<@Nullable Void> block(A argument) {
        return AsyncBodies.block(this, argument);
    }
}
