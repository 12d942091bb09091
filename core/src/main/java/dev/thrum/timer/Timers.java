package dev.thrum.timer;

import java.util.Objects;
import java.util.function.LongConsumer;

/**
 * Up to millions of armed {@link TimerEntry entries}, most of which are cancelled before they fire.
 *
 * <p>The entries are spread over shards, each a wheel behind a spin lock, so that threads which arm
 * with different hints do not meet. The structure is explained in {@link Wheel}.
 *
 * <h2>Time</h2>
 *
 * <p>Moments are nanoseconds on a scale of the caller's choice, such as {@link System#nanoTime}; no
 * clock is read here. They may wrap around: a moment counts as past if it is up to 2<sup>62</sup>
 * ns (146 years) before the origin, otherwise as future. {@link Long#MAX_VALUE} is no moment: it
 * means "never". {@link #after} adds a delay to a moment by these rules.
 *
 * <h2>What is promised</h2>
 *
 * <ul>
 *   <li>An entry fires only in an {@link #expire(long)} for a {@code now} that is not before its
 *       deadline, to the nanosecond (or when another thread has already been in {@code expire} with
 *       such a {@code now}).
 *   <li>{@code expire(now)} fires everything in time for {@code now}, however coarsely the wheel
 *       holds it: no rounding in either direction.
 *   <li>Within a shard entries fire in order of their deadlines, and those with equal deadlines in
 *       the order of arming. Entries armed for a moment that the shard has already reached come in
 *       the order of arming, too, in the next {@code expire}, before all others. Between shards,
 *       and between threads that expire at once, there is no order.
 *   <li>An entry taken for firing cannot be cancelled any more, and a cancelled one is never taken.
 *   <li>No lock is held while {@link TimerEntry#fired} or the listener runs. Nothing is allocated
 *       by arm, cancel and expire.
 * </ul>
 *
 * <h2>Sleeping until the next deadline</h2>
 *
 * <p>A worker that wants to sleep publishes that it does, then reads {@link #nextDeadline}, then
 * sleeps until then. The listener, which is called by {@code arm} after it has published a new
 * earliest deadline, looks for such a worker and wakes it. With volatile accesses to the worker's
 * mark, one of the two sees the other. A worker that has been in {@code expire} has to read {@code
 * nextDeadline} again before it sleeps. {@code cancel} never moves {@code nextDeadline} back, so a
 * worker may wake for an entry that is gone: once, since {@code expire} then finds the true value.
 *
 * <p>Memory consistency effects: actions in a thread prior to arming an entry happen-before {@link
 * TimerEntry#fired} of that entry, and before a {@code cancel} of it that returns true.
 */
public final class Timers {

    /** The scale of moments begins this long before the origin. */
    private static final long PAST = 1L << 62;

    private final LongConsumer earlier;

    /** The moment with key 0 (see {@link Wheel}). */
    private final long epoch;

    private final Horizon horizon;
    private final Shard[] shards;

    /**
     * Creates timers without an entry.
     *
     * @param shards how many threads shall be able to arm and cancel at once without meeting,
     *     usually the number of workers; rounded up to a power of two; about 10 kB each
     * @param originNanos the present moment on the scale of the deadlines
     * @param earlier called by the thread that arms, with no lock held, with a deadline that is not
     *     behind any other; what it throws comes out of {@code arm}, with the entry armed
     * @throws IllegalArgumentException if {@code shards} is not between 1 and 65536
     */
    public Timers(int shards, long originNanos, LongConsumer earlier) {
        if (shards < 1 || shards > Wheel.MAX_SHARDS) {
            throw new IllegalArgumentException(
                    "shards must be between 1 and " + Wheel.MAX_SHARDS + ": " + shards);
        }
        this.earlier = Objects.requireNonNull(earlier, "earlier");
        this.epoch = originNanos - PAST;
        int count = shards == 1 ? 1 : Integer.highestOneBit(shards - 1) << 1;
        this.horizon = new Horizon(count);
        this.shards = new Shard[count];
        for (int i = 0; i < count; i++) {
            this.shards[i] = new Shard(new Wheel(epoch, originNanos, i), horizon, i);
        }
    }

    /**
     * {@return the moment {@code delayNanos} behind {@code now}, {@link Long#MAX_VALUE} (never) for
     * delays of 2<sup>62</sup> ns (146 years) and more} Delays below zero count as zero.
     *
     * @param now a moment
     * @param delayNanos the delay in nanoseconds
     */
    public static long after(long now, long delayNanos) {
        if (delayNanos >= 1L << 62) {
            return Long.MAX_VALUE;
        }
        long moment = now + Math.max(0, delayNanos);
        // The one moment that cannot be told is left out: not early, a nanosecond late.
        return moment == Long.MAX_VALUE ? moment + 1 : moment;
    }

    /**
     * Arms an entry in a shard that depends on the calling thread.
     *
     * @param entry an idle entry
     * @param deadlineNanos the moment, see {@link #arm(TimerEntry, long, int)}
     * @throws IllegalStateException if the entry is armed
     */
    public void arm(TimerEntry entry, long deadlineNanos) {
        // Thread ids are dense, so those of the threads at hand mostly differ in the low bits.
        arm(entry, deadlineNanos, (int) Thread.currentThread().threadId());
    }

