package dev.thrum.task;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A task: its state, what it runs, its handle, its waker and its context, all one object, so that a
 * spawn allocates one and a wake none. How it is polled is the business of {@link PolledTask}; here
 * is what it is for others: who awaits its end, how it ends, and what it ended with.
 *
 * <p>Subclasses say where a task is polled: {@link SharedTask} by any worker, {@link LocalTask} by
 * the thread that spawned it, {@link RootTask} by the thread that blocks on it, {@link
 * BlockingTask} runs to its end on a thread of its own.
 *
 * @param <T> the type of the task's value
 */
abstract sealed class TaskCell<T extends @Nullable Object> extends PolledTask
        implements JoinHandle<T>, Settled<T> permits SharedTask, LocalTask, RootTask, BlockingTask {
    private static final VarHandle VIEW;

    static {
        try {
            VIEW = MethodHandles.lookup().findVarHandle(TaskCell.class, "view", Task.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Of this task alone; changed only where a {@link RootTask} is used again. */
    long id;

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

    private volatile @Nullable Task view;

    /**
     * What few tasks have: {@link TaskLocals}, or without those the {@link AwaitTrace.Flight}
     * alone; after the end, the {@link UnobservedFailure} if there is one.
     */
    private @Nullable Object extra;

    TaskCell(TaskRuntime runtime, @Nullable Object payload, TaskAttributes attributes) {
        super(runtime, payload, attributes.isolated());
        this.id = TaskRuntime.nextId();
        TaskCell<?> parent = Current.task();
        this.root = this instanceof RootTask ? null : rootOf(parent);
        if (parent != null && parent.extra instanceof TaskLocals locals) {
            extra = locals.inherited();
        }
        if (attributes.name() != null) {
            view = new Task(id, attributes.name(), this);
        }
    }

    private static @Nullable RootTask<?> rootOf(@Nullable TaskCell<?> parent) {
        if (parent instanceof RootTask<?> root) {
            root.becomesKnown();
            return root;
        }
        return parent == null ? null : parent.root;
    }

    @Override
    public final TaskCell<?> cell() {
        return this;
    }

    // ---- ending ----

    /** Whatever goes wrong in here, the task ends. */
    @Override
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
        if (failure instanceof Error panic && !isIsolated()) {
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
    @Override
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

    /** Whether, after the end of this task, nobody but its poller has a use for it. */
    final boolean isUnknown() {
        return view == null && joiner == null && extra == TaskLocals.GONE;
    }

    /** Makes another task of this one, which is over, and which only its poller knows. */
    final void restart(Async<? extends T> body) {
        extra = null;
        restarted(body);
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

    // ---- what few tasks have ----

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

    /** As {@link #task}, for a log: nothing is left of it that the task itself would see. */
    final Task shown() {
        Task seen = view;
        return seen == null ? new Task(id, null, this) : seen;
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
                                    : isPolled() ? "running" : "ready";
                    case IDLE -> "waiting";
                    default ->
                            (state & SUCCEEDED) != 0
                                    ? "succeeded"
                                    : (state & CANCELLED) != 0 ? "cancelled" : "failed";
                };
        return "JoinHandle[" + task() + ", " + how + "]";
    }
}
