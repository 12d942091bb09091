package dev.thrum.channel;

import dev.thrum.task.Async;
import dev.thrum.task.Poll;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends every message to every subscriber: each sees all messages sent since it subscribed, in the
 * same order.
 *
 * {@snippet :
 * Broadcast<Price> prices = Broadcast.bounded(64);
 * Broadcast.Subscription<Price> mine = prices.subscribe();
 * Task.spawn(() -> {
 *     while (mine.next().await() instanceof Optional<Price> price && price.isPresent()) {
 *         show(price.get());
 *     }
 * });
 * prices.send(new Price("XYZ", 42));
 * }
 *
 * <p><b>Slow subscribers.</b> Sending never waits. The last {@link #capacity()} messages are kept;
 * a subscriber that is further behind is told so, once for each time it happens, by a {@link
 * LaggedException} with the number of messages that it has missed, and then goes on with the oldest
 * that is kept. This is how Tokio's {@code broadcast} does it.
 *
 * <p><b>Closing.</b> After {@link #close()} nothing can be sent; subscribers receive what was sent
 * before, and then learn of the end.
 *
 * <p><b>Cancellation.</b> A receive that was cancelled, timed out or lost a race has received
 * nothing: the next one gives the message.
 *
 * <p><b>Threads.</b> All methods may be called from any thread; none waits for other tasks. A
 * message is received after it was sent, in the sense of happens-before.
 *
 * <p><b>Memory.</b> The array of {@link #capacity()} places is allocated when it is made, and keeps
 * the latest messages alive until they are overwritten or nobody subscribes any more.
 *
 * @param <T> the type of the messages
 */
public final class Broadcast<T> implements AutoCloseable {
    private final Hub hub = new Hub();

    // ---- guarded by the hub's monitor ----

    /** Message number {@code i} is in {@code kept[i % length]}. */
    private final @Nullable Object[] kept;

    /** How many messages were sent. */
    private long sent;

    private volatile int subscribers;
    private volatile boolean closed;

    private Broadcast(int capacity) {
        kept = new Object[capacity];
    }

    /**
     * A broadcast that keeps {@code capacity} messages for subscribers that are behind.
     *
     * @param capacity how many messages are kept, at least 1
     * @throws IllegalArgumentException if {@code capacity} is less than 1
     */
    public static <T> Broadcast<T> bounded(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException(
                    "a broadcast keeps at least 1 message, not " + capacity);
        }
        return new Broadcast<>(capacity);
    }

    /**
     * Sends a message to all who subscribe now. Acts at once.
     *
     * @param message the message, not null
     * @return how many subscribers there are; 0 if nobody will see the message
     * @throws NullPointerException if {@code message} is null
     * @throws ChannelClosedException if this is closed; the message was not sent
     */
    public int send(T message) {
        Objects.requireNonNull(message, "message");
        long change;
        int reached;
        synchronized (hub) {
            if (closed) {
                throw ChannelClosedException.sending();
            }
            reached = subscribers;
            if (reached == 0) {
                return 0;
            }
            kept[slot(sent)] = message;
            sent++;
            change = hub.change();
        }
        hub.wake(change);
        return reached;
    }

    /**
     * Subscribes to all messages from now on. On a closed broadcast there are none.
     *
     * @return the subscription, to be closed when it is no longer wanted
     */
    public Subscription<T> subscribe() {
        synchronized (hub) {
            addSubscribers(1);
            return new Subscription<>(this, sent);
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // the monitor is held; it is volatile for readers
    private void addSubscribers(int more) {
        subscribers += more;
    }

    /** Ends sending. Subscribers that wait learn of the end. Closing it again does nothing. */
    @Override
    public void close() {
        long change;
        synchronized (hub) {
            closed = true;
            change = hub.change();
        }
        hub.wake(change);
    }

    /** Whether this is closed. */
    public boolean isClosed() {
        return closed;
    }

    /** How many messages are kept for subscribers that are behind. */
    public int capacity() {
        return kept.length;
    }

    /** How many subscriptions are not closed. */
    public int subscribers() {
        return subscribers;
    }

    private int slot(long number) {
        return (int) (number % kept.length);
    }

    /** Capacity, subscribers and who waits. Never blocks, and calls no code of the messages. */
    @Override
    public String toString() {
        return "Broadcast[capacity "
                + capacity()
                + ", "
                + subscribers
                + " subscribers, "
                + hub.waiting()
                + " waiting, "
                + (closed ? "closed" : "open")
                + "]";
    }

    /**
     * The messages as one subscriber sees them. Tasks that share a subscription share its messages:
     * each goes to one of them.
     *
     * @param <T> the type of the messages
     */
    public static final class Subscription<T> implements AutoCloseable {
        private final Broadcast<T> broadcast;

        // ---- guarded by the hub's monitor ----

        /** The number of the next message for this subscriber. */
        private long cursor;

        private boolean closed;

        private Subscription(Broadcast<T> broadcast, long cursor) {
            this.broadcast = broadcast;
            this.cursor = cursor;
        }

        /**
         * Receives the next message, waiting for it. The result is good for one await, by the task
         * that polls it first.
         *
         * @return gives the message; fails with {@link LaggedException} if messages were missed,
         *     and with {@link ChannelClosedException} if the broadcast or this subscription is
         *     closed and there are no more
         */
        public Async<T> receive() {
            return new Receive<>(
                    this,
                    "receive()",
                    message -> message,
                    () -> {
                        throw ChannelClosedException.receiving();
                    });
        }

        /** As {@link #receive()}, but tells the end of the messages by an empty result. */
        public Async<Optional<T>> next() {
            return new Receive<>(this, "next()", Optional::of, Optional::empty);
        }

        /**
         * Receives the next message if it is there. Acts at once.
         *
         * @return the message; empty if there is none yet
         * @throws LaggedException if messages were missed; the next call gives the oldest there is
         * @throws ChannelClosedException if there will be no more messages
         */
        public Optional<T> tryReceive() {
            T message;
            boolean atEnd;
            synchronized (broadcast.hub) {
                message = take();
                atEnd = isAtEnd();
            }
            if (message == null && atEnd) {
                throw ChannelClosedException.receiving();
            }
            return Optional.ofNullable(message);
        }

        /** The next message, or null; the monitor is held. */
        @SuppressWarnings("unchecked") // only send writes to it
        private @Nullable T take() {
            long behind = broadcast.sent - cursor;
            if (closed || behind == 0) {
                return null;
            }
            long missed = behind - broadcast.kept.length;
            if (missed > 0) {
                cursor += missed;
                throw new LaggedException(missed);
            }
            return (T) broadcast.kept[broadcast.slot(cursor++)];
        }

        /** Whether there will be no more messages, if there is none now; the monitor is held. */
        private boolean isAtEnd() {
            return closed || broadcast.closed;
        }

        /**
         * How many messages could be received now. May wait for a few instructions of another
         * thread.
         */
        public int size() {
            synchronized (broadcast.hub) {
                return closed ? 0 : (int) Math.min(broadcast.sent - cursor, broadcast.kept.length);
            }
        }

        /** Unsubscribes. Who waits on this subscription learns of its end. */
        @Override
        public void close() {
            long change;
            synchronized (broadcast.hub) {
                if (closed) {
                    return;
                }
                closed = true;
                broadcast.addSubscribers(-1);
                if (broadcast.subscribers == 0) {
                    Arrays.fill(broadcast.kept, null);
                }
                change = broadcast.hub.change();
            }
            broadcast.hub.wake(change);
        }

        /** Which broadcast this belongs to. Never blocks. */
        @Override
        public String toString() {
            return broadcast + ".subscribe()";
        }
    }

    private static final class Receive<T, R> extends Waiter<R> {
        private final Subscription<T> subscription;
        private final String name;
        private final Function<T, R> result;
        private final Supplier<R> atEnd;

        Receive(
                Subscription<T> subscription,
                String name,
                Function<T, R> result,
                Supplier<R> atEnd) {
            super(subscription.broadcast.hub);
            this.subscription = subscription;
            this.name = name;
            this.result = result;
            this.atEnd = atEnd;
        }

        @Override
        Poll<R> attempt() {
            T message;
            boolean ended;
            synchronized (subscription.broadcast.hub) {
                message = subscription.take();
                ended = subscription.isAtEnd();
            }
            if (message != null) {
                return Poll.ready(result.apply(message));
            }
            return ended ? Poll.ready(atEnd.get()) : Poll.pending();
        }

        @Override
        public String toString() {
            return "Broadcast.Subscription." + name;
        }
    }
}
