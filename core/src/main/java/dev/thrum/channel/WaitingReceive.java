package dev.thrum.channel;

import dev.thrum.poll.Pollable;
import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.task.Poll;
import dev.thrum.task.Waker;
import org.jspecify.annotations.Nullable;

/**
 * A receive that waits for a message.
 *
 * @param <T> the type of the message
 * @param <R> the type of the result; see {@link Receive}
 */
final class WaitingReceive<T, R> extends WaitingOperation<T> implements Async<R> {
    private final boolean optional;

    WaitingReceive(Exchange<T> exchange, boolean optional, Waker waker, Object owner) {
        super(exchange, null, waker, owner);
        this.optional = optional;
    }

    @Override
    public @Nullable Object pollValue(Object context) {
        Context cx = (Context) context;
        int result;
        try {
            int state = state();
            check(state, cx);
            result = exchange.resume(this, state, cx.waker());
        } catch (StackOverflowError e) {
            exchange.cancel(this); // whom a message were handed to would never look
            throw e;
        }
        switch (result) {
            case Exchange.WAITS -> {
                return Pollable.PENDING;
            }
            case MessageQueue.CLOSED -> {
                end();
                return Receive.atEnd(optional);
            }
            default -> {
                end();
                return Receive.result(optional, takeMessage());
            }
        }
    }

    @Override
    public Poll<R> poll(Context cx) {
        return Receive.toPoll(pollValue(cx));
    }

    @Override
    public boolean onCancel(Context cx) {
        exchange.cancel(this);
        return true;
    }

    @Override
    public String toString() {
        return Receive.describe(optional);
    }
}
