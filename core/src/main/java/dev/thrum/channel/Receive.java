package dev.thrum.channel;

import dev.thrum.task.Context;
import dev.thrum.task.Poll;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A message to come. There are two kinds of it: {@code receive()} gives the message, and the end is
 * a failure; {@code next()} gives an {@link Optional}, empty at the end.
 *
 * @param <T> the type of the message
 * @param <R> the type of the result, T or {@code Optional<T>}
 */
final class Receive<T, R> extends Operation<T, R> {
    private final boolean optional;

    private Receive(Exchange<T> exchange, boolean optional) {
        super(exchange);
        this.optional = optional;
    }

    static <T> Receive<T, T> receive(Exchange<T> exchange) {
        return new Receive<>(exchange, false);
    }

    static <T> Receive<T, Optional<T>> next(Exchange<T> exchange) {
        return new Receive<>(exchange, true);
    }

    @Override
    public @Nullable Object pollValue(Object cx) {
        Object before = rest;
        if (before != null && before != GIVES_WAY) {
            return again(before, describe(optional), cx);
        }
        rest = ENDED;
        Object received;
        if (before == null) {
            T message = exchange.receiveQuickly();
            if (message != null) {
                return result(optional, message);
            }
            received = exchange.receiveOrWait(optional, ((Context) cx).waker());
        } else {
            received = exchange.waitToReceive(optional, ((Context) cx).waker());
        }
        if (received instanceof WaitingOperation<?>) {
            rest = received; // not by a method: see Attempt
            return received;
        }
        return received == null ? atEnd(optional) : result(optional, received);
    }

    @Override
    void abandon() {}

    @Override
    public Poll<R> poll(Context cx) {
        return toPoll(pollValue(cx));
    }

    @Override
    public String toString() {
        return describe(optional);
    }

    // ---- for WaitingReceive, too ----

    static Object result(boolean optional, Object message) {
        return optional ? Optional.of(message) : message;
    }

    /** What it gives, or throws, if there are no more messages. */
    static Object atEnd(boolean optional) {
        if (optional) {
            return Optional.empty();
        }
        throw ChannelClosedException.receiving();
    }

    @SuppressWarnings("unchecked") // what result and atEnd give is an R
    static <R> Poll<R> toPoll(@Nullable Object value) {
        return value == PENDING || value instanceof WaitingOperation<?>
                ? Poll.pending()
                : Poll.ready((R) value);
    }

    static String describe(boolean optional) {
        return optional ? "Channel.next()" : "Channel.receive()";
    }
}
