package dev.thrum.channel;

import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.task.Poll;
import org.jspecify.annotations.Nullable;

/** A message on its way into a channel. */
final class SendOperation<T> extends Operation<T> implements Async<@Nullable Void> {
    private static final Poll<@Nullable Void> SENT = Poll.ready(null);

    SendOperation(Exchange<T> exchange, T message) {
        super(exchange, message);
    }

    @Override
    public Poll<@Nullable Void> poll(Context cx) {
        int state = state();
        if (state != NEW) {
            check(state, cx);
        }
        int result;
        try {
            result = exchange.send(this, state, cx.waker());
        } catch (Throwable thrown) { // no memory for the message
            message = null;
            end();
            throw thrown;
        }
        if (result == Exchange.WAITS) {
            return Poll.pending();
        }
        message = null;
        end();
        if (result == MessageQueue.CLOSED) {
            throw ChannelClosedException.sending();
        }
        return SENT;
    }

    @Override
    public boolean onCancel(Context cx) {
        return exchange.cancel(this);
    }

    @Override
    public String toString() {
        return "Channel.send(…)"; // not the message, whose toString() is foreign code
    }
}
