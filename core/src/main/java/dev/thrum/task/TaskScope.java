package dev.thrum.task;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Structured concurrency: tasks that end before the block that started them does.
 *
 * {@snippet :
 * Async<Page> page(User user) {
 *     return TaskScope.call(scope -> {
 *         var orders = scope.spawn(() -> loadOrders(user).await());
 *         var offers = scope.spawn(() -> loadOffers(user).await());
 *         return new Page(orders.await(), offers.await());
 *     });
 * }
 * }
 *
 * <p>The scope ends only when its body and all its children have ended, their cleanup included. The
 * first failure of the body or of a child, an {@link Error} included, cancels the rest and is
 * rethrown by the scope, later ones suppressed in it; so an Error of a child reaches the scope's
 * parent, and not its root. A child that was {@linkplain JoinHandle#cancel cancelled} by itself is
 * no failure. Cancelling the task that awaits the scope cancels body and children.
 *
 * <p>A {@linkplain #supervised() supervised} scope leaves the siblings of a failed child alone:
 * await the children's handles to learn what became of them.
 *
 * <p>A scope object may be used by any thread until its scope has ended.
 */
public final class TaskScope {
    private final boolean supervised;

    // Guarded by this; nothing of the user's runs under the lock.
    private final Set<JoinHandle<?>> children = new HashSet<>();
    private @Nullable TaskRuntime runtime;
    private @Nullable Throwable failure;
    private boolean cancelled;
    private boolean ended;

    /** How many children have been started, or are about to be, and have not ended. */
    private int alive;

    /** Whom to wake when the last child has ended, or the first has failed. */
    private Waker waker = Waker.noop();

    private TaskScope(boolean supervised) {
        this.supervised = supervised;
    }

    /**
     * A scope whose body gives a value.
     *
     * @param body gets the scope to spawn in; may await
     * @return the cold, one-shot async that runs it
     */
    public static <T extends @Nullable Object> Async<T> call(AsyncFunction<TaskScope, T> body) {
        Objects.requireNonNull(body, "body");
        TaskScope scope = new TaskScope(false);
        return new ScopeBlock<>(scope, AsyncBodies.block(body, scope));
    }

    /** As {@link #call}, for a body without a value. */
    public static Async<@Nullable Void> run(AsyncConsumer<TaskScope> body) {
        Objects.requireNonNull(body, "body");
        TaskScope scope = new TaskScope(false);
        return new ScopeBlock<>(scope, AsyncBodies.block(body, scope));
    }

    /** Scopes in which a failed child leaves its siblings alone. */
    public static Supervisor supervised() {
        return Supervisor.INSTANCE;
    }

    /** Makes scopes in which a failed child leaves its siblings, and the body, alone. */
    public static final class Supervisor {
        private static final Supervisor INSTANCE = new Supervisor();

        private Supervisor() {}

        /** As {@link TaskScope#call}, supervised. */
        public <T extends @Nullable Object> Async<T> call(AsyncFunction<TaskScope, T> body) {
            Objects.requireNonNull(body, "body");
            TaskScope scope = new TaskScope(true);
            return new ScopeBlock<>(scope, AsyncBodies.block(body, scope));
        }

        /** As {@link TaskScope#run}, supervised. */
        public Async<@Nullable Void> run(AsyncConsumer<TaskScope> body) {
            Objects.requireNonNull(body, "body");
            TaskScope scope = new TaskScope(true);
            return new ScopeBlock<>(scope, AsyncBodies.block(body, scope));
        }
    }

    // ---- spawning ----

    /**
     * Starts a child task on the scope's runtime.
     *
     * @throws IllegalStateException if the scope has ended, or has not begun
     */
    public <T extends @Nullable Object> JoinHandle<T> spawn(Async<T> async) {
        return start(Objects.requireNonNull(async, "async"), null);
    }

    /** As {@link #spawn(Async)}. */
    public <T extends @Nullable Object> JoinHandle<T> spawn(AsyncCallable<T> body) {
        return start(AsyncBodies.block(Objects.requireNonNull(body, "body")), null);
    }

    /** As {@link #spawn(Async)}. */
    public JoinHandle<@Nullable Void> spawn(AsyncRunnable body) {
        return start(AsyncBodies.block(Objects.requireNonNull(body, "body")), null);
    }

    /** As {@link #spawn(Async)}, for a child with a name. */
    public <T extends @Nullable Object> JoinHandle<T> spawn(String name, AsyncCallable<T> body) {
        return start(
                AsyncBodies.block(Objects.requireNonNull(body, "body")),
                Objects.requireNonNull(name, "name"));
    }

    /** As {@link #spawn(Async)}, for a child with a name. */
    public JoinHandle<@Nullable Void> spawn(String name, AsyncRunnable body) {
        return start(
                AsyncBodies.block(Objects.requireNonNull(body, "body")),
                Objects.requireNonNull(name, "name"));
    }

    private <T extends @Nullable Object> JoinHandle<T> start(Async<T> body, @Nullable String name) {
        TaskRuntime on;
        synchronized (this) {
            if (ended) {
                throw new IllegalStateException(
                        "the scope has ended: spawn in its body or its children, while they run");
            }
            if (runtime == null) {
                throw new IllegalStateException(
                        "the scope has not begun: spawn in its body or its children");
            }
            on = runtime;
            alive++; // from here on the scope cannot end
        }
        ScopeChild<T> run = new ScopeChild<>(this, body);
        JoinHandle<T> child;
        try {
            child = on.start(run, new TaskAttributes(name, true, null));
        } catch (Throwable notStarted) {
            oneLess(null);
            throw notStarted;
        }
        boolean tooLate;
        synchronized (this) {
            children.add(child);
            tooLate = cancelled;
        }
        run.task = child;
        if (Joiners.isEndedElseJoin((TaskCell<?>) child, run)) {
            run.wake();
        }
        if (tooLate) {
            child.cancel();
        }
        return child;
    }

    /** A child fails: its awaiters do not know it yet. */
    void recordOfChild(Throwable thrown) {
        if (!supervised) {
            record(thrown);
        }
    }

    /**
     * A child has ended.
     *
     * @param failureTold whether its failure has been recorded
     */
    <T extends @Nullable Object> void childEnded(JoinHandle<T> child, boolean failureTold) {
        if (!supervised
                && ((TaskCell<T>) child).outcomeNow()
                        instanceof Outcome.Failed<T>(Throwable cause)) {
            if (!failureTold) {
                record(cause);
            }
            cancelRest();
        }
        oneLess(child);
    }

    private void oneLess(@Nullable JoinHandle<?> child) {
        Waker wake;
        synchronized (this) {
            if (child != null) {
                children.remove(child);
            }
            alive--;
            wake = alive == 0 ? waker : Waker.noop();
        }
        wake.wake();
    }

    // ---- for the block ----

    /** The scope begins, in a task of {@code on} or outside of tasks. */
    synchronized void begin(TaskRuntime on) {
        runtime = on;
    }

    synchronized void waker(Waker latest) {
        waker = latest;
    }

    /** The body has failed. */
    void fail(Throwable thrown) {
        record(thrown);
        cancelRest();
    }

    private synchronized void record(Throwable thrown) {
        if (failure == null) {
            failure = thrown;
        } else {
            Throwables.suppress(failure, thrown);
        }
    }

    /** After a failure. */
    private void cancelRest() {
        cancelChildren();
        Waker wake;
        synchronized (this) {
            wake = waker;
        }
        wake.wake(); // the body has to be told
    }

    void cancelChildren() {
        List<JoinHandle<?>> all;
        synchronized (this) {
            if (cancelled) {
                return;
            }
            cancelled = true;
            all = new ArrayList<>(children);
        }
        for (JoinHandle<?> child : all) {
            child.cancel();
        }
    }

    synchronized @Nullable Throwable failure() {
        return failure;
    }

    /** Ends the scope if no child is left; its body has ended. */
    synchronized boolean tryEnd() {
        ended = ended || alive == 0;
        return ended;
    }

    @Override
    public synchronized String toString() {
        return (supervised ? "TaskScope[supervised, " : "TaskScope[")
                + (ended ? "ended]" : alive + " children]");
    }
}
