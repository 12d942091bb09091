package dev.thrum.waiting;

/**
 * Keeping off a cache line that another processor is using. Trying again at once, or as soon as the
 * line has moved, takes it away from who has it, so that both wait for it most of the time.
 */
public final class BackOff {
    /** In pauses of the processor: some 10 µs. */
    private static final int LONG = 400;

    /** Some 100 ns: longer than it takes to do what an atomic operation was for. */
    private static final int SHORT = 4;

    private BackOff() {}

    /**
     * For so long that the other one gets through some hundred operations. Whoever is alone for a
     * while pays for a line once in hundreds of operations.
     */
    public static void keepOff() {
        spin(LONG);
    }

    /** For so long that the other one may be done with what it is doing. */
    public static void giveRoom() {
        spin(SHORT);
    }

    /**
     * Waits for a thread that is in the middle of something short.
     *
     * @param spins how often this was called before, to begin with 0
     * @return one more
     */
    @SuppressWarnings("ThreadPriorityCheck") // nothing relies on it, it only spares a time slice
    public static int pause(int spins) {
        if (spins < 100) {
            Thread.onSpinWait();
        } else {
            Thread.yield(); // it may need this processor
        }
        return spins + 1;
    }

    private static void spin(int times) {
        for (int i = 0; i < times; i++) {
            Thread.onSpinWait();
        }
    }
}
