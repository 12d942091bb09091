package dev.thrum.task;

import dev.thrum.executor.Worker;
import dev.thrum.poll.TaskWaker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A task: its state, what it runs, its handle, its waker and its context, all one object, so that a
 * spawn allocates one and a wake none.
 *
 * <p>Who may touch what: the {@linkplain TaskState state} anybody, through its transitions. The
 * plain fields belong to the thread that polls; from one poll to the next they are handed over by
 * whoever {@linkplain TaskState has} the task. {@link #payload} is the async while the task lives;
 * the outcome is written to it before the transition to ENDED and read after having seen ENDED.
 *
 * <p>Subclasses say where a task is polled: {@link SharedTask} by any worker, {@link LocalTask} by
 * the thread that spawned it, {@link RootTask} by the thread that blocks on it, {@link
 * BlockingTask} runs to its end on a thread of its own.
 *
 * @param <T> the type of the task's value
 */
abstract sealed class TaskCell<T extends @Nullable Object> extends TaskState
        implements JoinHandle<T>, Settled<T>, Region, Waker, TaskWaker
        permits SharedTask, LocalTask, RootTask, BlockingTask {
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

    private static final VarHandle VIEW;

    static {
        try {
            VIEW = MethodHandles.lookup().findVarHandle(TaskCell.class, "view", Task.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final TaskRuntime runtime;
    final long id;

    /**
     * The blockOn that this task descends from, whom its panic reaches; null for one itself, so
     * that a chain of them keeps nothing alive.
     */
    final @Nullable RootTask<?> root;

    /** Whoever waits for the end; see {@link Joiners}. */
    volatile @Nullable Object joiner;

    /** Where the registry keeps this task. */
    TaskCell<?> @Nullable [] registryChunk;

    int registrySlot;

    private @Nullable Object payload;
    private volatile @Nullable Task view;

    /**
     * What few tasks have: {@link TaskLocals}, or without those the {@link AwaitTrace.Flight}
     * alone; after the end, the {@link UnobservedFailure} if there is one.
     */
    private @Nullable Object extra;

    // Small, so that a task has 64 bytes:
    private short budget;
    private byte flags;

    TaskCell(TaskRuntime runtime, @Nullable Object payload, TaskAttributes attributes) {
        this.runtime = runtime;
        this.payload = payload;
        this.id = TaskRuntime.nextId();
        TaskCell<?> parent = Current.task();
        this.root = this instanceof RootTask ? null : rootOf(parent);
        if (parent != null && parent.extra instanceof TaskLocals locals) {
            extra = locals.inherited();
        }
        if (attributes.isolated()) {
            flags = ISOLATED;
        }
        if (attributes.name() != null) {
            view = new Task(id, attributes.name(), this);
        }
    }

    private static @Nullable RootTask<?> rootOf(@Nullable TaskCell<?> parent) {
        return parent == null || parent instanceof RootTask ? (RootTask<?>) parent : parent.root;
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
            Staying.woken(this);
        }
    }

    @Override
    public void run(@Nullable Worker worker) {
        if (worker == null) {
            runHere();
            return;
        }
        Object outer = worker.enter(this);
        boolean again;
        try {
            again = advance();
        } finally {
            worker.enter(outer);
            if (Staying.ENABLED && outer == null) {
                Staying.pollEnded(worker);
            }
        }
        if (again) {
            resubmit();
        }
    }

    /** Polls on a thread that is not a worker of the task's scheduler. */
    private void runHere() {
        TaskCell<?> outer = Current.enter(this);
        boolean again;
        try {
            again = advance();
        } finally {
            Current.enter(outer);
        }
        if (again) {
            resubmit();
        }
    }

    /** Puts this task, which was woken while it was polled, behind all that is ready. */
    void resubmit() {
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
            flags = (byte) (before & ~(POLLED | YIELDED));
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

    /** Spends one await of the budget, and returns what is left. */
    final int spendBudget() {
        int left = budget - 1;
        budget = (short) left;
        return left;
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

    // ---- ending ----

    /** The body has ended. Whatever goes wrong in here, the task ends. */
    final void finish(@Nullable Object value, @Nullable Throwable failure) {
        int outcome = failure == null ? SUCCEEDED : outcomeOf(failure);
        try {
            TaskLocals.destroy(this);
        } finally {
            // The body is dropped here: what it kept alive does not outlive the task.
            payload = outcome == SUCCEEDED ? value : outcome == FAILED ? failure : null;
            try {
                if (outcome == FAILED && failure != null) {
                    failed(failure);
                }
            } finally {
                end(outcome);
                if (failure instanceof Error && root != null) {
                    root.cancelIfPanicked(); // behind the awaiters, who get the Error as it is
                }
            }
        }
    }

    int outcomeOf(Throwable failure) {
        return failure instanceof CancellationException && isCancelRequested() ? CANCELLED : FAILED;
    }

    /** Sees to it that the failure reaches whom it has to reach. */
    void failed(Throwable failure) {
        if (failure instanceof Error panic && (flags & ISOLATED) == 0) {
            transitionToLooked();
            runtime.failures().panicked(this, panic);
        } else {
            extra = UnobservedFailure.track(this, failure);
        }
    }

    private void end(int outcome) {
        TaskRegistry.remove(this);
        transitionToEnded(outcome);
        Task seen = view;
        if (seen != null) {
            seen.ended(isCancelRequested());
        }
        Joiners.wakeAll(this);
    }

    /**
     * Ends this task, which nobody will poll, without running more of it than the destructors of
     * its locals. Does nothing if somebody else has it, or if it has ended.
     *
     * @return whether it has ended on account of this
     */
    final boolean drop() {
        if (!claim() || isEnded()) { // a local task can be claimed when its last poll is over
            return false;
        }
        endDropped();
        return true;
    }

    /** Takes this task from wherever it waits; true if the caller has it now. */
    boolean claim() {
        return transitionToClaimed();
    }

    /** The scheduler gives the task up, which it has. */
    @Override
    public void discard() {
        if (!isEnded()) {
            endDropped();
        }
    }

    private void endDropped() {
        TaskCell<?> outer = Current.enter(this);
        try {
            TaskLocals.destroy(this);
        } finally {
            Current.enter(outer);
            payload = null;
            end(CANCELLED);
        }
    }

    /**
     * Forgets the outcome, which nobody will ask for; for the poller, who ends the task if it could
     * not bring it to its end.
     */
    final void abandon() {
        payload = null;
        if (!isEnded()) {
            end(CANCELLED);
        }
    }

    // ---- the region of the task's body ----

    @Override
    public final Waker waker() {
        return this;
    }

    @Override
    public final TaskCell<?> cell() {
        return this;
    }

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

    /** The task's locals; null before the first, {@link TaskLocals#GONE} after the end. */
    final @Nullable TaskLocals locals() {
        return extra instanceof TaskLocals locals
                ? locals
                : extra == null || extra instanceof AwaitTrace.Flight ? null : TaskLocals.GONE;
    }

    final void locals(TaskLocals locals) {
        if (locals != TaskLocals.GONE) {
            locals.flight = flight();
        }
        extra = locals;
    }

    /** The exception that is on its way through this task's awaits. */
    final AwaitTrace.@Nullable Flight flight() {
        return extra instanceof TaskLocals locals
                ? locals.flight
                : extra instanceof AwaitTrace.Flight flight ? flight : null;
    }

    final void flight(AwaitTrace.Flight flight) {
        if (extra == null || extra instanceof AwaitTrace.Flight) {
            extra = flight;
        } else if (extra instanceof TaskLocals locals && locals != TaskLocals.GONE) {
            locals.flight = flight;
        }
    }

    // ---- the handle ----

    @Override
    public final Task task() {
        Task seen = view;
        if (seen == null) {
            seen = new Task(id, null, this);
            if (!VIEW.compareAndSet(this, null, seen)) {
                return task();
            }
        }
        if (isEnded()) { // after the CAS: either this sees the end, or the end sees the view
            seen.ended(isCancelRequested());
        }
        return seen;
    }

    @Override
    public final boolean isDone() {
        return isEnded();
    }

    @Override
    public final Poll<T> poll(Context cx) throws Exception {
        return Joiners.isEndedElsePoll(this, cx) ? Poll.ready(result()) : Poll.pending();
    }

    /** As {@link #poll}, without an object for the value. */
    final @Nullable Object pollJoin(Context cx) throws Exception {
        return Joiners.isEndedElsePoll(this, cx) ? result() : Coroutine.SUSPENDED;
    }

    @Override
    public final boolean onCancel(Context cx) {
        Joiners.leave(this, cx.waker());
        return !isEnded(); // a result that is there already wins
    }

    /** The value, or throws what the task ended with. The task has ended. */
    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // a task that succeeded holds a T
    public final T result() throws Exception {
        int state = state();
        if ((state & SUCCEEDED) != 0) {
            return (T) payload;
        }
        if ((state & CANCELLED) != 0) {
            throw new CancellationException(task() + " was cancelled");
        }
        throw Throwables.sneak(lookAtFailure());
    }

    /** How the task ended. It has ended. */
    @SuppressWarnings({"unchecked", "NullAway"}) // a task that succeeded holds a T
    final Outcome<T> outcomeNow() {
        int state = state();
        if ((state & SUCCEEDED) != 0) {
            return new Outcome.Succeeded<>((T) payload);
        }
        if ((state & CANCELLED) != 0) {
            return new Outcome.Cancelled<>();
        }
        return new Outcome.Failed<>(lookAtFailure());
    }

    private Throwable lookAtFailure() {
        if (transitionToLooked() && extra instanceof UnobservedFailure failure) {
            failure.looked();
        }
        if (payload instanceof Throwable cause) {
            return cause;
        }
        throw new IllegalStateException(task() + " failed without a cause; a bug in Thrum");
    }

    @Override
    public final Async<Outcome<T>> outcome() {
        return new OutcomeAsync<>(this);
    }

    @Override
    public Async<Outcome<T>> cancel() {
        switch (transitionToCancelRequested()) {
            case SUBMIT -> submit();
            case RECORDED -> {
                RootTask.cancelNestedIn(this);
                if (Staying.ENABLED) {
                    Staying.woken(this);
                }
            }
            case NOTHING -> {}
        }
        return outcome();
    }

    @Override
    public final CompletableFuture<T> toCompletableFuture() {
        return HandleFuture.of(this);
    }

    @Override
    public final String toString() {
        int state = state();
        String how =
                switch (phase(state)) {
                    case ACTIVE, NOTIFIED ->
                            Staying.ENABLED && Staying.isWaiting(this)
                                    ? "waiting"
                                    : (flags & POLLED) == 0 ? "ready" : "running";
                    case IDLE -> "waiting";
                    default ->
                            (state & SUCCEEDED) != 0
                                    ? "succeeded"
                                    : (state & CANCELLED) != 0 ? "cancelled" : "failed";
                };
        return "JoinHandle[" + task() + ", " + how + "]";
    }
}
