package dev.thrum.executor;

/**
 * Runs jobs: the seam between tasks and threads.
 *
 * <p>All methods may be called from any thread, platform or virtual, unless they say otherwise.
 *
 * <p>An end has two phases. {@link #shutdown()} only raises a flag, for the client to refuse new
 * work: jobs are still taken and run, so that what is in flight can clean up. {@link #terminate()}
 * then ends the threads; jobs that are queued at that time are discarded.
 *
 * <p>Memory consistency: actions before {@link #execute} or {@link #executeYielded} happen-before
 * the run of that job.
 */
public interface Scheduler {
    /**
     * Queues a job that is ready. It never blocks and never runs the job itself. A call that
     * returns acts as a full fence.
     *
     * @return false if the scheduler has been terminated, and the job was not taken
     * @throws OutOfMemoryError if not even one thread can be started; the job stays queued for when
     *     a later call succeeds in that
     * @throws StackOverflowError if there is no room for the call; then the job was not taken
     */
    boolean execute(Job job);

    /**
     * Queues a job that gives way to others: behind every job that is ready now, those that were
     * handed in by other threads or wait behind another worker included.
     *
     * <p>To be called when the job has run, or by itself as the last thing it does: it may start on
     * another thread at once. On a thread that is not one of this scheduler's workers it is {@link
     * #execute}.
     *
     * @return false if the scheduler has been terminated, and the job was not taken
     */
    boolean executeYielded(Job job);

    /**
     * The clock of the timers, in nanoseconds from an arbitrary origin; never {@link
     * Long#MAX_VALUE}.
     */
    long nanoTime();

    /**
     * Tells that a timer was armed that is due before all others, after {@link
     * DeadlineSource#nextDeadline()} says so. If threads sleep, one of them will wake up in time.
     *
     * @param deadline when it is due, on the scale of {@link #nanoTime()}
     */
    void deadlineMoved(long deadline);

    /**
     * Tells that the running job is about to block its thread. If that is a worker of this
     * scheduler, another thread takes over its role and its queued jobs, so that as many workers go
     * on as before. The thread itself runs its job to the end, and then waits for a role to take
     * over; it serves its own {@link LocalQueue} at all times. Calling it again in the same job
     * does nothing more. On any other thread it does nothing.
     *
     * @throws OutOfMemoryError if another thread is needed and cannot be started; then nothing has
     *     changed
     */
    void compensate();

    /** Whether {@link #shutdown()} or {@link #terminate()} has been called. */
    boolean isShutdown();

    /** Begins the end: from now on {@link #isShutdown()} is true. Idempotent. */
    void shutdown();

    /**
     * Ends the threads, each after the job that it runs; does not wait for them. Jobs still queued
     * are {@linkplain Job#discard discarded}, and from now on none is taken. Idempotent; implies
     * {@link #shutdown()}.
     */
    void terminate();
}
