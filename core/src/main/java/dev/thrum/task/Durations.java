package dev.thrum.task;

import java.time.Duration;

/** Durations as nanoseconds, saturating: what is too large to count never ends. */
final class Durations {
    /** A deadline that never comes. */
    static final long NEVER = Long.MAX_VALUE;

    private Durations() {}

    static long nanos(Duration duration) {
        if (duration.isNegative()) {
            return 0;
        }
        // 2^62 ns are 146 years; beyond that, and up to where toNanos overflows, it never ends.
        return duration.toSeconds() >= (1L << 62) / 1_000_000_000L ? NEVER : duration.toNanos();
    }

    /** The deadline {@code nanos} after {@code now}, on the wrapping scale of the clock. */
    static long deadline(long now, long nanos) {
        return nanos == NEVER ? NEVER : now + nanos;
    }
}
