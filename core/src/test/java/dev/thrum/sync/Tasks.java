package dev.thrum.sync;

import dev.thrum.task.Async;
import dev.thrum.task.Task;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the tests of this package do with tasks. */
final class Tasks {
    private static final Pattern WAITING = Pattern.compile("(\\d+)( of \\d+)? waiting\\]");

    private Tasks() {}

    /** Gives way until the condition holds. */
    static Async<Void> until(BooleanSupplier condition) {
        return Async.async(() -> {
            while (!condition.getAsBoolean()) {
                Task.yieldNow().await();
            }
        });
    }

    /** Gives way until so many wait. */
    static Async<Void> untilWaiting(int count, Object sync) {
        return until(() -> waiting(sync) == count);
    }

    /** Gives way a number of times. */
    static Async<Void> yields(int times) {
        return Async.async(() -> {
            for (int i = 0; i < times; i++) {
                Task.yieldNow().await();
            }
        });
    }

    /** How many wait, by what it says of itself. */
    static int waiting(Object sync) {
        Matcher matcher = WAITING.matcher(sync.toString());
        if (!matcher.find()) {
            throw new AssertionError("does not tell how many wait: " + sync);
        }
        return Integer.parseInt(matcher.group(1));
    }
}
