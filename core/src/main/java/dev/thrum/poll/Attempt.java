package dev.thrum.poll;

import org.jspecify.annotations.Nullable;

/**
 * Something that is two objects: a small one, this, which tries, and a larger one, made only if the
 * first poll has to wait, which stands in a list and is polled from then on: a {@link Waiting}.
 * Where the compiler inlines the first poll into the body that awaits, the small one never leaves
 * it and is not allocated at all. (Where the weaver sees which operation of a channel is awaited,
 * there is none to begin with; this is for the others, such as those of a {@code Sender}.)
 *
 * <p>For that no path that is ever taken may store this anywhere, or hand it to a method that is
 * not inlined, be it once in a hundred times: the JVM has no objects that are there on some paths
 * only, and it does not inline what is called once in 128 times. So a body whose budget is spent
 * does not keep this for its next poll. It tells it to {@linkplain #GIVES_WAY give way}: to wait,
 * although that may not be necessary, and to be woken at once.
 *
 * <p>Its {@link #pollValue} never gives {@link #PENDING}.
 */
public abstract class Attempt extends Pollable {
    /** As {@link #rest}: not polled yet; the first poll has to wait in any case. */
    public static final Object GIVES_WAY = new Object();

    /**
     * Null before the first poll, or {@link #GIVES_WAY}; after it, the {@link Waiting} or something
     * else that is not null. (A method to set it would be called once in 128 times.)
     */
    public @Nullable Object rest;

    /** For subclasses. */
    protected Attempt() {}
}
