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
    /** As {@link #rest}, which otherwise is the {@link WaitingOperation}: this has ended. */
    static final Object ENDED = new Object();

    final Exchange<T> exchange;

    Operation(Exchange<T> exchange) {
        this.exchange = exchange;
    }

    /** This was cancelled before its first poll: what it holds can go. */
    abstract void abandon();

    /**
     * A poll that is not the first. Static, as an operation that is handed to a method which is not
     * inlined has to be allocated, also if the compiler finds out later that this is never called.
     *
     * @param rest see {@link #rest}; not null
     * @param description of the operation
     */
    static @Nullable Object again(Object rest, String description, Object cx) {
        if (rest instanceof WaitingOperation<?> waiting) {
            Object value = waiting.pollValue(cx);
            return value == PENDING ? waiting : value;
        }
        throw Owner.completed(description);
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
