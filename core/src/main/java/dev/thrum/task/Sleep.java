package dev.thrum.task;

import dev.thrum.timer.TimerEntry;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** A timer of a task; itself the entry in the wheel. */
final class Sleep extends TimerEntry implements Async<@Nullable Void> {
    private static final byte NEW = 0;
    private static final byte ARMED = 1;
    private static final byte ENDED = 2;

    private static final VarHandle WAKER;

    static {
        try {
            WAKER = MethodHandles.lookup().findVarHandle(Sleep.class, "waker", Waker.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long nanos;
    private @Nullable Object owner;
    private @Nullable TaskRuntime runtime;
    private volatile Waker waker = Waker.noop();

    /** Set by the thread that fires; pairs with the volatile write of {@link #waker}. */
    private volatile boolean fired;

    private byte phase = NEW; // small, like all of this: there may be a million of them

    Sleep(long nanos) {
        this.nanos = nanos;
    }

    @Override
    public Poll<@Nullable Void> poll(Context cx) {
        Object poller = OneShot.pollerOf(cx);
        if (phase == ENDED
                || (owner != null && owner != poller && !OneShot.isHandedOn(owner, poller))) {
            throw OneShot.misuse(toString(), phase == ENDED, owner, poller);
        }
        owner = poller;
        if (phase == NEW) {
            if (nanos <= 0) {
                phase = ENDED;
                return Constants.DONE;
            }
            phase = ARMED;
            WAKER.setRelease(this, cx.waker()); // nobody fires before this is armed
            TaskCell<?> task = OneShot.taskOf(cx);
            TaskRuntime on = task == null ? TaskRuntime.global() : task.runtime;
            runtime = on;
            on.arm(this, nanos);
            return Poll.pending();
        }
        if (!fired) {
            Waker latest = cx.waker();
            if (latest == waker) {
                return Poll.pending();
            }
            // Either this read of fired sees the firing, or the firing sees the new waker.
            waker = latest;
            if (!fired) {
                return Poll.pending();
            }
        }
        phase = ENDED;
        return Constants.DONE;
    }

    @Override
    protected void fired() {
        fired = true;
        waker.wake();
    }

    @Override
    public boolean onCancel(Context cx) {
        if (runtime != null) {
            runtime.timers.cancel(this);
        }
        phase = ENDED;
        return true;
    }

    @Override
    public String toString() {
        return "Task.sleep(" + nanos + " ns)";
    }
}
