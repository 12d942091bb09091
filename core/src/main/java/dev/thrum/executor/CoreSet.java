package dev.thrum.executor;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A lock-free set of core numbers; whoever takes a number out is the only one who did. All accesses
 * are volatile, hence totally ordered with all other volatile accesses.
 */
final class CoreSet {
    private final AtomicLongArray words;

    /** Makes an empty set for the numbers below {@code size}. */
    CoreSet(int size) {
        words = new AtomicLongArray((size + 63) >> 6);
    }

    void add(int core) {
        long bit = 1L << core; // the shift distance is taken modulo 64
        words.getAndUpdate(core >> 6, word -> word | bit);
    }

    /** Takes a number out; false if it was not there. */
    boolean remove(int core) {
        long bit = 1L << core;
        return (words.getAndUpdate(core >> 6, word -> word & ~bit) & bit) != 0;
    }

    boolean contains(int core) {
        return (words.get(core >> 6) & 1L << core) != 0;
    }

    boolean isEmpty() {
        for (int i = 0; i < words.length(); i++) {
            if (words.get(i) != 0) {
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
        for (int i = 0; i < words.length(); i++) {
            long word = words.get(i);
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
