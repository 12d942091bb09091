package dev.thrum.timer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A monotone priority queue of timer entries for one thread at a time: {@link Shard} has the lock.
 *
 * <h2>Structure</h2>
 *
 * <p>A hierarchical timing wheel whose tick is one nanosecond, or, which is the same, a radix heap
 * to the base of 64. A moment is a 64-bit <em>key</em>, read as eleven digits of six bits. The
 * wheel has a position, {@link #current}: the key of what was taken last. An entry waits at the
 * level of the highest digit in which its key differs from {@code current}, in the slot of that
 * digit. It follows that everything at a lower level is due before everything at a higher one, that
 * within a level slots are due in order, and that equal keys always share a slot, where they stand
 * in the order of arming. A bit per slot and a bit per level find the first slot in O(1).
 *
 * <p>Each slot remembers the smallest key it was given since it was last empty ({@link #least}).
 * Cancelling does not raise it, so it is a lower bound, exact as long as the smallest is still
 * there. It tells when the wheel wants attention without looking at an entry, and when that comes
 * and the slot is coarse, {@code current} moves to it and the slot's entries are dealt out anew,
 * each to a lower level than before. Nothing moves until something is due: a lone sleeper is woken
 * for once, not once a level. An entry moves at most ten times in its life, one that is cancelled
 * before its slot comes up never.
 *
 * <p>Dealing out a slot of a million entries takes milliseconds, so it can be interrupted after any
 * entry ({@link #settle}). Meanwhile {@link #dealing} is that slot, and entries armed for its range
 * queue up at its end.
 *
 * <p>Entries armed for {@code current} or before are <em>late</em>. They have a list of their own,
 * so that an entry which arms itself for the past whenever it fires cannot keep one round of firing
 * busy for ever: a round takes no more late entries than it found. A last list holds those that
 * never fire.
 *
 * <h2>Running out of stack</h2>
 *
 * <p>Arm and cancel may be called by code that has used up its stack. The overflow strikes at the
 * entry of a method, so whatever links entries does all its calls first and then only stores: an
 * operation is done as a whole or not at all.
 *
 * <p>Sources: G. Varghese and T. Lauck, "Hashed and hierarchical timing wheels", SOSP 1987; R.
 * Ahuja, K. Mehlhorn, J. Orlin and R. Tarjan, "Faster algorithms for the shortest path problem",
 * JACM 1990 (the radix heap, and moving to the minimum rather than to the start of a bucket).
 */
@SuppressWarnings("ReferenceEquality") // entries are links, whatever a subclass calls equal
final class Wheel extends Padded {

    /** A key that stands for "none"; keys are unsigned, so it is behind all others. */
    static final long NONE = -1L;

    private static final int DIGIT_BITS = 6;
    private static final int SLOTS = 1 << DIGIT_BITS;
    private static final int LEVELS = 11;
    private static final int LEVEL_0 = 16;

    /** Two lists that are no part of the wheel, in the first slots of a level of their own. */
    private static final int LATE = LEVELS << DIGIT_BITS;

    private static final int NEVER = LATE + 1;

    /** A place is {@code ARMED | shard << SLOT_BITS | slot}: 10 bits of slot, 16 of shard. */
    private static final int SLOT_BITS = 10;

    private static final int SLOT_MASK = (1 << SLOT_BITS) - 1;
    private static final int ARMED = 1 << 30;

    /** Limit of the shard numbers. */
    static final int MAX_SHARDS = 1 << 16;

    private static final VarHandle SIZE;
    private static final VarHandle LATE_COUNT;

    static {
        try {
            var lookup = MethodHandles.lookup();
            SIZE = lookup.findVarHandle(Wheel.class, "size", int.class);
            LATE_COUNT = lookup.findVarHandle(Wheel.class, "late", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** A key is {@code deadline - epoch}; see {@link #Wheel}. */
    private final long epoch;

    /** The place of slot 0 of this wheel. */
    private final int home;

    /** Oldest entry of each slot, from which the circular list starts. */
    private final @Nullable TimerEntry[] heads = new TimerEntry[(LEVELS + 1) << DIGIT_BITS];

    /** For each slot that is not empty, a lower bound of its keys. */
    private final long[] least = new long[(LEVELS + 1) << DIGIT_BITS];

    /**
     * For each level, from {@link #LEVEL_0} on, a bit per slot: set if it is not empty. The words
     * in front are padding, see {@link Padded}.
     */
    private final long[] slots = new long[LEVEL_0 + LEVELS + 1];

    /** A bit per level: set if one of its slots is not empty. */
    private int levels;

    /** The slot that is being dealt out, or 0: a slot of level 0 never is. */
    private int dealing;

    /** The wheel's position: every key in the wheel is at or behind it. Never decreases. */
    private long current;

    /** Length of the list {@link #LATE}. */
    private int late;

    /** Number of entries. Written plainly, as {@link #late}; the hints are for racy looks. */
    private int size;

    /**
     * Creates an empty wheel.
     *
     * @param epoch the moment with key 0: deadlines wrap around right before it
     * @param origin the position to start from, at or behind {@code epoch}
     * @param shard the number to mark entries with, below {@link #MAX_SHARDS}
     */
    Wheel(long epoch, long origin, int shard) {
        this.epoch = epoch;
        this.current = origin - epoch;
        this.home = ARMED | shard << SLOT_BITS;
    }

    /** {@return the shard number within the place of an armed entry} */
    static int shardOf(int place) {
        return (place & ~ARMED) >>> SLOT_BITS;
    }

    /** {@return whether key {@code a} is before key {@code b}} */
    static boolean before(long a, long b) {
        return Long.compareUnsigned(a, b) < 0;
    }

    /** {@return whether the entry is in this wheel} */
    boolean holds(TimerEntry entry) {
        return (entry.place & ~SLOT_MASK) == home;
    }

    /** {@return the number of entries} Opaque, so any thread may ask without further order. */
    int sizeHint() {
        return (int) SIZE.getOpaque(this);
    }

    /** {@return the number of entries that were armed for the past} Opaque, like the size. */
    int lateHint() {
        return (int) LATE_COUNT.getOpaque(this);
    }

    /** {@return the slot to add an entry with this deadline to} */
    int slotFor(long deadline) {
        long key = deadline - epoch;
        if (deadline == Long.MAX_VALUE || key == NONE) {
            return NEVER;
        }
        if (!before(current, key)) {
            return LATE;
        }
        int slot = slotOf(key);
        // A level below the one being dealt out means the same higher digits as current: the key is
        // in the range of that slot. Behind the rest it keeps its turn among equals.
        return slot >>> DIGIT_BITS < dealing >>> DIGIT_BITS ? dealing : slot;
    }

    /** {@return the key at which an entry in this slot wants attention} */
    long attention(int slot, long deadline) {
        return switch (slot) {
            case NEVER -> NONE;
            case LATE -> current;
            default -> deadline - epoch;
        };
    }

    /** Adds an idle entry to the slot that {@link #slotFor} has just named. */
    void add(TimerEntry entry, int slot, long deadline) {
        entry.deadline = deadline;
        append(entry, slot, deadline - epoch);
        size++;
        if (slot == LATE) {
            late++;
        }
    }

    /** Removes an entry that this wheel {@linkplain #holds holds}; it is idle afterwards. */
    void remove(TimerEntry entry) {
        int slot = entry.place & SLOT_MASK;
        unlink(entry, slot);
        size--;
        if (slot == LATE) {
            late--;
        }
    }

    /**
     * {@return a key before which nothing here is due, {@link #NONE} if nothing ever is} To be
     * called only if {@link #settle} has just returned true.
     */
    long first() {
        if (late != 0) {
            return current;
        }
        int slot = firstSlot();
        return slot < 0 ? NONE : least[slot];
    }

    /** Removes and returns the oldest late entry, or null. */
    @Nullable TimerEntry pollLate() {
        TimerEntry entry = heads[LATE];
        if (entry != null) {
            remove(entry);
        }
        return entry;
    }

    /**
     * Does at most {@code budget} moves towards the first slot being fine enough to take from.
     *
     * @return whether that is so, and {@link #poll} may be called with the same {@code now}
     */
    boolean settle(long now, int budget) {
        int moves = budget;
        while (true) {
            if (dealing == 0) {
                int slot = firstSlot();
                if (slot < SLOTS || before(now, least[slot])) {
                    return true;
                }
                TimerEntry head = heads[slot];
                if (head == head.next) {
                    least[slot] = head.deadline - epoch;
                    return true;
                }
                current = least[slot];
                dealing = slot;
            }
            moves -= deal(moves);
            if (dealing != 0) {
                return false;
            }
        }
    }

    /**
     * Removes and returns the first entry that is due, or null. Late entries are apart. To be
     * called only if {@link #settle} has just returned true for the same {@code now}.
     */
    @Nullable TimerEntry poll(long now) {
        int slot = firstSlot();
        if (slot < 0 || before(now, least[slot])) {
            return null;
        }
        // In level 0 all keys of a slot are equal; elsewhere settle left a single entry.
        TimerEntry entry = heads[slot];
        remove(entry);
        current = least[slot];
        return entry;
    }

    /** {@return the exact key of the first entry, {@link #NONE} if none ever fires}, in O(n) */
    long exactFirst() {
        long first = least(LATE, NONE);
        if (dealing != 0) {
            first = least(dealing, first);
        }
        int slot = firstSlot();
        return slot < 0 ? first : least(slot, first);
    }

    private long least(int slot, long bound) {
        long result = bound;
        TimerEntry head = heads[slot];
        if (head != null) {
            TimerEntry entry = head;
            do {
                long key = entry.deadline - epoch;
                if (before(key, result)) {
                    result = key;
                }
                entry = entry.next;
            } while (entry != head);
        }
        return result;
    }

    /** {@return the first slot of the wheel that is not empty, -1 if all are} */
    private int firstSlot() {
        int level = Integer.numberOfTrailingZeros(levels);
        return level < LEVELS
                ? level << DIGIT_BITS | Long.numberOfTrailingZeros(slots[LEVEL_0 + level])
                : -1;
    }

    /** {@return where a key behind or at {@link #current} belongs} */
    private int slotOf(long key) {
        int highestBit = 63 - Long.numberOfLeadingZeros((key ^ current) | 1);
        int level = highestBit / DIGIT_BITS;
        int digit = (int) (key >>> (level * DIGIT_BITS)) & (SLOTS - 1);
        return level << DIGIT_BITS | digit;
    }

    /**
     * Moves up to {@code limit} entries from the slot {@link #dealing} to their finer slots, in
     * order; resets {@code dealing} when it is empty.
     *
     * @return how many were moved
     */
    private int deal(int limit) {
        int from = dealing;
        TimerEntry head = heads[from];
        if (head == null) {
            dealing = 0;
            return 0;
        }
        TimerEntry tail = head.prev;
        TimerEntry entry = head;
        boolean more = true;
        int moved = 0;
        try {
            while (more && moved < limit) {
                TimerEntry following = entry.next;
                long key = entry.deadline - epoch;
                append(entry, slotOf(key), key);
                more = entry != tail;
                entry = following;
                moved++;
            }
        } finally {
            if (more) {
                heads[from] = entry;
                entry.prev = tail;
                tail.next = entry;
            } else {
                heads[from] = null;
                int level = from >>> DIGIT_BITS;
                slots[LEVEL_0 + level] &= ~(1L << from);
                levels &= slots[LEVEL_0 + level] == 0 ? ~(1 << level) : -1;
                dealing = 0;
            }
        }
        return moved;
    }

    /** Links an entry in at the end of a slot. Calls nothing once it has begun to write. */
    private void append(TimerEntry entry, int slot, long key) {
        TimerEntry head = heads[slot];
        if (head == null || before(key, least[slot])) {
            least[slot] = key;
        }
        if (head == null) {
            entry.next = entry;
            entry.prev = entry;
            heads[slot] = entry;
            slots[LEVEL_0 + (slot >>> DIGIT_BITS)] |= 1L << slot;
            levels |= 1 << (slot >>> DIGIT_BITS);
        } else {
            TimerEntry tail = head.prev;
            entry.next = head;
            entry.prev = tail;
            tail.next = entry;
            head.prev = entry;
        }
        entry.place = home | slot;
    }

    /** Links an entry out; it is idle then. Calls nothing. */
    private void unlink(TimerEntry entry, int slot) {
        TimerEntry next = entry.next;
        if (next == entry) {
            heads[slot] = null;
            int level = slot >>> DIGIT_BITS;
            slots[LEVEL_0 + level] &= ~(1L << slot);
            levels &= slots[LEVEL_0 + level] == 0 ? ~(1 << level) : -1;
        } else {
            TimerEntry prev = entry.prev;
            prev.next = next;
            next.prev = prev;
            if (heads[slot] == entry) {
                heads[slot] = next;
            }
        }
        // An old entry that is garbage shall not keep younger ones alive by its links.
        entry.next = entry;
        entry.prev = entry;
        entry.place = TimerEntry.IDLE;
    }
}
