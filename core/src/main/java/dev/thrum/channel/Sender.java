package dev.thrum.channel;

import dev.thrum.task.Async;
import org.jspecify.annotations.Nullable;

/**
 * The side of a {@link Channel} that messages are put in at. May be used by any number of tasks and
 * threads at once.
 *
 * @param <T> the type of the messages
 */
public interface Sender<T> extends AutoCloseable {
    /**
     * Sends a message, waiting while there is no room for it. Nothing happens before the result is
     * awaited: a send that nobody awaits sends nothing.
     *
     * <p>The result belongs to the task that polls it first and is good for one await. If it is
     * cancelled, times out or loses a race, the message was not sent and the place among those who
     * wait is given up.
     *
     * @param message the message, not null
     * @return ends when the channel, or in a rendezvous the receiver, has the message; fails with
     *     {@link ChannelClosedException} if the channel is closed, also while this waits: the
     *     message was not sent then
     * @throws NullPointerException if {@code message} is null
     */
    Async<@Nullable Void> send(T message);

    /**
     * Sends a message if that takes no waiting. Acts at once, on any thread.
     *
     * @param message the message, not null
     * @return true if the message was sent; false if there is no room, or if others wait for room
     * @throws NullPointerException if {@code message} is null
     * @throws ChannelClosedException if the channel is closed; the message was not sent
     */
    boolean trySend(T message);

    /**
     * Closes the channel, for all who send and receive; see {@link Channel#close()}. Closing it
     * again does nothing.
     */
    @Override
    void close();

    /** Whether the channel is closed. There may still be messages to receive. */
    boolean isClosed();
}
