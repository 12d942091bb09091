package dev.thrum.sync;

import org.jetbrains.lincheck.datastructures.Operation;

/**
 * Three who acquire something and give it back, over and over; each by one thread at a time. The
 * operations for Lincheck, of what is tested and of its {@link QueueModel}.
 */
public abstract class Acquiring {
    /**
     * The next thing: begins to acquire, or polls again, or, if it holds already, gives back.
     *
     * @return what came of it
     */
    abstract String step(int who) throws Exception;

    /** Acquires without waiting, if it is neither waiting nor holding. */
    abstract String tryNow(int who);

    /** Cancels, if it is waiting. */
    abstract String cancel(int who);

    /** {@link #step} of the first. */
    @Operation(nonParallelGroup = "a")
    public String stepA() throws Exception {
        return step(0);
    }

    /** {@link #tryNow} of the first. */
    @Operation(nonParallelGroup = "a")
    public String tryA() {
        return tryNow(0);
    }

    /** {@link #cancel} of the first. */
    @Operation(nonParallelGroup = "a")
    public String cancelA() {
        return cancel(0);
    }

    /** {@link #step} of the second. */
    @Operation(nonParallelGroup = "b")
    public String stepB() throws Exception {
        return step(1);
    }

    /** {@link #cancel} of the second. */
    @Operation(nonParallelGroup = "b")
    public String cancelB() {
        return cancel(1);
    }

    /** {@link #step} of the third. */
    @Operation(nonParallelGroup = "c")
    public String stepC() throws Exception {
        return step(2);
    }

    /** {@link #cancel} of the third. */
    @Operation(nonParallelGroup = "c")
    public String cancelC() {
        return cancel(2);
    }
}