    /**
     * Arms an entry: it fires in an {@link #expire(long)} at or behind the deadline, unless it is
     * cancelled before. If no other deadline is before this one, the listener is told.
     *
     * <p>An entry may be armed again as soon as it was cancelled or has begun to fire. Not more
     * than one thread at a time may try: two that arm the same entry at once are not told apart.
     *
     * <p>O(1).
     *
     * @param entry an idle entry
     * @param deadlineNanos the moment; in the past: fires in the next {@code expire}; {@link
     *     Long#MAX_VALUE}: never fires, and counts as armed until cancelled
     * @param shardHint any number; threads that use different ones do not meet, as far as there are
     *     shards. The index of the worker is a good one
     * @throws IllegalStateException if the entry is armed
     */
    public void arm(TimerEntry entry, long deadlineNanos, int shardHint) {
        int index = shardHint & (shards.length - 1);
        if (shards[index].arm(entry, deadlineNanos) && isFirst(deadlineNanos - epoch, index)) {
            earlier.accept(deadlineNanos);
        }
    }

    /**
     * Makes sure that the entry does not fire for the last arm.
     *
     * <p>O(1), from any thread.
     *
     * @param entry an entry that was never armed with other timers than these
     * @return true if this call has cancelled it: it will not fire; false if it was idle: never
     *     armed, cancelled, or taken for firing, in which case {@link TimerEntry#fired} may have
     *     run, be running, or be about to run
     */
    public boolean cancel(TimerEntry entry) {
        while (true) {
            int place = entry.placeHint();
            if (place == TimerEntry.IDLE) {
                return false;
            }
            if (shards[Wheel.shardOf(place)].cancel(entry)) {
                return true;
            }
            // Gone from there in between: idle, or armed again in another shard.
        }
    }

    /**
     * {@return the moment at which {@link #expire(long)} should be called next, {@link
     * Long#MAX_VALUE} if no entry wants it} No entry fires before it. It is the earliest deadline
     * unless entries were cancelled: then it may be before that, until the next {@code expire}.
     * While due entries wait it is some moment in the past.
     *
     * <p>Costs a volatile read per shard, of lines that arm and cancel seldom write.
     */
    public long nextDeadline() {
        return moment(horizon.first());
    }

    /**
     * {@return the earliest deadline of all entries, {@link Long#MAX_VALUE} if none will ever fire}
     * Unlike {@link #nextDeadline} it heeds cancels. It is meant for a virtual clock that leaps to
     * the next event, and for dumps: it takes the locks one by one, and looks through the first
     * slot of each shard, which takes as long as that has entries.
     */
    public long earliestDeadline() {
        long first = Wheel.NONE;
        for (Shard shard : shards) {
            long key = shard.exactFirst();
            if (Wheel.before(key, first)) {
                first = key;
            }
        }
        return moment(first);
    }

    /**
     * Fires all entries that are due, beginning with the first shard; see {@link #expire(long,
     * int)}.
     *
     * @param now the present moment
     * @return how many entries were fired
     */
    public int expire(long now) {
        return expire(now, 0);
    }

    /**
     * Fires all entries that are due. Any number of threads may do so at once, they share the work;
     * {@link TimerEntry#fired} may do so, too.
     *
     * <p>An entry that is armed by {@code fired} for a moment that is not behind the one just fired
     * waits for the next {@code expire}; one for a later moment up to {@code now} fires in this
     * one.
     *
     * <p>What {@code fired} throws goes to the uncaught-exception handler of the current thread,
     * and the entry counts as fired. What that handler throws comes out of this method: the entries
     * left are then still armed, and {@link #nextDeadline} is still past.
     *
     * <p>Costs a volatile read per shard where nothing is due.
     *
     * @param now the present moment
     * @param shardHint the shard to begin with, as in {@link #arm(TimerEntry, long, int)}: threads
     *     that begin with different ones meet less
     * @return how many entries were fired by this call
     */
    public int expire(long now, int shardHint) {
        long key = now - epoch;
        int fired = 0;
        for (int i = 0; i < shards.length; i++) {
            int index = (shardHint + i) & (shards.length - 1);
            if (!Wheel.before(key, horizon.get(index))) {
                fired += drain(shards[index], key);
            }
        }
        return fired;
    }

    /**
     * {@return the number of armed entries, those that never fire included} Does not block; while
     * other threads arm and cancel it is an estimate.
     */
    public int size() {
        int size = 0;
        for (Shard shard : shards) {
            size += shard.sizeHint();
        }
        return size;
    }

    /** {@return for dumps: the number of armed entries and the next deadline; does not block} */
    @Override
    public String toString() {
        long next = nextDeadline();
        return "Timers[armed="
                + size()
                + ", shards="
                + shards.length
                + ", next="
                + (next == Long.MAX_VALUE ? "none" : next + " ns")
                + "]";
    }

    private static int drain(Shard shard, long now) {
        int fired = 0;
        // Late entries that come in from now on are left to the next round, see Wheel.
        int late = shard.lateHint();
        while (true) {
            TimerEntry entry = shard.take(now, fired < late);
            if (entry == null) {
                return fired;
            }
            fired++;
            fire(entry);
        }
    }

    private static void fire(TimerEntry entry) {
        try {
            entry.fired();
        } catch (Throwable t) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, t);
        }
    }

    /**
     * Whether no other shard wants attention before {@code key}. "Not before" rather than "later":
     * of two threads that arm equal deadlines in two shards each may see the other's.
     */
    private boolean isFirst(long key, int index) {
        for (int i = 0; i < shards.length; i++) {
            if (i != index && Wheel.before(horizon.get(i), key)) {
                return false;
            }
        }
        return true;
    }

    private long moment(long key) {
        if (key == Wheel.NONE) {
            return Long.MAX_VALUE;
        }
        long moment = key + epoch;
        // Only as a position, not as a deadline: one nanosecond early is a lower bound still.
        return moment == Long.MAX_VALUE ? moment - 1 : moment;
    }
}
