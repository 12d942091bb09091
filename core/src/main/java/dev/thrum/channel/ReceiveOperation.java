package dev.thrum.channel;

import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.task.Poll;
import java.util.Optional;

/**
 * A message to come.
 *
 * @param <T> the type of the message
 * @param <R> the type of the result
 */
abstract class ReceiveOperation<T, R> extends Operation<T> implements Async<R> {
    ReceiveOperation(Exchange<T> exchange) {
        super(exchange, null);
    }

    @Override
    public final Poll<R> poll(Context cx) {
        int state = state();
        if (state != NEW) {
            check(state, cx);
        }
        switch (exchange.receive(this, state, cx.waker())) {
            case Exchange.WAITS -> {
                return Poll.pending();
            }
            case MessageQueue.CLOSED -> {
                end();
                return Poll.ready(atEnd());
            }
            default -> {
                end();
                return Poll.ready(result(takeMessage()));
            }
        }
    }

    @Override
    public final boolean onCancel(Context cx) {
        exchange.cancel(this);
        return true;
    }

    abstract R result(T received);

    /** What it gives, or throws, if there are no more messages. */
    abstract R atEnd();

    /** Gives the message; the end is a failure. */
    static final class Receive<T> extends ReceiveOperation<T, T> {
        Receive(Exchange<T> exchange) {
            super(exchange);
        }

        @Override
        T result(T received) {
            return received;
        }

        @Override
        T atEnd() {
            throw ChannelClosedException.receiving();
        }

        @Override
        public String toString() {
            return "Channel.receive()";
        }
    }

    /** Gives the message; the end is empty. */
    static final class Next<T> extends ReceiveOperation<T, Optional<T>> {
        Next(Exchange<T> exchange) {
            super(exchange);
        }

        @Override
        Optional<T> result(T received) {
            return Optional.of(received);
        }

        @Override
        Optional<T> atEnd() {
            return Optional.empty();
        }

        @Override
        public String toString() {
            return "Channel.next()";
        }
    }
}
