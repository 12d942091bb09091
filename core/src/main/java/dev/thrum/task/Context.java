package dev.thrum.task;

import java.util.Objects;

/**
 * What an {@link Async} is polled with: whom to wake. Contexts are made by the runtime, or by
 * {@link #of} for polling by hand.
 */
public sealed interface Context permits Region, PlainContext {
    /**
     * Whom to wake when polling again is worth while; never null. May be kept beyond the poll, and
     * woken from any thread.
     */
    Waker waker();

    /** A context for polling by hand, in tests or in combinators that give each part its waker. */
    static Context of(Waker waker) {
        return new PlainContext(Objects.requireNonNull(waker, "waker"));
    }
}
