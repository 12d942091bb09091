package dev.thrum.task;

/** Blocking code without a value, for {@link Task#spawnBlocking(BlockingRunnable)}. */
@FunctionalInterface
public interface BlockingRunnable {
    /** Runs the code; what it throws is the failure of the task. */
    void run() throws Exception;
}
