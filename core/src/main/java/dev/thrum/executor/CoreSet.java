package dev.thrum.executor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A lock-free set of core numbers; whoever takes a number out is the only one who did. All accesses
 * are volatile, hence totally ordered with all other volatile accesses.
 */
final class CoreSet {
    private static final VarHandle LOW;
    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

    static {
        try {
            LOW = MethodHandles.lookup().findVarHandle(CoreSet.class, "low", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The cores below 64, which are all that most machines have, without an array in between. */
    @SuppressWarnings("unused") // through LOW
    private volatile long low;

    /** The others, 64 to a word. */
    private final long[] high;

    /** Makes an empty set for the numbers below {@code size}. */
    CoreSet(int size) {
        high = new long[(size - 1) >> 6];
    }

    void add(int core) {
        long bit = 1L << core; // the shift distance is taken modulo 64
        if (core < 64) {
            LOW.getAndBitwiseOr(this, bit);
        } else {
            WORD.getAndBitwiseOr(high, highIndex(core), bit);
        }
    }

    /** Takes a number out; false if it was not there. */
    boolean remove(int core) {
        long bit = 1L << core;
        long before =
                core < 64
                        ? (long) LOW.getAndBitwiseAnd(this, ~bit)
                        : (long) WORD.getAndBitwiseAnd(high, highIndex(core), ~bit);
        return (before & bit) != 0;
    }

    boolean contains(int core) {
        long word = core < 64 ? low : highWord(highIndex(core));
        return (word & (1L << core)) != 0;
    }

    boolean isEmpty() {
        return low == 0 && (high.length == 0 || isHighEmpty());
    }

    private boolean isHighEmpty() {
        for (int i = 0; i < high.length; i++) {
            if (highWord(i) != 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Takes the lowest number out, but {@code last} only when there is no other.
     *
     * @param last the number to be spared, or -1
     * @return the number, or -1 if the set is empty
     */
    int takeLowest(int last) {
        for (int i = -1; i < high.length; i++) {
            long word = i < 0 ? low : highWord(i);
            while (word != 0) {
                int core = ((i + 1) << 6) + Long.numberOfTrailingZeros(word);
                word &= word - 1;
                if (core != last && remove(core)) {
                    return core;
                }
            }
        }
        return last >= 0 && remove(last) ? last : -1;
    }

    private long highWord(int index) {
        return (long) WORD.getVolatile(high, index);
    }

    private static int highIndex(int core) {
        return (core >> 6) - 1;
    }
}
