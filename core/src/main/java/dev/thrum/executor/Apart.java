package dev.thrum.executor;

/**
 * How to keep references that one thread writes for every job apart from those that another thread
 * writes.
 *
 * <p>A store of a reference into an object marks the card of that object, a byte that stands for
 * 512 bytes of the heap (the collectors Serial, Parallel, and G1 for what is old). So 64 bytes of
 * cards, a cache line, stand for 32 KB; and two threads that store references into two objects less
 * than that apart take this line from each other with each store, though they share nothing. It
 * made a yield on two workers take as long as on one.
 *
 * <p>Where objects lie is up to the collector, but the inside of an array stays together: an array
 * that is used at its beginning only, and is longer by this much, has nobody behind it.
 */
final class Apart {
    /** For cards of two cache lines, with references of four bytes. */
    static final int SLOTS = 2 * 32 * 1024 / 4;

    private Apart() {}
}
