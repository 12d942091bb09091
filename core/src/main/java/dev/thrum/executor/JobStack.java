package dev.thrum.executor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A lock-free multi-producer inbox of jobs: any thread pushes one, a consumer takes them all,
 * oldest first.
 *
 * <p>It is Treiber's stack ("Systems Programming: Coping with Parallelism", 1986), reversed when it
 * is taken. As everything is taken at once, there is no pop of a single element and hence no ABA
 * problem; and unlike in a linked queue, a producer that the operating system stops in the middle
 * of a push hides nobody else's job.
 */
final class JobStack {
    private static final VarHandle TOP;

    static {
        try {
            TOP = MethodHandles.lookup().findVarHandle(JobStack.class, "top", Job.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused") // through TOP
    private volatile @Nullable Job top;

    /** Adds a job. The successful CAS is a full fence and publishes the job; any thread. */
    void push(Job job) {
        Job seen;
        do {
            seen = (Job) TOP.getVolatile(this);
            job.next = seen; // plain: published by the CAS below, read after takeAll's getAndSet
        } while (!TOP.compareAndSet(this, seen, job));
    }

    /** Whether nothing is in it; a volatile read, so that it can be the second half of a Dekker. */
    boolean isEmpty() {
        return TOP.getVolatile(this) == null;
    }

    /**
     * Takes everything, linked by {@link Job#next} with the oldest first; any thread. Costs time in
     * proportion to what was there.
     */
    @Nullable Job takeAll() {
        if (isEmpty()) {
            return null;
        }
        // pairs with the CAS in push: what was done before it is visible from here on
        Job job = (Job) TOP.getAndSet(this, null);
        Job reversed = null;
        while (job != null) {
            Job older = job.next;
            job.next = reversed;
            reversed = job;
            job = older;
        }
        return reversed;
    }
}
