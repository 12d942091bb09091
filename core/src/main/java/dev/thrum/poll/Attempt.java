package dev.thrum.poll;

/**
 * Something that is two objects: a small one, this, which tries, and a larger one, made only if the
 * first poll has to wait, which stands in a list and is polled from then on: a {@link Waiting}.
 * Where the compiler inlines the first poll into the body that awaits, the small one never leaves
 * it and is not allocated at all.
 *
 * <p>For that no path that is ever taken may store this anywhere, or hand it to a method that is
 * not inlined, be it once in a hundred times: the JVM has no objects that are there on some paths
 * only. So a body does not keep it for a later poll. If its budget runs out, it polls this all the
 * same, and gives way with the result in its hands; which is to say that having its effect and not
 * going on for a while must be harmless, as it is with messages, but not with locks.
 */
public abstract class Attempt extends Pollable {
    /** For subclasses. */
    protected Attempt() {}
}
