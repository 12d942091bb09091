package dev.thrum.executor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that of the sleeping workers one sleeps no longer than until the next timer is due;
 * the others sleep until they are woken. Workers that run look at the timers between jobs.
 *
 * <p>The rule: if there is a timer and a worker sleeps, then the {@link Watch} is on some sleeping
 * worker and ends no later than that timer, or somebody is awake who will see to it.
 *
 * <pre>
 *   T1 (falls asleep)                          T2 (arms a timer)
 *   1 is in the set of sleepers                1 the source says the new deadline
 *   2 reads the deadline                       2 full fence; reads the watch
 *   3 no watch, or a later one: CAS to its own 3 no watch: wakes a sleeper
 *   4 reads the deadline again: changed? to 2  4 a later one: unparks whoever has it
 *   5 parks until the deadline
 * </pre>
 *
 * If T1.4 does not see the new deadline, T2.2 sees T1's watch. If T1 parks without a watch, there
 * was no deadline, and T2 finds T1 among the sleepers; or another worker has an earlier watch. That
 * other one, and whoever is woken in T2.3, either falls asleep again and so comes to T1.2, or finds
 * a job; then it looks whether there is a watch for the next deadline, as T2 does, before it runs
 * the job ({@link #recheck}). It is not enough to do so only if it was searching until then: it may
 * have been about to sleep, in T1.1, when it saw the job. Who naps ({@link Lookout}) is awake in
 * this sense, without a watch: it sees a deadline that is set meanwhile at the end of its nap.
 */
final class Timekeeper {
    private static final VarHandle WATCH;

    static {
        try {
            WATCH = MethodHandles.lookup().findVarHandle(Timekeeper.class, "watch", Watch.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Who sleeps, and until when. */
    private record Watch(Worker worker, int core, long until) {}

    private final WorkStealingScheduler scheduler;
    private final DeadlineSource deadlines;
    private volatile @Nullable Watch watch;

    Timekeeper(WorkStealingScheduler scheduler, DeadlineSource deadlines) {
        this.scheduler = scheduler;
        this.deadlines = deadlines;
    }

    /** Fires what is due. Returns how many. */
    int fire() {
        return isDue() ? deadlines.expire(scheduler.nanoTime()) : 0;
    }

    /** Whether there is something to {@link #fire}. */
    boolean isDue() {
        long deadline = deadlines.nextDeadline();
        return deadline != Long.MAX_VALUE && deadline - scheduler.nanoTime() <= 0;
    }

    /** How long it is until the next timer is due, but {@code most} at most. */
    long untilDeadline(long most) {
        long deadline = deadlines.nextDeadline();
        return deadline == Long.MAX_VALUE
                ? most
                : Math.clamp(deadline - scheduler.nanoTime(), 1, most);
    }

    /**
     * Parks the current worker, which is in the set of sleepers, once.
     *
     * @return false, perhaps without having parked, if a timer is due
     */
    boolean park(Worker self, int core) {
        while (true) {
            long deadline = deadlines.nextDeadline();
            Watch seen = watch;
            if (seen != null && seen.worker == self) {
                if (seen.until != deadline) {
                    WATCH.compareAndSet(this, seen, null); // outdated
                    continue;
                }
            } else if (deadline == Long.MAX_VALUE || (seen != null && seen.until - deadline <= 0)) {
                LockSupport.park(this);
                return true;
            } else if (!WATCH.compareAndSet(this, seen, new Watch(self, core, deadline))
                    || deadlines.nextDeadline() != deadline) {
                continue;
            }
            long nanos = deadline - scheduler.nanoTime();
            if (nanos > 0) {
                LockSupport.parkNanos(this, nanos);
            }
            return deadline - scheduler.nanoTime() > 0;
        }
    }

    /**
     * The current worker is awake again, and gives up the watch if it has it. Before it runs a job,
     * it has to call {@link #recheck}; if it finds none, it comes back to {@link #park}.
     */
    void leave(Worker self) {
        Watch seen = watch;
        if (seen != null && seen.worker == self) {
            WATCH.compareAndSet(this, seen, null); // if it fails, it is another's already
        }
    }

    /** Wakes a sleeper if nobody would wake up in time for a deadline that was just set. */
    void deadlineMoved(long deadline) {
        VarHandle.fullFence(); // between the write of the deadline and the read of the watch
        Watch seen = watch;
        if (seen == null) {
            scheduler.wakeOne();
        } else if (deadline - seen.until < 0) {
            LockSupport.unpark(seen.worker);
        }
    }

    /** The same for whatever deadline there is now: the caller will not sleep, but be busy. */
    void recheck() {
        long deadline = deadlines.nextDeadline();
        if (deadline != Long.MAX_VALUE) {
            deadlineMoved(deadline);
        }
    }

    /** The core that is spared when a sleeper is woken for other reasons, or -1. */
    int core() {
        Watch seen = watch;
        return seen == null ? -1 : seen.core;
    }
}
