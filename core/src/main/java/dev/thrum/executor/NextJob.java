package dev.thrum.executor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The job that a core runs next, before those in its {@link RunQueue}: the first one that its
 * present job makes ready. What that one is to work on, a message mostly, is still in the cache
 * then; behind a thousand others it would not be. Go ({@code runnext}) and Tokio (the LIFO slot) do
 * likewise, with two differences:
 *
 * <ul>
 *   <li>It is the first that was made ready, not the last. So jobs that one job makes ready run in
 *       their order, and nobody is taken out of this place to go behind all others: what is here is
 *       what runs next.
 *   <li>Others can take it from here as from the queue, and do if the core is stuck in a job.
 * </ul>
 *
 * <p>Two jobs that wake each other for ever would keep all others waiting: after {@value
 * #MAX_IN_A_ROW} jobs that came this way a job of the queue has its turn, and what is made ready
 * meanwhile goes into the queue. A job that yields goes into the queue, and so behind what is here.
 *
 * <p>The owner of the core offers and polls; anybody may take. Who takes does so by an atomic
 * exchange, so a job goes to one of them. As with the queue's tail, the owner publishes a job by a
 * release, and puts a full fence behind it before it looks who sleeps.
 */
final class NextJob {
    /** Of short jobs, such as this is for, no more than a microsecond or two. */
    static final int MAX_IN_A_ROW = 15;

    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(Object[].class);
    private static final VarHandle TAKEN;

    static {
        try {
            TAKEN = MethodHandles.lookup().findVarHandle(NextJob.class, "taken", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final @Nullable Object[] cells;
    private final int index;

    /** The owner's: how many jobs came this way since the last one of the queue. */
    private int inARow;

    /** How many jobs the owner has taken; written by the owner alone. */
    private long taken;

    /**
     * Makes an empty one.
     *
     * @param cells an array of the owner's, to keep the job in; see {@link Apart}
     * @param index where in it
     */
    NextJob(@Nullable Object[] cells, int index) {
        this.cells = cells;
        this.index = index;
    }

    /** Puts a job here; false if there is one, or if it is the queue's turn. The owner only. */
    boolean offer(Job job) {
        if (inARow >= MAX_IN_A_ROW || CELL.getOpaque(cells, index) != null) {
            return false; // if a thief has just taken that one, it would be too late anyway
        }
        CELL.setRelease(cells, index, job); // pairs with the exchange in take
        return true;
    }

    /** Takes the job; null if there is none, and then it is the queue's turn. The owner only. */
    @Nullable Job poll() {
        Job job = take();
        if (job == null) {
            inARow = 0;
            return null;
        }
        inARow++;
        TAKEN.setOpaque(this, taken + 1);
        return job;
    }

    /** Takes the job; null if there is none. Any thread. */
    @Nullable Job take() {
        return CELL.getOpaque(cells, index) == null
                ? null
                : (Job) CELL.getAndSet(cells, index, null);
    }

    /** Whether it is empty; a volatile read, to be the second half of a Dekker pair; any thread. */
    boolean isEmpty() {
        return CELL.getVolatile(cells, index) == null;
    }

    /** How many jobs its owner has taken from here; any thread. */
    long taken() {
        return (long) TAKEN.getOpaque(this);
    }
}
