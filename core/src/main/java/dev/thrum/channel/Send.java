package dev.thrum.channel;

import dev.thrum.task.Context;
import dev.thrum.task.Poll;
import org.jspecify.annotations.Nullable;

/** A message on its way into a channel. */
final class Send<T> extends Operation<T, @Nullable Void> {
    static final Poll<@Nullable Void> SENT = Poll.ready(null);

    /** Not with the message, whose toString() is foreign code. */
    static final String DESCRIPTION = "Channel.send(…)";

    private @Nullable T message;

    Send(Exchange<T> exchange, T message) {
        super(exchange);
        this.message = message;
    }

    @Override
    public @Nullable Object pollValue(Object cx) {
        Object before = rest;
        if (before != null && before != GIVES_WAY) {
            return again(before, DESCRIPTION, cx);
        }
        rest = ENDED;
        T sent = message;
        message = null;
        if (sent == null) {
            throw new IllegalStateException(this + " has no message; a bug in Thrum");
        }
        WaitingSend<T> waiting;
        if (before == null) {
            int result = exchange.sendQuickly(sent);
            if (result == MessageQueue.ACCEPTED) {
                return null;
            }
            if (result == MessageQueue.CLOSED) {
                throw ChannelClosedException.sending();
            }
            waiting = exchange.sendOrWait(sent, ((Context) cx).waker());
            if (waiting == null) {
                return null;
            }
        } else {
            waiting = exchange.waitToSend(sent, ((Context) cx).waker());
        }
        rest = waiting; // not by a method: see Attempt
        return waiting;
    }

    @Override
    void abandon() {
        message = null;
    }

    @Override
    public Poll<@Nullable Void> poll(Context cx) {
        return pollValue(cx) == null ? SENT : Poll.pending();
    }

    @Override
    public String toString() {
        return DESCRIPTION;
    }
}
