package dev.thrum.executor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The ready jobs of one core: a growing ring, first in first out, from which other cores steal.
 *
 * <p>One thread at a time, the <em>owner</em>, adds at the tail; the owner and any number of
 * thieves take at the head. It descends from the Chase-Lev deque ("Dynamic Circular Work-Stealing
 * Deque", SPAA 2005) by leaving out the owner's end: since everything is taken at the head, in
 * order, a thief can claim many jobs with a single CAS, as in the run queues of Go and of Tokio.
 * Unlike those it grows instead of spilling to a shared queue.
 *
 * <h2>Why it is right</h2>
 *
 * <ul>
 *   <li>{@code head} and {@code tail} only ever grow (64 bits do not wrap). The jobs in the queue
 *       are those at {@code head <= i < tail}; job {@code i} is in slot {@code i & mask}.
 *   <li><em>Publication.</em> The owner writes the slot, then {@code tail} (release). Whoever reads
 *       {@code tail} (acquire) sees all slots below it, in the array that it reads after that.
 *   <li><em>Claim.</em> A thief reads the slots first and then moves {@code head} from where it saw
 *       it by CAS. The owner reuses the slot of {@code i} only after {@code head} has passed {@code
 *       i}; so if the CAS succeeds, none of the slots that were read had been reused, and if one
 *       had, the CAS fails.
 *   <li><em>Growth.</em> The owner copies into a new array and never writes to the old one again,
 *       so a thief that still reads that finds in it what belongs to the {@code head} that it saw.
 * </ul>
 *
 * <h2>What has been taken becomes garbage</h2>
 *
 * A slot must not keep a job that has been taken. The owner simply clears the slots that it takes.
 * A thief may not: the owner may have reused the slot. It exchanges the job that it claimed for
 * null by CAS; this cannot hit the same job queued once more, since nobody can queue it before the
 * thief passes it on. If the queue grew meanwhile, the copy has to be cleared: the thief (claims,
 * then reads {@code slots}) and the owner (publishes {@code slots}, then reads {@code head}) are a
 * Dekker pair, at least one of them sees the other, and clears it.
 */
final class RunQueue extends Padding {
    private static final VarHandle HEAD;
    private static final VarHandle TAIL;
    private static final VarHandle SLOTS;
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Job[].class);

    static {
        try {
            var lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(RunQueue.class, "head", long.class);
            TAIL = lookup.findVarHandle(RunQueue.class, "tail", long.class);
            SLOTS = lookup.findVarHandle(RunQueue.class, "slots", Job[].class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int initialCapacity;
    private final int maxBatch;

    /** How much longer than the queue's capacity the arrays are. */
    private final int padding;

    private volatile long head;
    private volatile long tail;
    private volatile @Nullable Job[] slots;

    /** The owner's: one less than the queue's capacity. */
    private int mask;

    /** The owner's: a value that {@code head} has had; saves reading what thieves write. */
    private long knownHead;

    /**
     * Makes an empty queue.
     *
     * @param initialCapacity how many jobs fit before it grows, a power of two
     * @param maxBatch how many jobs are stolen at once at most
     * @param padding how many unused slots its arrays have behind the others: {@link Apart#SLOTS}
     *     if its owner is busy with it while others are busy with theirs, or none
     */
    RunQueue(int initialCapacity, int maxBatch, int padding) {
        if (Integer.bitCount(initialCapacity) != 1) {
            throw new IllegalArgumentException("not a power of two: " + initialCapacity);
        }
        this.initialCapacity = initialCapacity;
        this.maxBatch = maxBatch;
        this.padding = padding;
        this.slots = new Job[initialCapacity + padding];
        this.mask = initialCapacity - 1;
    }

    /**
     * Adds a job at the tail; the owner only. It is published by a release; whoever must see
     * afterwards whether somebody sleeps puts a full fence in between.
     *
     * @return false if the queue is full and the memory to grow is lacking; then nothing has
     *     changed
     */
    boolean offer(Job job) {
        long t = (long) TAIL.get(this); // plain: only the owner writes it
        @Nullable Job[] array = (Job[]) SLOTS.get(this); // plain: likewise
        if (t - knownHead > mask) {
            knownHead = (long) HEAD.getAcquire(this);
            if (t - knownHead > mask) {
                array = grow(array, t);
                if (array == null) {
                    return false;
                }
            }
        }
        array[(int) t & mask] = job; // plain: published by the next line
        TAIL.setRelease(this, t + 1); // pairs with the acquire of tail in stealTo and size
        return true;
    }

    private @Nullable Job @Nullable [] grow(@Nullable Job[] old, long t) {
        int capacity = (old.length - padding) << 1;
        if (capacity < 0 || capacity + padding < 0) {
            return null;
        }
        @Nullable Job[] grown;
        try {
            grown = new Job[capacity + padding];
        } catch (OutOfMemoryError e) {
            return null; // the caller has a linked queue to turn to, which needs no memory
        }
        long from = knownHead;
        for (long i = from; i < t; i++) {
            grown[index(i, grown)] = old[index(i, old)];
        }
        SLOTS.setVolatile(this, grown); // before reading head: pairs with the thief's claim
        mask = capacity - 1; // after the call, for which there may be no stack left
        knownHead = (long) HEAD.getVolatile(this);
        for (long i = from; i < knownHead; i++) {
            grown[index(i, grown)] = null; // claimed while we copied
        }
        return grown;
    }

    /** The slot of job {@code i} in an array of this queue. */
    private int index(long i, @Nullable Job[] array) {
        return (int) i & (array.length - padding - 1);
    }

    /** Takes the oldest job, or gives null if there is none; the owner only. */
    @Nullable Job poll() {
        return poll(Long.MAX_VALUE);
    }

    /**
     * Takes the oldest job; the owner only.
     *
     * @return null if there is none, or if that many jobs have been taken already
     */
    @Nullable Job poll(long limit) {
        long t = (long) TAIL.get(this); // plain: only the owner writes it
        @Nullable Job[] array = (Job[]) SLOTS.get(this); // plain: likewise
        while (true) {
            long h = (long) HEAD.getOpaque(this); // the CAS tells if it was stale
            if (h == t || h >= limit) {
                return null;
            }
            int slot = (int) h & mask;
            Job job = array[slot];
            if (HEAD.compareAndSet(this, h, h + 1)) {
                array[slot] = null; // plain: thieves that still read it will fail to claim it
                return job;
            }
        }
    }

    /**
     * Moves up to half of the jobs, rounded up, to the tail of another queue, in their order;
     * called by the owner of that other queue.
     *
     * @return how many were moved; 0 also if there was too much contention
     */
    int stealTo(RunQueue thief) {
        for (int limit = maxBatch; limit > 0; limit >>= 1) {
            long h = (long) HEAD.getAcquire(this); // before tail, so that tail is not behind it
            long available = (long) TAIL.getAcquire(this) - h;
            if (available <= 0) {
                return 0;
            }
            int count = (int) Math.min(limit, (available + 1) >> 1);
            @Nullable Job[] from = (Job[]) SLOTS.getAcquire(this); // after tail: has all below it
            @Nullable Job[] to = thief.reserve(count);
            long end = (long) TAIL.get(thief); // plain: the thief is the caller
            count = (int) Math.min(count, to.length - thief.padding - (end - thief.knownHead));
            if (count <= 0) {
                return 0;
            }
            for (int i = 0; i < count; i++) {
                to[thief.index(end + i, to)] = from[index(h + i, from)];
            }
            if (HEAD.compareAndSet(this, h, h + count)) {
                @Nullable Job[] now = (Job[]) SLOTS.getVolatile(this); // after the claim, see above
                for (int i = 0; i < count; i++) {
                    Job job = to[thief.index(end + i, to)];
                    SLOT.compareAndSet(now, index(h + i, now), job, null);
                }
                TAIL.setRelease(thief, end + count);
                return count;
            }
            for (int i = 0; i < count; i++) {
                to[thief.index(end + i, to)] = null; // others have them
            }
        }
        return 0;
    }

    /** Makes room for some more jobs if there is the memory for it; the owner only. */
    private @Nullable Job[] reserve(int count) {
        long t = (long) TAIL.get(this); // plain: only the owner writes it
        @Nullable Job[] array = (Job[]) SLOTS.get(this); // plain: likewise
        while (t + count - knownHead > array.length - padding) {
            knownHead = (long) HEAD.getAcquire(this);
            if (t + count - knownHead > array.length - padding) {
                @Nullable Job[] grown = grow(array, t);
                if (grown == null) {
                    return array;
                }
                array = grown;
            }
        }
        return array;
    }

    /** Gives the memory of a peak back, if the queue is empty; the owner only. */
    void trim() {
        if (((Job[]) SLOTS.get(this)).length > initialCapacity + padding && isEmpty()) {
            knownHead = (long) HEAD.getAcquire(this);
            try {
                // Nobody can claim from the old one.
                SLOTS.setVolatile(this, new Job[initialCapacity + padding]);
                mask = initialCapacity - 1;
            } catch (OutOfMemoryError e) {
                // It stays as large as it is until the next time.
            }
        }
    }

    /** Whether it is empty; volatile reads, to be the second half of a Dekker pair; any thread. */
    boolean isEmpty() {
        return (long) HEAD.getVolatile(this) >= (long) TAIL.getVolatile(this);
    }

    /** How many jobs have been taken so far; any thread. */
    long taken() {
        return (long) HEAD.getVolatile(this);
    }

    /** How many jobs have been added so far; exact on the owner, elsewhere a recent value. */
    long added() {
        return (long) TAIL.getAcquire(this);
    }

    /** How many jobs fit without growing; for tests, on the owner. */
    int capacity() {
        return ((Job[]) SLOTS.getVolatile(this)).length - padding;
    }

    /** How many jobs the slots keep alive, taken ones included; for tests, when nobody uses it. */
    int heldSlots() {
        int held = 0;
        for (Job job : (Job[]) SLOTS.getVolatile(this)) {
            held += job == null ? 0 : 1;
        }
        return held;
    }
}
