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
public final class LocalQueue extends Padding {
    private final Thread owner;
    private final JobStack inbox = new JobStack();

    /** Whether the owner is about to park or parks; written by the owner only. */
    private volatile boolean waiting;

    // The rest is the owner's alone: what it has taken from the inbox, oldest first.
    private @Nullable Job first;
    private @Nullable Job last; // meaningful only while first is not null
    private long added; // so many jobs have passed from the inbox to the chain
    private long polled; // so many of them have left it
    private int retained;

    /** Makes a queue that the current thread owns. */
    public LocalQueue() {
        this(Thread.currentThread());
    }

    /** Makes a queue for a thread that has not been started yet. */
    LocalQueue(Thread owner) {
        this.owner = owner;
    }

    /** The thread that polls. */
    public Thread owner() {
        return owner;
    }

    /**
     * Adds a job behind all others, and wakes the owner if it sleeps; any thread. Acts as a full
     * fence.
     *
     * @throws StackOverflowError if there is no room for the call; then the job was not added
     */
    public void push(Job job) {
        if (waiting) {
            StackRoom.check();
        }
        if (add(job)) {
            LockSupport.unpark(owner);
        }
    }

    /** T2 of the class comment; returns whether the owner has to be unparked. */
    boolean add(Job job) {
        inbox.push(job);
        return waiting;
    }

    /**
     * Adds a job that gives way to others; the owner only. It goes behind all jobs of this queue
     * and, if the owner is a worker, behind the shared jobs that are ready for that worker now.
     */
    public void pushYielded(Job job) {
        Fence fence = owner instanceof Worker worker ? worker.fenceForYield() : null;
        collect();
        if (fence != null) {
            append(fence, fence);
        }
        append(job, job);
        added++;
    }

    /**
     * Takes the oldest job; the owner only.
     *
     * @return null if there is none, or if the oldest has given way to shared jobs of a worker that
     *     have not been taken yet
     */
    public @Nullable Job poll() {
        Job job = first;
        if (job == null) {
            collect();
            job = first;
        }
        if (job instanceof Fence fence) {
            if (!fence.isPassed()) {
                return null;
            }
            first = job.next;
            job = first; // a fence always has a job behind it
        }
        if (job == null) {
            return null;
        }
        first = job.next;
        job.next = null; // otherwise a job that waits long would keep its old neighbours alive
        polled++;
        return job;
    }

    /** Moves what is in the inbox to the end of the chain. */
    private void collect() {
        Job oldest = inbox.takeAll();
        if (oldest != null) {
            Job newest = oldest;
            added++;
            for (Job next = newest.next; next != null; next = next.next) {
                newest = next;
                added++;
            }
            append(oldest, newest);
        }
    }

    private void append(Job from, Job to) {
        Job end = last;
        if (first == null || end == null) {
            first = from;
        } else {
            end.next = from;
        }
        last = to;
    }

    /** Whether there is no job; the owner only. */
    public boolean isEmpty() {
        return first == null && inbox.isEmpty();
    }

    /**
     * Blocks the owner, which must be the current thread, until there is a job, or until it is
     * interrupted or unparked, or for no reason: to be called in a loop. Returns at once if there
     * is a job.
     */
    public void park() {
        try {
            if (mayPark()) {
                LockSupport.park(this);
            }
        } finally {
            waiting = false;
        }
    }

    /** T1 of the class comment; returns whether the owner may park. */
    boolean mayPark() {
        waiting = true;
        return isEmpty();
    }

    /** Says whether {@link #push} must unpark the owner; the owner only; a volatile write. */
    void setWaiting(boolean waiting) {
        this.waiting = waiting;
    }

    /** How many jobs have left the queue so far; the owner only. */
    long polled() {
        return polled;
    }

    /** How many jobs have come so far, those in the inbox included; the owner only. */
    long added() {
        collect();
        return added;
    }

    /**
     * Tells that jobs may still come for this queue, for instance because a task lives that is
     * pinned to its owner; the owner only. As long as there are more calls of this than of {@link
     * #release}, a worker that would end for want of work stays to serve the queue.
     */
    public void retain() {
        retained++;
    }

    /**
     * Takes back one {@link #retain}; the owner only.
     *
     * @throws IllegalStateException if there is none to take back
     */
    public void release() {
        if (retained == 0) {
            throw new IllegalStateException(
                    "release() without retain() on the queue of thread " + owner.getName());
        }
        retained--;
    }

    /** How many more calls of {@link #retain} than of {@link #release} there were; owner only. */
    public int retained() {
        return retained;
    }

    /**
     * A mark in the chain: what is behind it waits until the jobs that a core has now have been
     * taken, unless the worker loses that core before.
     */
    static final class Fence extends Job {
        private final Worker worker;
        private final Core core;
        private final long ticket;
        private final long nextTicket;

        Fence(Worker worker, Core core) {
            this.worker = worker;
            this.core = core;
            this.ticket = core.ring.added();
            this.nextTicket = core.next.taken() + (core.next.isEmpty() ? 0 : 1);
        }

        private boolean isPassed() {
            return worker.core() != core
                    || (core.ring.taken() >= ticket
                            && (core.next.taken() >= nextTicket || core.next.isEmpty()));
        }

        @Override
        public boolean run(@Nullable Worker worker) {
            throw new AssertionError("a mark is passed, not run");
        }
    }
}
