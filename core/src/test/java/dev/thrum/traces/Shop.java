package dev.thrum.traces;

import dev.thrum.task.Async;
import dev.thrum.task.Task;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Code whose traces are looked at; a comment at the end of a line is the line's name. */
final class Shop {
    private static final List<String> SOURCE = source();

    private Shop() {}

    static Async<String> checkout(boolean suspends) {
        return Async.async(() -> {
            String order = order(suspends).await(); // checkout
            return order + "!";
        });
    }

    static Async<String> order(boolean suspends) {
        return Async.async(() -> {
            if (suspends) {
                Task.yieldNow().await();
            }
            return "order " + pay(suspends).await(); // order
        });
    }

    static Async<String> pay(boolean suspends) {
        return Async.async(() -> {
            if (suspends) {
                Task.yieldNow().await();
            }
            throw new IOException("declined"); // pay
        });
    }

    static Async<String> withHelper(boolean suspends) {
        return Async.async(() -> {
            return helper(suspends); // withHelper
        });
    }

    private static String helper(boolean suspends) throws Exception {
        return pay(suspends).await(); // helper
    }

    static String byReference() throws Exception {
        return pay(true).await(); // byReference
    }

    static Async<Object> around(Async<?> inner) {
        return Async.async(() -> {
            Object value = inner.await(); // around
            return value;
        });
    }

    static Async<String> recursion(int depth, boolean suspends) {
        return Async.async(() -> {
            Async<String> next = depth == 0 ? pay(suspends) : recursion(depth - 1, suspends);
            return next.await(); // recursion
        });
    }

    private static List<String> source() {
        try {
            return Files.readAllLines(Path.of("src/test/java/dev/thrum/traces/Shop.java"));
        } catch (IOException e) {
            throw new UncheckedIOException("run the tests in the module's folder", e);
        }
    }

    /** The comment on the frame's line. */
    static String lineName(StackTraceElement frame) {
        String line = SOURCE.get(frame.getLineNumber() - 1);
        int comment = line.indexOf("// ");
        return comment < 0 ? frame.getLineNumber() + line : line.substring(comment + 3);
    }
}
