package dev.thrum.channel;

import dev.thrum.task.Async;
import java.util.Optional;

/**
 * The side of a {@link Channel} that messages are taken out at. May be used by any number of tasks
 * and threads at once; each message goes to one of them.
 *
 * @param <T> the type of the messages
 */
public interface Receiver<T> extends AutoCloseable {
    /**
     * Receives a message, waiting for one if there is none.
     *
     * <p>The result belongs to the task that polls it first and is good for one await. If it is
     * cancelled, times out or loses a race, no message is lost: one that had been given to it
     * already goes to the receiver that waits longest, or back to the front of the channel.
     *
     * @return gives the message; fails with {@link ChannelClosedException} if the channel is closed
     *     and no message is left
     */
    Async<T> receive();

    /**
     * As {@link #receive()}, but tells the end of the messages by an empty result, for loops:
     *
     * {@snippet :
     * while (channel.next().await() instanceof Optional<String> next && next.isPresent()) {
     *     handle(next.get());
     * }
     * }
     *
     * @return gives the message; empty if the channel is closed and no message is left
     */
    Async<Optional<T>> next();

    /**
     * Receives a message if that takes no waiting. Acts at once, on any thread.
     *
     * @return the message; empty if there is none
     * @throws ChannelClosedException if the channel is closed and no message is left
     */
    Optional<T> tryReceive();

    /**
     * Closes the channel, for all who send and receive; see {@link Channel#close()}. Closing it
     * again does nothing.
     */
    @Override
    void close();

    /** Whether the channel is closed. There may still be messages to receive. */
    boolean isClosed();
}
