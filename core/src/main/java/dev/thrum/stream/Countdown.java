package dev.thrum.stream;

import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.task.Interval;
import dev.thrum.task.Task;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A time that runs from the first look at it on, be somebody waiting for its end or not: the first
 * tick of an interval, which stays where it is however often the wait for it is cancelled.
 */
final class Countdown {
    private final @Nullable Interval interval;
    private @Nullable Async<Long> tick;

    Countdown(Duration duration) {
        interval = duration.isZero() ? null : Task.interval(duration);
    }

    static Duration notNegative(String name, Duration duration) {
        if (Objects.requireNonNull(duration, name).isNegative()) {
            throw new IllegalArgumentException(
                    name + " is " + duration + ": it has to be zero or positive");
        }
        return duration;
    }

    /** Whether the time is over; if not, the context's waker is woken when it is. */
    boolean isOver(Context cx) throws Exception {
        if (interval == null) {
            return true;
        }
        Async<Long> awaited = tick;
        if (awaited == null) {
            awaited = interval.tick();
            tick = awaited;
        }
        if (awaited.poll(cx).isPending()) {
            return false;
        }
        tick = null;
        return true;
    }

    /** Nobody waits any more; the time runs on. */
    void cancel(Context cx) {
        Async<Long> cancelled = tick;
        if (cancelled != null) {
            tick = null;
            cancelled.onCancel(cx);
        }
    }
}
