package dev.thrum.task;

import dev.thrum.executor.Worker;
import dev.thrum.poll.TaskWaker;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * The part of a task that runs: its body, polled by whoever {@linkplain TaskState has} the task,
 * one poll at a time. It is the context and the waker of these polls, so that a wake allocates
 * nothing.
 *
 * <p>The plain fields belong to the thread that polls; from one poll to the next they are handed
 * over by whoever has the task.
 */
abstract sealed class PolledTask extends TaskState implements Region, Waker, TaskWaker
        permits TaskCell {
    /** How many awaits a task gets through in one poll before it has to give way. */
    static final int BUDGET = 128;

    /** The body has been polled. */
    private static final int STARTED = 1;

    /** What the body awaited was told of the cancellation. */
    private static final int TOLD = 2;

    /** The cancellation was thrown out of an await of the body. */
    private static final int DELIVERED = 4;

    /** An Error of this task is an ordinary failure. */
    private static final int ISOLATED = 8;

    /** The task is being polled; for others no more than a hint. */
    private static final int POLLED = 16;

    /** The task has given way in this poll, and is to be polled again. */
    private static final int YIELDED = 32;

    /** A poll of the body gave no value yet. */
    private static final int SUSPENDED = 64;

    final TaskRuntime runtime;

    /**
     * The async while the task lives; then the outcome, which {@link TaskCell} writes before the
     * transition to ENDED and reads after having seen ENDED.
     */
    @Nullable Object payload;

    // Small, so that a task has 64 bytes:
    private short budget;
    private byte flags;

    PolledTask(TaskRuntime runtime, @Nullable Object payload, boolean isolated) {
        this.runtime = runtime;
        this.payload = payload;
        this.flags = isolated ? (byte) ISOLATED : 0;
    }

    /** The body has ended: so does the task. */
    abstract void finish(@Nullable Object value, @Nullable Throwable failure);

    /** Ends this task without running more of it, unless somebody else has it. */
    abstract boolean drop();

    /** Whether an Error of this task is an ordinary failure. */
    final boolean isIsolated() {
        return (flags & ISOLATED) != 0;
    }

    /** Whether it is being polled; for others no more than a hint. */
    final boolean isPolled() {
        return (flags & POLLED) != 0;
    }

    // ---- being scheduled and polled ----

    /** Puts this task, which the caller has, where its poller finds it. */
    abstract void submit();

    /** Whether it is one of the runtime's workers that polls this, so that it ends with those. */
    boolean isPolledByRuntime() {
        return false;
    }

    @Override
    public final void wake() {
        if (transitionToWoken()) {
            submit();
        } else if (Staying.ENABLED) {
            Staying.woken(cell());
        }
    }

    @Override
    public boolean run(@Nullable Worker worker) {
        if (worker == null) {
            return runHere();
        }
        Object outer = worker.enter(this);
        try {
            return advance();
        } finally {
            worker.enter(outer);
            if (Staying.ENABLED && outer == null) {
                Staying.pollEnded(worker);
            }
        }
    }

    /** Polls on a thread that is not a worker of the task's scheduler. */
    private boolean runHere() {
        TaskCell<?> outer = Current.enter(cell());
        try {
            return advance();
        } finally {
            Current.enter(outer);
        }
    }

    /** Puts this task, which was woken while it was polled, behind all that is ready. */
    @Override
    public void resubmit() {
        submit();
    }

    /**
     * Polls once. The caller has this task, and has made it current.
     *
     * @return true if the caller has to submit the task again; if not, it has it no more
     */
    final boolean advance() {
        int state = transitionToPolled();
        if (phase(state) == ENDED) {
            return false;
        }
        budget = BUDGET;
        Object value;
        try {
            value = pollBody((state & CANCEL) != 0);
        } catch (Throwable failure) {
            finish(null, failure);
            return false;
        }
        if (Coroutine.isPending(value)) {
            int before = flags;
            flags = (byte) ((before & ~(POLLED | YIELDED)) | SUSPENDED);
            return (before & YIELDED) != 0 || !goIdle();
        }
        finish(value, null);
        return false;
    }

    private boolean goIdle() {
        boolean idle = transitionToIdle();
        if (idle && runtime.isTerminated() && isPolledByRuntime()) { // see TaskRuntime.terminate
            drop();
        }
        return idle;
    }

    /**
     * To be polled again, behind all that is ready. For a task that asks it of itself this is a
     * wake without a transition: the poller, who has the task, simply puts it back into the queue.
     */
    final void giveWay() {
        if (Current.task() == this) {
            flags |= YIELDED;
        } else {
            wake(); // somebody uses the context of another task
        }
    }

    private @Nullable Object pollBody(boolean cancelled) throws Exception {
        Async<?> body = (Async<?>) payload;
        if (body == null) {
            throw new IllegalStateException(task() + " has no body; this is a bug in Thrum");
        }
        if (cancelled && (flags & (TOLD | DELIVERED)) == 0) {
            flags |= TOLD;
            if ((flags & STARTED) == 0 || body.onCancel(this)) {
                throw cancellation();
            }
        }
        flags |= STARTED | POLLED;
        return Coroutine.pollRaw(body, this);
    }

    /** What an await of this task throws when the task is cancelled. */
    final CancellationException cancellation() {
        return new TaskCancellation(task() + " was cancelled");
    }

    /** Spends one await of the budget; false when the task has to give way first. */
    final boolean spendBudget() {
        int left = budget - 1;
        if (left < -1) {
            return false; // nothing to spend since a part of it was told so
        }
        budget = (short) left;
        return left >= 0;
    }

    /**
     * Whether, being over, it was a block that did not await anything: so it has spent no budget,
     * was polled once, and nothing has got to know its context.
     */
    final boolean hasNotAwaited() {
        return budget == BUDGET && flags == (STARTED | POLLED);
    }

    /** Takes a body in the place of the one that is over. */
    final void restarted(Async<?> body) {
        payload = body;
        flags = 0;
        transitionToNew();
    }

    // ---- see Staying; for the poller ----

    /** Whether it is this task alone that polls a block: its own, or one that such a one awaits. */
    final boolean polls(Coroutine<?> block) {
        Object next = payload; // not within a context, which each poll restores
        while (next != block && next instanceof Coroutine<?> outer) {
            next = outer.awaiting();
        }
        return next == block;
    }

    final void renewBudget() {
        budget = BUDGET;
    }

    /**
     * Whether it is to go behind others: it has given way, or a part of it has, for want of budget.
     */
    final boolean givesWay() {
        return (flags & YIELDED) != 0 || budget < 0;
    }

    /** Whether it has given way in this poll; from then on it has not. */
    final boolean takeYielded() {
        boolean yielded = (flags & YIELDED) != 0;
        flags &= ~YIELDED;
        return yielded;
    }

    /** Whether what is awaited is to be told of a cancellation; once. */
    final boolean takeCancel() {
        if (!isCancelPending() || (flags & TOLD) != 0) {
            return false;
        }
        flags |= TOLD;
        return true;
    }

    // ---- the region of the task's body ----

    @Override
    public final Waker waker() {
        return this;
    }

    @Override
    public abstract TaskCell<?> cell();

    @Override
    public final @Nullable Child part() {
        return null;
    }

    @Override
    public final boolean isCancelPending() {
        return isCancelRequested() && (flags & DELIVERED) == 0;
    }

    @Override
    public final void cancelDelivered() {
        flags |= DELIVERED;
    }
}
