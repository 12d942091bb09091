package dev.thrum.poll;

/**
 * What an {@link Attempt} is followed by if it has to wait; an {@code Async}. No program gets to
 * see one, so that it cannot be the result of anything.
 */
public abstract class Waiting extends Pollable {
    /** For subclasses. */
    protected Waiting() {}
}
