package dev.thrum.executor;

import org.jspecify.annotations.Nullable;

/**
 * Something to run, once for each time that it is queued.
 *
 * <p>Jobs are intrusive: queueing one allocates nothing, because the link of the queues is inside.
 * Hence a job must not be queued again before {@link #run} has been entered for the last time it
 * was queued; the client's own state machine sees to that.
 *
 * <p>Memory consistency: what a thread did before it queued a job happens-before the job's {@link
 * #run}.
 */
public abstract class Job {
    /** The link of whichever linked queue holds this job; guarded by that queue's protocol. */
    @Nullable Job next;

    /** For subclasses. */
    protected Job() {}

    /**
     * Does the work. What it throws does not harm the thread: it goes to the thread's {@link
     * Thread.UncaughtExceptionHandler}.
     *
     * @param worker the worker thread it runs on, which is the current thread; null if the current
     *     thread is not a worker but some other thread that drains a {@link LocalQueue} of its own
     * @return whether it is to be queued again: then the caller has to call {@link #resubmit}
     */
    public abstract boolean run(@Nullable Worker worker);

    /**
     * Queues this again, behind others: called, at once and on the same thread, by who has called
     * {@link #run} and got true. (Not done by {@link #run} itself, which the compiler makes a large
     * piece of code of its own: so what queues a job is compiled into the same piece as what takes
     * the next one, and both read the queue's fields once.)
     */
    public void resubmit() {
        throw new IllegalStateException(this + " does not ask to be queued again");
    }

    /**
     * Called instead of {@link #run} when the scheduler has been terminated, on any thread. What it
     * throws goes to the thread's {@link Thread.UncaughtExceptionHandler}. Does nothing, unless a
     * subclass knows of somebody who waits for it.
     */
    public void discard() {}
}
