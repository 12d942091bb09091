package dev.thrum.executor;

import java.util.PriorityQueue;

/** Timers in the simplest possible way: a heap under a lock. */
final class FakeDeadlines implements DeadlineSource {
    private record Timer(long deadline, Runnable action) {}

    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>((a, b) -> Long.compare(a.deadline, b.deadline));
    private volatile long next = Long.MAX_VALUE;

    /** Arms a timer, as the contract of {@link DeadlineSource} asks for. */
    void arm(Scheduler scheduler, long nanos, Runnable action) {
        long deadline = scheduler.nanoTime() + nanos;
        boolean earliest;
        synchronized (this) {
            earliest = deadline < next;
            timers.add(new Timer(deadline, action));
            update();
        }
        if (earliest) {
            scheduler.deadlineMoved(deadline);
        }
    }

    synchronized void clear() {
        timers.clear();
        update();
    }

    private void update() {
        Timer first = timers.peek();
        next = first == null ? Long.MAX_VALUE : first.deadline;
    }

    @Override
    public long nextDeadline() {
        return next;
    }

    @Override
    public int expire(long now) {
        int fired = 0;
        while (true) {
            Timer due;
            synchronized (this) {
                due = timers.peek();
                if (due == null || due.deadline > now) {
                    return fired;
                }
                timers.remove();
                update();
            }
            due.action.run();
            fired++;
        }
    }
}
