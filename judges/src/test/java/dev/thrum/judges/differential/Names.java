package dev.thrum.judges.differential;

/** Fresh names, and how large a program has become. */
final class Names {

    private final int limit;
    private int count;
    private int size;

    Names(int limit) {
        this.limit = limit;
    }

    String fresh(String prefix) {
        return prefix + count++;
    }

    void grow() {
        size++;
    }

    /** Whether nothing more is to be added than what has to be. */
    boolean isLarge() {
        return size > limit;
    }
}
