package dev.thrum.task;

import dev.thrum.timer.TimerEntry;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A computation bounded in time: async, timer entry, and the region that is cancelled at the
 * deadline, in one object. Polls what it bounds whenever it is polled, and arms its timer only if
 * that was pending the first time.
 */
final class Timeout<T extends @Nullable Object> extends TimerEntry implements Async<T>, Region {
    /** Where it stands; the fields are touched only by the thread that polls. */
    private enum Phase {
        NEW,
        /** The timer is armed. */
        WAITING,
        /** The deadline has passed; what was bounded cleans up. */
        TIMED_OUT,
        /** Cancelled from outside; what was bounded is polled on. */
        CANCELLED,
        ENDED
    }

    private static final VarHandle WAKER;

    static {
        try {
            WAKER = MethodHandles.lookup().findVarHandle(Timeout.class, "waker", Waker.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Async<T> bounded;
    private final Duration duration;

    /** Who polls; see {@link OneShot}. */
    private @Nullable Object owner;

    private Phase phase = Phase.NEW;
    private boolean delivered;
    private @Nullable TaskRuntime runtime;
    private @Nullable Context outer;
    private volatile Waker waker = Waker.noop();

    /** Set by the thread that fires; pairs with the volatile write of {@link #waker}. */
    private volatile boolean fired;

    Timeout(Async<T> bounded, Duration duration) {
        this.bounded = bounded;
        this.duration = duration;
    }

    @Override
    @SuppressWarnings("unchecked") // pollRaw gives what the bounded async gave
    public Poll<T> poll(Context cx) throws Exception {
        owner = OneShot.claim(this, owner, cx);
        outer = cx;
        Waker latest = cx.waker();
        if (phase == Phase.NEW) {
            WAKER.setRelease(this, latest); // nobody fires before this is armed
        } else if (waker != latest) {
            waker = latest; // volatile: before fired is read below
        }
        Object value;
        try {
            value = Coroutine.pollRaw(bounded, this);
            if (Coroutine.isPending(value)) {
                value = stillPending();
            }
        } catch (Throwable thrown) {
            boolean late = phase == Phase.TIMED_OUT;
            end();
            if (late) {
                throw timedOut(thrown);
            }
            throw thrown;
        }
        if (Coroutine.isPending(value)) {
            return Poll.pending();
        }
        boolean late = phase == Phase.TIMED_OUT;
        end();
        if (late) {
            throw timedOut(null);
        }
        return Poll.ready((T) value);
    }

    /** What was bounded is pending: arms the timer, or cancels it if its time is over. */
    private @Nullable Object stillPending() throws Exception {
        if (phase == Phase.NEW) {
            phase = Phase.WAITING;
            long nanos = Durations.nanos(duration);
            if (nanos <= 0) {
                fired = true;
            } else {
                TaskCell<?> task = cell();
                TaskRuntime on = task == null ? TaskRuntime.global() : task.runtime;
                runtime = on;
                on.arm(this, nanos);
                return Coroutine.SUSPENDED;
            }
        }
        if (phase != Phase.WAITING || !fired) {
            return Coroutine.SUSPENDED;
        }
        phase = Phase.TIMED_OUT;
        if (bounded.onCancel(this)) {
            return null;
        }
        Object value = Coroutine.pollRaw(bounded, this);
        if (!Coroutine.isPending(value) && !delivered) {
            phase = Phase.WAITING; // it came between poll and onCancel: it is there, and wins
        }
        return value;
    }

    private TimeoutException timedOut(@Nullable Throwable ofTheCleanup) {
        TimeoutException exception = new TimeoutException("not done within " + duration);
        if (ofTheCleanup != null && !(ofTheCleanup instanceof CancellationException)) {
            exception.addSuppressed(ofTheCleanup);
        }
        return exception;
    }

    private void end() {
        if (phase == Phase.WAITING && runtime != null) {
            runtime.timers.cancel(this);
        }
        phase = Phase.ENDED;
        // Whoever keeps this timeout need not keep the task; a fence would be wasted on that.
        WAKER.setRelease(this, Waker.noop());
        owner = OneShot.ENDED;
    }

    @Override
    protected void fired() {
        fired = true;
        waker.wake();
    }

    @Override
    public boolean onCancel(Context cx) {
        if (phase == Phase.TIMED_OUT) {
            return false; // it cleans up already
        }
        if (runtime != null) {
            runtime.timers.cancel(this);
        }
        phase = Phase.CANCELLED;
        if (delivered || !bounded.onCancel(this)) {
            return false;
        }
        end();
        return true;
    }

    // ---- the region of what is bounded ----

    @Override
    public Waker waker() {
        return waker;
    }

    @Override
    public @Nullable TaskCell<?> cell() {
        return outer == null ? null : OneShot.taskOf(outer);
    }

    @Override
    public @Nullable Child part() {
        return outer instanceof Region region ? region.part() : null;
    }

    @Override
    public boolean isCancelPending() {
        if (delivered) {
            return false;
        }
        return phase == Phase.TIMED_OUT
                || phase == Phase.CANCELLED
                || (outer instanceof Region region && region.isCancelPending());
    }

    @Override
    public void cancelDelivered() {
        delivered = true;
        if (phase != Phase.TIMED_OUT && outer instanceof Region region) {
            region.cancelDelivered();
        }
    }

    @Override
    public String toString() {
        return bounded + ".timeout(" + duration + ")";
    }
}
