package dev.thrum.task;

import dev.thrum.executor.Job;
import dev.thrum.executor.LocalQueue;
import dev.thrum.executor.Worker;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The task of a {@code blockOn}: polled on the thread that called it, which parks between polls and
 * meanwhile drives that thread's local tasks. What descends from it by spawning panics to it.
 *
 * <p>Parking cannot lose a wake: {@link #submit} runs after the transition to ACTIVE, and the loop
 * looks at the state before it parks; a wake between the look and the park leaves the thread's
 * permit, so that the park returns at once. Whatever else uses that permit costs one more turn of
 * the loop.
 *
 * <p>A thread that blocks on one block after the other uses one object for many of these tasks:
 * those that ended with a value at their first poll, without an await, so that nothing got to know
 * their context, and which nothing else has got to know either; see {@link #isReusable}. They need
 * no allocation and no place in the registry; who closes the runtime finds them by {@link
 * SpareRoots}.
 */
final class RootTask<T extends @Nullable Object> extends TaskCell<T> {
    /** How many local tasks are polled before the root is looked at again. */
    private static final int LOCAL_BATCH = 32;

    private final Thread thread = Thread.currentThread();

    /** The task that this thread was polling when it called blockOn; for this thread only. */
    private @Nullable TaskCell<?> outer = Current.task();

    /** The roots that block in the poll of another task, by that task. */
    private static final Map<TaskCell<?>, RootTask<?>> NESTED = new ConcurrentHashMap<>();

    /** Whether this has given way and waits for its turn among the local tasks of its thread. */
    private boolean queued;

    /** The thread was interrupted meanwhile; for this thread only. */
    private boolean interrupted;

    /** Whether something knows this that outlives it; for this thread only. */
    private boolean known;

    /** For the next body, if that awaits nothing; for this thread only. */
    @Nullable PlainCall<T> call;

    private volatile boolean cancelledWithOuter;
    private @Nullable Error panic;
    private boolean closedToPanics;

    RootTask(TaskRuntime runtime, Async<? extends T> body, TaskAttributes attributes) {
        super(runtime, body, attributes);
    }

    /** Drives this to its end, on the thread that called blockOn. */
    T complete() {
        try {
            TaskCell<?> around = outer;
            if (around == null || around instanceof BlockingTask) { // that is interrupted instead
                drive();
            } else {
                driveWithin(around);
            }
            throwPanic();
            return takeResult(this);
        } finally {
            letGo();
        }
    }

    /** Becomes another root, for another body. */
    void beginAgain(Async<T> body) {
        restart(body);
        id = runtime.admitAgain(this);
    }

    /** The value; or throws the failure, unchecked. */
    static <T extends @Nullable Object> T takeResult(Settled<T> settled) {
        try {
            return settled.result();
        } catch (RuntimeException unchecked) {
            throw unchecked;
        } catch (Exception checked) {
            throw new CompletionException(checked);
        }
    }

    private void driveWithin(TaskCell<?> task) {
        NESTED.put(task, this);
        try {
            if (task.isCancelPending()) { // after the put: see cancelNestedIn
                cancelWithOuter();
            }
            drive();
        } finally {
            NESTED.remove(task);
            if (cancelledWithOuter && isCancelDelivered()) {
                task.cancelDelivered();
            }
        }
    }

    /** Whether the cancellation had an effect; if not, the outer task's next await throws. */
    private boolean isCancelDelivered() {
        return (state() & CANCELLED) != 0 || !isCancelPending();
    }

    /** What descends from this root keeps it alive, but shall not keep alive what it refers to. */
    private void letGo() {
        outer = null;
        if (known) {
            call = null;
        }
        abandon();
    }

    /** The task that the thread was polling when it called blockOn; for that thread to ask. */
    @Nullable TaskCell<?> outer() {
        return outer;
    }

    /**
     * The task was asked to cancel. If it blocks in a nested root, that is where it waits, so that
     * is cancelled: a blockOn within a task is to cancellation what an await is. Either this finds
     * the nested root, or the nested root, put into the map first, finds the request.
     */
    static void cancelNestedIn(TaskCell<?> task) {
        if (!NESTED.isEmpty()) {
            RootTask<?> nested = NESTED.get(task);
            if (nested != null) {
                nested.cancelWithOuter();
            }
        }
    }

    private void cancelWithOuter() {
        cancelledWithOuter = true;
        cancel();
    }

    private void drive() {
        if (thread instanceof Worker worker) {
            driveOnWorker(worker);
        } else {
            driveHere();
        }
        if (interrupted) {
            thread.interrupt();
        }
    }

    @Override
    void submit() {
        if (Thread.currentThread() != thread) {
            LockSupport.unpark(thread);
        }
    }

    private void driveHere() {
        Current.ForeignThread here = Current.foreignThread();
        here.beginDriving();
        here.task = this;
        try {
            for (; ; ) {
                cancelIfInterrupted();
                if (isDue() && advance()) {
                    giveWay(here.localQueue);
                }
                if (isEnded()) {
                    return;
                }
                LocalQueue locals = here.localQueue;
                boolean idle = locals == null || !drive(locals, null);
                if (idle && phase(state()) == IDLE) {
                    park(locals);
                }
            }
        } finally {
            here.task = outer;
            here.endDriving();
        }
    }

    /** As {@link #driveHere}, on a worker: its core is lent to another thread while it waits. */
    private void driveOnWorker(Worker worker) {
        worker.enter(this);
        boolean lent = false;
        try {
            for (; ; ) {
                cancelIfInterrupted();
                boolean again = isDue() && advance();
                if (isEnded()) {
                    return;
                }
                if (again) {
                    giveWay(worker.localQueue());
                }
                boolean idle = !drive(worker.localQueue(), worker);
                boolean parks = idle && phase(state()) == IDLE;
                if (!lent && (again || parks)) { // others of this worker have their turn now
                    worker.scheduler().compensate();
                    lent = true;
                }
                if (parks) {
                    park(worker.localQueue());
                }
            }
        } finally {
            worker.enter(outer);
        }
    }

    /** What knows this outlives it: a task that descends from it, or an async that it owns. */
    void becomesKnown() {
        known = true;
    }

    /**
     * Whether this, which is over, can be another task: nobody has heard of it, so nobody can tell.
     * That another thread knows it or that it was cancelled, as by an interrupt, is in its state.
     */
    boolean isReusable() {
        return state() == (ENDED | SUCCEEDED)
                && hasNotAwaited()
                && isUnknown()
                && !known
                && !Staying.ENABLED; // where the budget tells nothing
    }

    private boolean isDue() {
        return !queued && phase(state()) != IDLE;
    }

    /** This was woken while it was polled: it goes behind the local tasks that are ready now. */
    private void giveWay(@Nullable LocalQueue locals) {
        if (locals != null && !locals.isEmpty()) {
            queued = true;
            locals.pushYielded(this);
        }
    }

    /** Its turn has come: whoever drives this root polls it next. */
    @Override
    public boolean run(@Nullable Worker worker) {
        queued = false;
        return false;
    }

    @Override
    public void discard() {
        queued = false; // whoever drives it goes on
    }

    /** Polls some local tasks, until it is this one's turn; false if there was none. */
    private boolean drive(LocalQueue locals, @Nullable Worker worker) {
        for (int i = 0; i < LOCAL_BATCH; i++) {
            Job job = locals.poll();
            if (job == null) {
                return i > 0;
            }
            if (job.run(worker)) {
                job.resubmit();
            }
            if (job == this) {
                return true;
            }
        }
        return true;
    }

    private void park(@Nullable LocalQueue locals) {
        if (locals == null) {
            LockSupport.park(this);
        } else {
            locals.park();
        }
    }

    private void cancelIfInterrupted() {
        if (Thread.interrupted()) {
            interrupted();
        }
    }

    /** The thread was interrupted, and will be again when this has ended. */
    void interrupted() {
        interrupted = true;
        cancel();
    }

    /**
     * A descendant panics. The first panic will be what this blockOn throws; once the descendant
     * has ended, {@link #cancelIfPanicked} follows.
     *
     * @return false if this root has ended
     */
    boolean panicked(Task descendant, Error thrown) {
        PanicException marker = new PanicException(descendant, thrown); // asks the Error: no lock
        synchronized (this) {
            if (closedToPanics || !transitionToPanicked()) {
                return false;
            }
            if (panic == null) {
                panic = thrown;
                Throwables.suppress(thrown, marker);
            } else {
                Throwables.suppress(panic, thrown);
            }
        }
        return true;
    }

    void cancelIfPanicked() {
        boolean panicked;
        synchronized (this) {
            panicked = panic != null;
        }
        if (panicked) {
            cancel();
        }
    }

    /** The Error of a root's own body goes to the caller of its blockOn, and to nobody else. */
    @Override
    void failed(Throwable failure) {
        transitionToLooked();
    }

    /** If a descendant has panicked, that is what blockOn throws; this has ended. */
    void throwPanic() {
        if ((state() & PANICKED) == 0) { // nobody sets it any more
            return;
        }
        Error thrown;
        synchronized (this) {
            closedToPanics = true;
            thrown = panic;
            panic = null;
        }
        if (thrown == null) {
            throw new IllegalStateException(task() + " panicked without an Error; a bug in Thrum");
        }
        try {
            result();
        } catch (Throwable failure) {
            if ((state() & CANCELLED) == 0) {
                Throwables.suppress(thrown, failure);
            }
        }
        throw thrown;
    }
}
