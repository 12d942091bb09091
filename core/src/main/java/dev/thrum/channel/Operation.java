package dev.thrum.channel;

import dev.thrum.poll.Attempt;
import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.waiting.Owner;
import org.jspecify.annotations.Nullable;

/**
 * A send or a receive, as the caller awaits it. If its first poll has to wait, that makes a {@link
 * WaitingOperation}, which takes over; {@link Attempt} says why that is another object.
 *
 * @param <T> the type of the message
 * @param <R> the type of the result
 */
abstract class Operation<T, R extends @Nullable Object> extends Attempt implements Async<R> {
    /** As {@link #rest}: there is none, this has ended. */
    private static final Object ENDED = new Object();

    final Exchange<T> exchange;

    /** Null before the first poll; then the {@link WaitingOperation}, or {@link #ENDED}. */
    private @Nullable Object rest;

    Operation(Exchange<T> exchange) {
        this.exchange = exchange;
    }

    /** This was cancelled before its first poll: what it holds can go. */
    abstract void abandon();

    /**
     * A poll begins. (Subclasses have a {@code pollValue} each, as one here that calls them would
     * be compiled with both, and too large to be inlined.)
     *
     * @return whether it is the first; if so, and unless {@link #waitsAs} is called, this has ended
     */
    final boolean begin() {
        boolean first = rest == null;
        if (first) {
            rest = ENDED;
        }
        return first;
    }

    /** The first poll had to wait. */
    final Object waitsAs(WaitingOperation<T> waiting) {
        rest = waiting;
        return waiting;
    }

    /** A poll that is not the first. */
    final @Nullable Object again(Object cx) {
        if (rest instanceof WaitingOperation<?> waiting) {
            Object value = waiting.pollValue(cx);
            return value == PENDING ? waiting : value;
        }
        throw Owner.completed(this);
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
