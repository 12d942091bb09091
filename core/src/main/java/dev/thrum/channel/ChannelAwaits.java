package dev.thrum.channel;

import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.task.Coroutine;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Operations of a {@link Channel} that are awaited where they are made, as in {@code
 * channel.send(message).await()}: the weaver makes one call of the two, and there need not be any
 * {@link Async} in between.
 *
 * <p>Each does what making the operation and {@link Coroutine#await} do, one after the other, and
 * like that gives the value, or {@link Coroutine#SUSPENDED}. Without this the operation would be an
 * object of 24 bytes, unless the compiler finds that it never leaves the body, for which it has to
 * inline all that may touch it. Whether it does depends on what else the program awaits, and on
 * what was compiled first.
 */
final class ChannelAwaits {
    private ChannelAwaits() {}

    /** {@code channel.send(message).await()}. */
    static <T> @Nullable Object send(Channel<T> channel, T message, Coroutine<?> self, Context cx)
            throws Exception {
        if (!Coroutine.AWAITS_DIRECTLY) {
            return Coroutine.await(channel.send(message), self, cx);
        }
        Exchange<T> exchange = channel.exchange;
        Objects.requireNonNull(message, "message");
        WaitingSend<T> waiting;
        if (Coroutine.beginAwait(self, cx)) {
            int result = exchange.sendQuickly(message);
            if (result == MessageQueue.ACCEPTED) {
                return null;
            }
            if (result == MessageQueue.CLOSED) {
                throw ChannelClosedException.sending();
            }
            waiting = exchange.sendOrWait(message, cx.waker());
            if (waiting == null) {
                return null;
            }
        } else {
            waiting = exchange.waitToSend(message, cx.waker());
        }
        return Coroutine.suspendAt(waiting, self);
    }

    /** {@code channel.receive().await()}, or that of {@code channel.next()}. */
    static @Nullable Object receive(
            Channel<?> channel, boolean optional, Coroutine<?> self, Context cx) throws Exception {
        if (!Coroutine.AWAITS_DIRECTLY) {
            return Coroutine.await(optional ? channel.next() : channel.receive(), self, cx);
        }
        Exchange<?> exchange = channel.exchange;
        Object received;
        if (Coroutine.beginAwait(self, cx)) {
            Object message = exchange.receiveQuickly();
            if (message != null) {
                return Receive.result(optional, message);
            }
            received = exchange.receiveOrWait(optional, cx.waker());
        } else {
            received = exchange.waitToReceive(optional, cx.waker());
        }
        if (received instanceof WaitingReceive<?, ?> waiting) {
            return Coroutine.suspendAt(waiting, self);
        }
        return received == null ? Receive.atEnd(optional) : Receive.result(optional, received);
    }
}
