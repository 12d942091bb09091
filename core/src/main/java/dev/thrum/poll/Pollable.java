package dev.thrum.poll;

import org.jspecify.annotations.Nullable;

/**
 * Something asynchronous that can be polled for its bare result, beside being an {@code Async}.
 *
 * <p>It may also say that, once pending, <em>another</em> object is to be polled instead of it. So
 * an operation can be two objects: a small one that tries, and a larger one, made only if the first
 * poll has to wait, that stands in a list and is polled from then on. Where the compiler inlines
 * the first poll into the body that awaits, the small one never leaves it and is not allocated at
 * all: the JVM can do without an object only if no path at all stores it anywhere, also not the
 * path that waits, nor the one that gives way to other tasks before the first poll.
 */
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
     * @return the result, or {@link #PENDING}
     * @throws Exception if the computation failed
     */
    public abstract @Nullable Object pollValue(Object cx) throws Exception;

    /** What to poll from now on, and to tell of a cancellation, after this was pending. */
    public Pollable pendingPart() {
        return this;
    }

    /** What to poll from now on, although this has not been polled: for want of budget. */
    public Pollable unpolledPart() {
        return this;
    }
}
