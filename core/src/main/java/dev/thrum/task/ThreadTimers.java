package dev.thrum.task;

import dev.thrum.executor.DeadlineSource;
import dev.thrum.executor.Scheduler;
import dev.thrum.timer.Timers;
import org.jspecify.annotations.Nullable;

/** Joins timers and workers, neither of which knows the other. */
final class ThreadTimers implements DeadlineSource {
    final Timers timers;
    @Nullable Scheduler scheduler;

    ThreadTimers(int shards) {
        timers = new Timers(shards, System.nanoTime(), this::earlier);
    }

    private void earlier(long deadline) {
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
