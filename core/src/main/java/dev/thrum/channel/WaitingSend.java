package dev.thrum.channel;

import dev.thrum.poll.Pollable;
import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.task.Poll;
import dev.thrum.task.Waker;
import org.jspecify.annotations.Nullable;

/** A message that waits for room, or to be received. */
final class WaitingSend<T> extends WaitingOperation<T> implements Async<@Nullable Void> {
    WaitingSend(Exchange<T> exchange, T message, Waker waker, Object owner) {
        super(exchange, message, waker, owner);
    }

    @Override
    public @Nullable Object pollValue(Object context) {
        Context cx = (Context) context;
        int result;
        try {
            int state = state();
            check(state, cx);
            result = exchange.resume(this, state, cx.waker());
        } catch (VirtualMachineError e) { // no memory for the message, or no stack
            exchange.cancel(this);
            throw e;
        }
        if (result == Exchange.WAITS) {
            return Pollable.PENDING;
        }
        message = null;
        end();
        if (result == MessageQueue.CLOSED) {
            throw ChannelClosedException.sending();
        }
        return null;
    }

    @Override
    public Poll<@Nullable Void> poll(Context cx) {
        return pollValue(cx) == Pollable.PENDING ? Poll.pending() : Send.SENT;
    }

    @Override
    public boolean onCancel(Context cx) {
        return exchange.cancel(this);
    }

    @Override
    public String toString() {
        return Send.DESCRIPTION;
    }
}
