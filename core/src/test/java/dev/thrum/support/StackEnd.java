package dev.thrum.support;

import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Runs code where the stack ends. */
public final class StackEnd {
    private static final long STACK_BYTES = 256 * 1024;

    private StackEnd() {}

    /** Runs all of it on a thread with little stack, which need not end if something is wrong. */
    public static void onSmallStack(Callable<?> code) throws Exception {
        var all = new FutureTask<>(code);
        var thread = new Thread(null, all, "near the end of its stack", STACK_BYTES);
        thread.setDaemon(true);
        thread.start();
        all.get(20, TimeUnit.SECONDS);
    }

    /**
     * Calls an operation that has room for so many more calls.
     *
     * @return what it gave; null if it did not end, but overflowed
     */
    public static <R> R at(int calls, Callable<R> operation) {
        Object[] result = new Object[1];
        descend(calls, operation, result);
        @SuppressWarnings("unchecked") // what the operation gave
        R given = (R) result[0];
        return given;
    }

    private static int descend(int calls, Callable<?> operation, Object[] result) {
        int left;
        try {
            left = 1 + descend(calls, operation, result);
        } catch (StackOverflowError end) {
            left = 0;
        }
        if (left == calls) {
            try {
                result[0] = operation.call();
            } catch (StackOverflowError end) {
                // No result.
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
        return left;
    }
}
