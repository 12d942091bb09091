package dev.thrum.task;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Catches, while a test runs, what goes to the log and to uncaught-exception handlers. */
final class Reports implements AutoCloseable {
    private static final Logger LOGGER = Logger.getLogger("dev.thrum.task"); // kept reachable

    final BlockingQueue<LogRecord> logged = new LinkedBlockingQueue<>();
    final BlockingQueue<Throwable> uncaught = new LinkedBlockingQueue<>();
    private final Thread.UncaughtExceptionHandler before =
            Thread.getDefaultUncaughtExceptionHandler();
    private final Handler handler =
            new Handler() {
                @Override
                public void publish(LogRecord record) {
                    logged.add(record);
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            };

    Reports() {
        LOGGER.addHandler(handler);
        LOGGER.setUseParentHandlers(false);
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> uncaught.add(thrown));
    }

    @Override
    public void close() {
        LOGGER.removeHandler(handler);
        LOGGER.setUseParentHandlers(true);
        Thread.setDefaultUncaughtExceptionHandler(before);
    }

    /** Waits for what has to come. */
    static <T> T take(BlockingQueue<T> from) throws InterruptedException {
        T taken = from.poll(60, TimeUnit.SECONDS);
        if (taken == null) {
            throw new AssertionError("it never came");
        }
        return taken;
    }
}
