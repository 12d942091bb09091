package dev.thrum.channel;

/**
 * A subscriber to a {@link Broadcast} was so slow that messages were dropped which it had not
 * received. Receiving once more gives the oldest message that is still there.
 */
public class LaggedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long missed;

    /**
     * A report of a lag.
     *
     * @param missed how many messages the subscriber will never see
     */
    public LaggedException(long missed) {
        super(
                missed
                        + " messages were dropped before this subscriber received them: receive"
                        + " faster, or give the broadcast more capacity");
        this.missed = missed;
    }

    /** How many messages the subscriber has missed since it last received one. */
    public long missed() {
        return missed;
    }
}
