package dev.thrum.executor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A lock-free set of core numbers; whoever takes a number out is the only one who did. All accesses
 * are volatile, hence totally ordered with all other volatile accesses.
 */
final class CoreSet {
    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] words;

    /** Makes an empty set for the numbers below {@code size}. */
    CoreSet(int size) {
        words = new long[(size + 63) >> 6];
    }

    void add(int core) {
        long bit = 1L << core; // the shift distance is taken modulo 64
        WORD.getAndBitwiseOr(words, core >> 6, bit);
    }

    /** Takes a number out; false if it was not there. */
    boolean remove(int core) {
        long bit = 1L << core;
        return ((long) WORD.getAndBitwiseAnd(words, core >> 6, ~bit) & bit) != 0;
    }

    boolean contains(int core) {
        return ((long) WORD.getVolatile(words, core >> 6) & (1L << core)) != 0;
    }

    boolean isEmpty() {
        if ((long) WORD.getVolatile(words, 0) != 0) {
            return false;
        }
        for (int i = 1; i < words.length; i++) {
            if ((long) WORD.getVolatile(words, i) != 0) {
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
        for (int i = 0; i < words.length; i++) {
            long word = (long) WORD.getVolatile(words, i);
            while (word != 0) {
                int core = (i << 6) + Long.numberOfTrailingZeros(word);
                word &= word - 1;
                if (core != last && remove(core)) {
                    return core;
                }
            }
        }
        return last >= 0 && remove(last) ? last : -1;
    }
}
