package dev.thrum.benchmarks;

/**
 * A workload that other runtimes run too.
 *
 * @param name as the peers call it
 * @param defaultN how many operations by default
 * @param body does them
 */
record Workload(String name, long defaultN, Body body) {
    /** Does {@code n} operations, rounded down to the shape, and returns how many it did. */
    @FunctionalInterface
    interface Body {
        long run(long n) throws Exception;
    }

    /** Fails the run if a result is wrong. */
    static void check(boolean ok, String what) {
        if (!ok) {
            throw new AssertionError("wrong result: " + what);
        }
    }

    /** 0 + 1 + … + (n − 1). */
    static long triangle(long n) {
        return n * (n - 1) / 2;
    }
}
