package dev.thrum.task;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The settings from outside: a system property, before an environment variable, before the default.
 * Read and checked at every use, so that a wrong one is told each time and not just the first.
 */
final class Settings {
    private Settings() {}

    /** {@code thrum.thread.count}, {@code THRUM_THREAD_COUNT}: the available processors. */
    static int threadCount() {
        Setting setting = Setting.read("thrum.thread.count");
        String value = setting.value();
        if (value == null) {
            return Runtime.getRuntime().availableProcessors();
        }
        int count;
        try {
            count = Integer.parseInt(value.strip());
        } catch (NumberFormatException e) {
            count = 0;
        }
        if (count <= 0) {
            throw new IllegalArgumentException(
                    setting
                            + " is \""
                            + value
                            + "\": it has to be a positive number, the count of worker threads");
        }
        return count;
    }

    /** {@code thrum.thread.name}, {@code THRUM_THREAD_NAME}: {@code thrum}. */
    static String threadName() {
        Setting setting = Setting.read("thrum.thread.name");
        String value = setting.value();
        if (value == null) {
            return "thrum";
        }
        if (value.isBlank()) {
            throw new IllegalArgumentException(
                    setting + " is empty: it has to be the prefix of the worker threads' names");
        }
        return value;
    }

    private record Setting(String source, @Nullable String value) {
        static Setting read(String property) {
            String value = System.getProperty(property);
            if (value != null) {
                return new Setting("system property " + property, value);
            }
            String variable = property.replace('.', '_').toUpperCase(Locale.ROOT);
            return new Setting("environment variable " + variable, System.getenv(variable));
        }

        @Override
        public String toString() {
            return source;
        }
    }
}
