package dev.thrum.poll;

import org.jspecify.annotations.Nullable;

/** Something asynchronous that can be polled for its bare result, beside being an {@code Async}. */
public abstract class Pollable {
    /** What {@link #pollValue} gives as long as there is no result. */
    public static final Object PENDING = new Object();

    /** For subclasses. */
    protected Pollable() {}

    /**
     * Polls once, as {@code Async.poll} would.
     *
     * @param cx the {@code dev.thrum.task.Context}; not a type parameter, as the bridge method that
     *     comes with one is compiled by itself, and then is too large to be inlined
     * @return the result; or {@link #PENDING}; or the {@link Waiting} that may be polled from now
     *     on, and told of a cancellation, in the place of this
     * @throws Exception if the computation failed
     */
    public abstract @Nullable Object pollValue(Object cx) throws Exception;
}
