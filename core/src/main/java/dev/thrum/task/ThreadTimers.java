package dev.thrum.task;

import dev.thrum.executor.DeadlineSource;
import dev.thrum.executor.Scheduler;
import dev.thrum.timer.Timers;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Joins timers and workers, neither of which knows the other. It is the timers' listener itself: a
 * lambda would cost a program milliseconds when it starts.
 */
final class ThreadTimers implements DeadlineSource, LongConsumer {
    final Timers timers;
    @Nullable Scheduler scheduler;

    ThreadTimers(int shards) {
        timers = new Timers(shards, System.nanoTime(), this);
    }

    /** An earlier deadline than all others has been set. */
    @Override
    public void accept(long deadline) {
        if (scheduler != null) {
            scheduler.deadlineMoved(deadline);
        }
    }

    @Override
    public long nextDeadline() {
        return timers.nextDeadline();
    }

    @Override
    public int expire(long now) {
        return timers.expire(now);
    }
}
