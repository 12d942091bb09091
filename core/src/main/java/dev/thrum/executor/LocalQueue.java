package dev.thrum.executor;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of one thread: everybody pushes, the owner alone polls, in the order of the pushes.
 *
 * <p>Every {@link Worker} has one and serves it in turn with the shared jobs. Any other thread,
 * virtual ones included, can make one and drain it in a loop of {@link #poll} and {@link #park}.
 *
 * <h2>No lost wake-up</h2>
 *
 * The owner says that it sleeps, then looks once more; a producer pushes, then looks whether the
 * owner sleeps. With a full fence between both steps on both sides, at least one sees the other:
 *
 * <pre>
 *   T1 (owner, park)                    T2 (push)
 *   waiting = true     (volatile)       CAS inbox    (volatile)
 *   inbox empty?       (volatile)       waiting?     (volatile)
 * </pre>
 *
 * If T1 finds the inbox empty, its read precedes T2's CAS, hence T1's write precedes T2's read, and
 * T2 unparks; an unpark before the park makes the park return at once.
 */
public final class LocalQueue {
    private final Thread owner;
    private final JobStack inbox = new JobStack();

    /** Whether the owner is about to park or parks; written by the owner only. */
    private volatile boolean waiting;

    /** What was taken from the inbox, oldest first; the owner's alone. */
    private @Nullable Job first;

    /** The last of the chain at {@link #first}; meaningful only if that is not null. */
    private @Nullable Job last;

    /** The owner's alone; see {@link #retain}. */
    private int retained;

    /** Makes a queue that the current thread owns. */
    public LocalQueue() {
        this(Thread.currentThread());
    }

    /** Makes a queue for another thread, before that is started. */
    LocalQueue(Thread owner) {
        this.owner = owner;
    }

    /** The thread that polls. */
    public Thread owner() {
        return owner;
    }

    /** Adds a job behind all others, and wakes the owner if it sleeps; any thread. */
    public void push(Job job) {
        inbox.push(job);
        if (waiting) { // after the CAS in push: see the class comment
            LockSupport.unpark(owner);
        }
    }

    /** Takes the oldest job, or gives null if there is none; the owner only. */
    public @Nullable Job poll() {
        Job job = first;
        if (job == null) {
            job = inbox.takeAll();
            if (job == null) {
                return null;
            }
        }
        first = job.next;
        job.next = null; // otherwise a job that waits long would keep its old neighbours alive
        return job;
    }

    /** Whether {@link #poll} would give null; the owner only. */
    public boolean isEmpty() {
        return first == null && inbox.isEmpty();
    }

    /**
     * Blocks the owner, which must be the current thread, until there is a job, or until it is
     * interrupted or unparked, or for no reason: to be called in a loop. Returns at once if there is
     * a job.
     */
    public void park() {
        waiting = true;
        try {
            if (isEmpty()) {
                LockSupport.park(this);
            }
        } finally {
            waiting = false;
        }
    }

    /**
     * Tells that jobs may still come for this queue, for instance because a task lives that is
     * pinned to its owner; the owner only. As long as there are more calls of this than of {@link
     * #release}, a worker that would end for want of work stays to serve the queue.
     */
    public void retain() {
        retained++;
    }

    /** Takes back one {@link #retain}; the owner only. */
    public void release() {
        if (retained == 0) {
            throw new IllegalStateException("released more often than retained: " + owner.getName());
        }
        retained--;
    }

    /** How many more calls of {@link #retain} than of {@link #release} there were; owner only. */
    public int retained() {
        return retained;
    }
}
