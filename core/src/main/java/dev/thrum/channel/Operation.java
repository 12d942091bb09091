package dev.thrum.channel;

import dev.thrum.poll.Pollable;
import dev.thrum.task.Async;
import dev.thrum.task.Context;
import org.jspecify.annotations.Nullable;

/**
 * A send or a receive, as the caller awaits it. If its first poll has to wait, that makes a {@link
 * WaitingOperation}, which takes over; see {@link Pollable}, which says why that is another object.
 *
 * @param <T> the type of the message
 * @param <R> the type of the result
 */
abstract class Operation<T, R extends @Nullable Object> extends Pollable<Context>
        implements Async<R> {
    /** As {@link #rest}: there is none, this has ended. */
    private static final Object ENDED = new Object();

    final Exchange<T> exchange;

    /** Null before the first poll; then the {@link WaitingOperation} or {@link #ENDED}. */
    private @Nullable Object rest;

    Operation(Exchange<T> exchange) {
        this.exchange = exchange;
    }

    /** The first poll: the result, or the {@link WaitingOperation} that has to be polled on. */
    abstract @Nullable Object first(Context cx);

    /** This is not polled any more before it was: what it holds can go. */
    abstract void abandon();

    @Override
    public final @Nullable Object pollValue(Context cx) throws Exception {
        if (rest != null) {
            return again(cx);
        }
        rest = ENDED; // also if this throws
        Object result = first(cx);
        if (result instanceof WaitingOperation<?> waiting) {
            rest = waiting;
            return PENDING;
        }
        return result;
    }

    private @Nullable Object again(Context cx) throws Exception {
        if (rest instanceof WaitingOperation<?> waiting) {
            return waiting.pollValue(cx);
        }
        throw Owned.completed(this);
    }

    @Override
    public final Pollable<Context> pendingPart() {
        return rest instanceof WaitingOperation<?> waiting ? waiting : this;
    }

    @Override
    public final boolean onCancel(Context cx) {
        if (rest instanceof Async<?> waiting) {
            return waiting.onCancel(cx);
        }
        rest = ENDED;
        abandon();
        return true;
    }
}
