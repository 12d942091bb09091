package dev.thrum.timer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Something that waits for a moment: the links and the deadline of one armed timer, to be extended
 * by whatever sleeps.
 *
 * <p>An entry is either <em>idle</em> or <em>armed</em> with one {@link Timers}. Every transition
 * is made under the lock of the shard that the entry is (or is about to be) armed with, so {@link
 * Timers#cancel} and firing are totally ordered: exactly one of them takes the entry out.
 *
 * <table>
 * <caption>Transitions</caption>
 * <tr><th>from</th><th>by</th><th>to</th><th>then</th></tr>
 * <tr><td>idle</td><td>{@link Timers#arm(TimerEntry, long, int) arm}</td><td>armed</td>
 *     <td>a deadline that is the earliest of all is announced</td></tr>
 * <tr><td>armed</td><td>{@link Timers#cancel cancel} (returns true)</td><td>idle</td>
 *     <td>{@link #fired} is not called for this arm</td></tr>
 * <tr><td>armed</td><td>{@link Timers#expire(long) expire}</td><td>idle</td>
 *     <td>{@link #fired} is called once, after the lock was released</td></tr>
 * <tr><td>armed</td><td>{@code expire}, not due yet</td><td>armed</td>
 *     <td>it may have moved to a finer slot</td></tr>
 * <tr><td>idle</td><td>{@code cancel} (returns false)</td><td>idle</td><td></td></tr>
 * <tr><td>armed</td><td>{@code arm}</td><td>armed</td><td>{@link IllegalStateException}</td></tr>
 * </table>
 *
 * <p>There is no state "about to fire": an entry that {@code expire} has taken out is idle before
 * {@code fired} begins, and may be armed again by {@code fired} itself. Whoever gets {@code false}
 * from {@code cancel} may therefore still see {@code fired} begin or end.
 *
 * <p>Cost: 32 bytes with compressed references and a 12-byte object header (two links, the
 * deadline, the place, no padding), so a field of the subclass comes right behind; 28, padded to
 * 32, with compact headers.
 */
public abstract class TimerEntry {

    /** {@link #place} of an entry that is not armed. */
    static final int IDLE = 0;

    private static final VarHandle PLACE;

    static {
        try {
            PLACE = MethodHandles.lookup().findVarHandle(TimerEntry.class, "place", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Neighbours in the circular list of the slot; itself while idle. Guarded by the shard. */
    TimerEntry next = this;

    TimerEntry prev = this;

    /** The moment of the last arm, in nanoseconds of the caller's clock. Guarded by the shard. */
    long deadline;

    /**
     * {@link #IDLE}, or the shard and slot that hold this entry (see {@link Wheel}). Written
     * plainly under the shard's lock; whoever reads it without that lock uses {@link #placeHint}.
     */
    int place;

    /** Creates an idle entry. */
    protected TimerEntry() {}

    /**
     * Called once for each arm that was not cancelled, when its deadline has passed, by the thread
     * that runs {@link Timers#expire(long)}, with no lock held; the entry is idle by then. It may
     * arm this or another entry, cancel any, and even run {@code expire}.
     *
     * <p>It should be short: entries due behind this one wait for it (other threads that call
     * {@code expire} take over the rest). What it throws goes to the uncaught-exception handler of
     * the calling thread, and the next entry is fired.
     *
     * <p>Actions before {@code arm} happen-before this call.
     */
    protected abstract void fired();

    /**
     * {@return whether this entry is armed right now} The answer may be old by the time it arrives:
     * it is for dumps and assertions, {@link Timers#cancel} is for decisions.
     */
    public final boolean isArmed() {
        return placeHint() != IDLE;
    }

    /**
     * The place as some thread left it, to be confirmed under the lock of the shard it names.
     * Opaque, since nothing is read through it: the acquire of that lock orders the rest.
     */
    final int placeHint() {
        return (int) PLACE.getOpaque(this);
    }
}
