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
        pause(LONG);
    }

    /** For so long that the other one may be done with what it is doing. */
    public static void giveRoom() {
        pause(SHORT);
    }

    private static void pause(int times) {
        for (int i = 0; i < times; i++) {
            Thread.onSpinWait();
        }
    }
}
