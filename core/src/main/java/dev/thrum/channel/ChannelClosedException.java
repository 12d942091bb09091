package dev.thrum.channel;

/**
 * A message was sent to a channel that is closed, and has not been sent; or a message was asked for
 * from a channel that is closed and has none left.
 */
public class ChannelClosedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /**
     * With a message.
     *
     * @param message what was tried, and what to do instead
     */
    public ChannelClosedException(String message) {
        super(message);
    }

    static ChannelClosedException sending() {
        return new ChannelClosedException(
                "the channel is closed, the message was not sent: close a channel when its last"
                        + " sender is done, or ask isClosed() first");
    }

    static ChannelClosedException receiving() {
        return new ChannelClosedException(
                "the channel is closed and has no message left: await next() in place of receive(),"
                        + " it tells the end by an empty Optional");
    }
}
