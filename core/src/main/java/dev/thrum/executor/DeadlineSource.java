package dev.thrum.executor;

/**
 * The scheduler's view of the timers: when the next one is due, and a way to fire what is due.
 *
 * <p>All methods are called by worker threads, by several at a time, and must not block.
 */
public interface DeadlineSource {
    /**
     * When the earliest timer is due, on the scale of {@link Scheduler#nanoTime()}.
     *
     * <p>It is asked often, so it should cost no more than a volatile read. It has to be volatile:
     * whoever arms an earlier timer first makes it visible here and then calls {@link
     * Scheduler#deadlineMoved}.
     *
     * @return the time in nanoseconds, or {@link Long#MAX_VALUE} if there is no timer
     */
    long nextDeadline();

    /**
     * Fires the timers that are due. It may leave some to another thread that is firing at the same
     * time.
     *
     * @param now the current {@link Scheduler#nanoTime()}
     * @return how many timers this call fired
     */
    int expire(long now);
}
