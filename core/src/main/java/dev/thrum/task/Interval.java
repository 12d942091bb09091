package dev.thrum.task;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A clock that ticks at a fixed rate: see {@link Task#interval}. For one task at a time.
 *
 * <p><b>Missed ticks.</b> Ticks fall on multiples of the period after the first call of {@link
 * #tick()} was polled. Whoever comes late for one gets it at once, and one only: those missed are
 * skipped, and the next one falls on the next multiple again. What a tick gives is its number, so
 * the difference of two tells how many were missed.
 */
public final class Interval {
    private final long period;
    private boolean begun;
    private long base;
    private long last;

    Interval(Duration period) {
        if (period.isNegative() || period.isZero()) {
            throw new IllegalArgumentException(
                    "period is " + period + ": an interval needs a positive one");
        }
        this.period = Durations.nanos(period);
    }

    /**
     * Waits for the next tick: the first one falls one period after the first poll. An await that
     * is cancelled takes no tick away.
     *
     * @return the number of the tick, from 1
     */
    public Async<Long> tick() {
        return new Tick();
    }

    private final class Tick implements Async<Long> {
        private @Nullable Sleep sleep;

        @Override
        public Poll<Long> poll(Context cx) {
            Sleep waiting = sleep;
            if (waiting == null) {
                long now = OneShot.runtimeOf(cx).scheduler.nanoTime();
                if (!begun) {
                    begun = true;
                    base = now;
                }
                waiting = new Sleep(due(now));
                sleep = waiting;
            }
            if (waiting.poll(cx).isPending()) {
                return Poll.pending();
            }
            long now = OneShot.runtimeOf(cx).scheduler.nanoTime();
            last = Math.max(last + 1, (now - base) / period);
            return Poll.ready(last);
        }

        /** How long until the next tick; not positive if it is due. */
        private long due(long now) {
            long next = last + 1;
            if (next > Durations.NEVER / period) {
                return Durations.NEVER;
            }
            return next * period - (now - base);
        }

        @Override
        public boolean onCancel(Context cx) {
            return sleep == null || sleep.onCancel(cx);
        }

        @Override
        public String toString() {
            return "Interval.tick()";
        }
    }
}
