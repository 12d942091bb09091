package dev.thrum.channel;

import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.task.Coroutine;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A queue of messages between tasks: many senders, many receivers, first in first out, each message
 * to one receiver.
 *
 * <p>A <em>bounded</em> channel holds back who sends faster than others receive; an
 * <em>unbounded</em> one never does, and grows; in a <em>rendezvous</em> a sender waits for a
 * receiver.
 *
 * {@snippet :
 * Channel<String> channel = Channel.bounded(100);
 * Task.spawn(() -> {
 *     try (var sender = channel.sender()) {
 *         for (String line : lines) {
 *             sender.send(line).await();
 *         }
 *     }
 * });
 * while (channel.next().await() instanceof Optional<String> line && line.isPresent()) {
 *     IO.println(line.get());
 * }
 * }
 *
 * <p><b>Order.</b> Messages are received in the order in which they were sent; those of one sender
 * that awaits each send before the next are in its order. Who waits is served in order: a message
 * is given to the receiver that waits longest, room is given to the sender that waits longest, and
 * nobody who comes later overtakes them; only a {@link #tryReceive()} at a rendezvous passes over a
 * sender that was told of a receiver which has gone since. A message that had been given to a
 * receiver which then was cancelled is the next to be received.
 *
 * <p><b>Closing.</b> {@link #close()} is the end of sending: whoever sends, or waits to send, gets
 * a {@link ChannelClosedException} and its message was not sent. What was sent before can still be
 * received; after that, receiving fails with that exception, and {@link #next()} is empty. There is
 * no closing by forgetting: a receiver of a channel that nobody closes waits.
 *
 * <p><b>Cancellation.</b> A send or receive that was cancelled, timed out or lost a race has had no
 * effect. A send that waits for room is told when there is some, and takes it when its task runs
 * next: until then it can be withdrawn. The one exception is a waiting send of a rendezvous whose
 * message was taken by {@link #tryReceive()}: it cannot be withdrawn any more, and ends as sent. A
 * receive that is cancelled passes on the message it had been given; thus a rendezvous may hold a
 * message that its sender knows to be received, and any channel may hold some more than its
 * capacity, until somebody receives them.
 *
 * <p><b>Threads.</b> All methods may be called from any thread. None blocks; those named {@code
 * try…} act at once, and plain threads may wait by {@code Task.blockOn(channel.receive())}.
 *
 * <p><b>Memory consistency.</b> Actions before a message is sent happen-before those after it is
 * received; actions before {@code close()} happen-before those after its effect was noticed.
 *
 * <p><b>Cost.</b> Where nobody waits, an operation is one compare-and-set and takes no lock; but a
 * channel of up to {@value #SMALL_LIMIT} places holds a spin lock for some tens of instructions. Of
 * the messages, a bounded channel of up to {@value #RING_LIMIT} places allocates nothing after it
 * was made; the others an array for each {@value SegmentQueue#SEGMENT_SIZE}. {@code send}, {@code
 * receive} and {@code next} allocate the small object they return, except where the call and its
 * {@code await()} stand in one expression on one line of a body, and another one if they have to
 * wait.
 *
 * @param <T> the type of the messages
 */
public final class Channel<T> implements Sender<T>, Receiver<T> {
    /** Up to this capacity, the places are allocated beforehand. */
    static final int RING_LIMIT = 1024;

    /** Up to so many messages all is done under the lock. */
    static final int SMALL_LIMIT = 15;

    final Exchange<T> exchange;

    private Channel(Exchange<T> exchange) {
        this.exchange = exchange;
    }

    /**
     * A channel that holds up to {@code capacity} messages, and makes senders wait when it is full.
     *
     * @param capacity how many messages it holds, at least 1
     * @throws IllegalArgumentException if {@code capacity} is less than 1
     */
    public static <T> Channel<T> bounded(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException(
                    "a bounded channel holds at least 1 message, not "
                            + capacity
                            + ": for a channel that holds none, use Channel.rendezvous()");
        }
        return capacity <= SMALL_LIMIT
                ? new Channel<>(new SmallExchange<>(capacity))
                : capacity <= RING_LIMIT
                        ? inRing(capacity)
                        : new Channel<>(new QueuedExchange<>(capacity, new SegmentQueue<>()));
    }

    /** Also for tests, which come to the end of a small one sooner. */
    static <T> Channel<T> inRing(int capacity) {
        return new Channel<>(new QueuedExchange<>(capacity, new RingQueue<>(capacity)));
    }

    /** A channel that holds any number of messages: sending never waits. */
    public static <T> Channel<T> unbounded() {
        return new Channel<>(new QueuedExchange<>(Exchange.UNBOUNDED, new SegmentQueue<>()));
    }

    /**
     * A channel that holds no messages: a send ends when a receiver has got the message. {@code
     * trySend} gives a message to a receiver that waits, {@code tryReceive} takes one from a sender
     * that waits.
     */
    public static <T> Channel<T> rendezvous() {
        return new Channel<>(new SmallExchange<>(0));
    }

    @Override
    public Async<@Nullable Void> send(T message) {
        return new Send<>(exchange, Objects.requireNonNull(message, "message"));
    }

    @Override
    public boolean trySend(T message) {
        return exchange.trySend(Objects.requireNonNull(message, "message"));
    }

    @Override
    public Async<T> receive() {
        return Receive.receive(exchange);
    }

    @Override
    public Async<Optional<T>> next() {
        return Receive.next(exchange);
    }

    @Override
    public Optional<T> tryReceive() {
        return exchange.tryReceive();
    }

    /**
     * Ends sending: from now on sending fails, also for senders that wait, while messages that are
     * there can still be received. Receivers that wait learn of the end. Closing a closed channel
     * does nothing.
     */
    @Override
    public void close() {
        exchange.close();
    }

    @Override
    public boolean isClosed() {
        return exchange.isClosed();
    }

    /**
     * How many messages could be received now. What a receiver has been given, and what a sender
     * waits to send, does not count. Never blocks; while others send and receive, it is a number
     * that was true a moment ago.
     */
    public int size() {
        return exchange.size();
    }

    /** How many messages this holds: {@link Integer#MAX_VALUE} if unbounded, 0 if a rendezvous. */
    public int capacity() {
        return (int) Math.min(exchange.capacity, Integer.MAX_VALUE);
    }

    /** This channel, for those who shall only send. */
    public Sender<T> sender() {
        return new SenderView<>(this);
    }

    /** This channel, for those who shall only receive. */
    public Receiver<T> receiver() {
        return new ReceiverView<>(this);
    }

    // ---- called by generated code: methods of the channel, so that a null one is named ----

    /**
     * {@code send(message).await()} in one. For generated code.
     *
     * @param self the body that awaits
     * @param cx the context of its poll
     * @return null, or {@link Coroutine#SUSPENDED}
     * @throws Exception as those throw
     */
    public @Nullable Object thrum$send(T message, Coroutine<?> self, Context cx) throws Exception {
        return ChannelAwaits.send(this, message, self, cx);
    }

    /** Likewise, {@code receive().await()}. For generated code. */
    public @Nullable Object thrum$receive(Coroutine<?> self, Context cx) throws Exception {
        return ChannelAwaits.receive(this, false, self, cx);
    }

    /** Likewise, {@code next().await()}. For generated code. */
    public @Nullable Object thrum$next(Coroutine<?> self, Context cx) throws Exception {
        return ChannelAwaits.receive(this, true, self, cx);
    }

    /** Kind, size and who waits. Never blocks, and calls no code of the messages. */
    @Override
    public String toString() {
        String kind =
                exchange.capacity == 0
                        ? "rendezvous"
                        : exchange.capacity == Exchange.UNBOUNDED
                                ? "unbounded"
                                : "bounded(" + exchange.capacity + ")";
        return "Channel[" + kind + ", " + exchange + "]";
    }

    private record SenderView<T>(Channel<T> channel) implements Sender<T> {
        @Override
        public Async<@Nullable Void> send(T message) {
            return channel.send(message);
        }

        @Override
        public boolean trySend(T message) {
            return channel.trySend(message);
        }

        @Override
        public void close() {
            channel.close();
        }

        @Override
        public boolean isClosed() {
            return channel.isClosed();
        }

        @Override
        public String toString() {
            return channel + ".sender()";
        }
    }

    private record ReceiverView<T>(Channel<T> channel) implements Receiver<T> {
        @Override
        public Async<T> receive() {
            return channel.receive();
        }

        @Override
        public Async<Optional<T>> next() {
            return channel.next();
        }

        @Override
        public Optional<T> tryReceive() {
            return channel.tryReceive();
        }

        @Override
        public void close() {
            channel.close();
        }

        @Override
        public boolean isClosed() {
            return channel.isClosed();
        }

        @Override
        public String toString() {
            return channel + ".receiver()";
        }
    }
}
