package dev.thrum.task;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A task: its {@link #id()} and {@link #name()}; and, as static methods, what one does with tasks.
 *
 * <p>A task is to a program what a thread is, at a hundredth of the price: it runs an async body on
 * the few threads of a {@link TaskRuntime}, and where the body awaits, the thread goes on with
 * another task.
 *
 * {@snippet :
 * Task.blockOn(() -> {
 *     JoinHandle<Integer> child = Task.spawn(() -> {
 *         Task.sleep(Duration.ofMillis(10)).await();
 *         return 6 * 7;
 *     });
 *     IO.println(child.await());
 * });
 * }
 *
 * <p>Where a method takes a body it takes a lambda, a method reference, an object of a named or
 * anonymous class, or a hand-written {@link Async}. A reference to an <em>overloaded</em> method is
 * ambiguous to the compiler: cast it, as in {@code Task.spawn((AsyncRunnable) this::serve)}.
 *
 * <p>Two {@code Task} objects are equal if they are of one task. They are safe for use by any
 * thread and do not keep the task's result alive.
 */
public final class Task {
    private final long id;
    private final @Nullable String name;
    private volatile @Nullable TaskCell<?> cell;
    private boolean cancelled; // written before cell is cleared, read after that was seen

    Task(long id, @Nullable String name, @Nullable TaskCell<?> cell) {
        this.id = id;
        this.name = name;
        this.cell = cell;
    }

    // ---- of a task ----

    /** The task's id: unique, ascending by creation. */
    public TaskId id() {
        return new TaskId(id);
    }

    /** The name that its builder gave it, if any. */
    public Optional<String> name() {
        return Optional.ofNullable(name);
    }

    /** Whether the task was asked to cancel before it ended. For bodies that compute for long. */
    public boolean isCancelled() {
        TaskCell<?> alive = cell;
        return alive == null ? cancelled : alive.isCancelRequested();
    }

    /** The task has ended; lets go of it. */
    void ended(boolean wasCancelled) {
        cancelled = wasCancelled;
        cell = null;
    }

    /** Id and name alone. */
    Task detached() {
        return new Task(id, name, null);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Task task && task.id == id;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(id);
    }

    /** Id and name, as {@code task 7 "child1"}; without a name {@code task 7}. */
    @Override
    public String toString() {
        return name == null ? "task " + id : "task " + id + " \"" + name + "\"";
    }

    // ---- the current task ----

    /**
     * The task that the calling code runs in.
     *
     * @throws IllegalStateException outside of tasks
     */
    public static Task current() {
        TaskCell<?> task = Current.task();
        if (task == null) {
            throw new IllegalStateException(
                    "thread \""
                            + Thread.currentThread().getName()
                            + "\" runs no task: call this in a task, or use Task.tryCurrent()");
        }
        return task.task();
    }

    /** The task that the calling code runs in; empty outside of tasks. */
    public static Optional<Task> tryCurrent() {
        TaskCell<?> task = Current.task();
        return task == null ? Optional.empty() : Optional.of(task.task());
    }

    // ---- starting tasks ----

    /** Starts building a task: with a name, or isolated. */
    public static Builder builder() {
        return new Builder(null);
    }

    /**
     * Starts a task on the current runtime, outside of any on the {@linkplain TaskRuntime#global()
     * global} one, and returns at once. The task is detached: it may outlive the caller and its
     * handle. Callable from any thread.
     *
     * <p>Actions before the call happen-before those of the task.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the runtime is closed
     */
    public static <T extends @Nullable Object> JoinHandle<T> spawn(Async<T> async) {
        return Current.runtime().spawn(async);
    }

    /** As {@link #spawn(Async)}. */
    public static <T extends @Nullable Object> JoinHandle<T> spawn(AsyncCallable<T> body) {
        return Current.runtime().spawn(body);
    }

    /** As {@link #spawn(Async)}. */
    public static JoinHandle<@Nullable Void> spawn(AsyncRunnable body) {
        return Current.runtime().spawn(body);
    }

    /**
     * Starts a task that only the calling thread polls, so that its body needs no thread safety:
     * within a {@code blockOn}, while that thread is in one; on a worker, pinned to that worker.
     *
     * @throws IllegalStateException on a thread that drives nothing: a plain thread outside of
     *     {@code blockOn}, or one of {@code spawnBlocking}
     * @throws java.util.concurrent.RejectedExecutionException if the runtime is closed
     */
    public static <T extends @Nullable Object> JoinHandle<T> spawnLocal(Async<T> async) {
        return builder().spawnLocal(async);
    }

    /** As {@link #spawnLocal(Async)}. */
    public static <T extends @Nullable Object> JoinHandle<T> spawnLocal(AsyncCallable<T> body) {
        return builder().spawnLocal(body);
    }

    /** As {@link #spawnLocal(Async)}. */
    public static JoinHandle<@Nullable Void> spawnLocal(AsyncRunnable body) {
        return builder().spawnLocal(body);
    }

    /**
     * Runs blocking or long computing code off the workers, as a task. Cancelling it interrupts the
     * code; its handle is not done before the code has returned.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the runtime is closed
     */
    public static <T extends @Nullable Object> JoinHandle<T> spawnBlocking(Callable<T> code) {
        return builder().spawnBlocking(code);
    }

    /** As {@link #spawnBlocking(Callable)}. */
    public static JoinHandle<@Nullable Void> spawnBlocking(BlockingRunnable code) {
        return builder().spawnBlocking(code);
    }

    /**
     * Runs a root task on the calling thread until it has ended, and returns its value. Meanwhile
     * the thread also runs its {@linkplain #spawnLocal local} tasks; nested in a task it may cost a
     * further thread, but never deadlocks the runtime.
     *
     * <p>Interrupting the thread cancels the root and lets its cleanup run; the thread's flag is
     * set again on return.
     *
     * @return what the body returned
     * @throws java.util.concurrent.CompletionException around a checked exception of the body;
     *     unchecked ones and Errors are thrown as they are
     * @throws java.util.concurrent.CancellationException if the root was cancelled
     * @throws Error that a task which descends from this root panicked with
     * @throws java.util.concurrent.RejectedExecutionException if the runtime is closed
     */
    public static <T extends @Nullable Object> T blockOn(Async<T> async) {
        return builder().blockOn(async);
    }

    /** As {@link #blockOn(Async)}. */
    public static <T extends @Nullable Object> T blockOn(AsyncCallable<T> body) {
        return builder().blockOn(body);
    }

    /** As {@link #blockOn(Async)}. */
    public static void blockOn(AsyncRunnable body) {
        builder().blockOn(body);
    }

    // ---- waiting ----

    /**
     * Waits without a thread. The clock starts at the first poll; never early, and late by less
     * than 2 ms on an idle machine.
     *
     * @param duration zero or negative is ready at once; too large to count never ends
     */
    public static Async<@Nullable Void> sleep(Duration duration) {
        return new Sleep(Durations.nanos(Objects.requireNonNull(duration, "duration")));
    }

    /**
     * A clock that ticks at a fixed rate; a late reader skips the ticks that it missed.
     *
     * @throws IllegalArgumentException if {@code period} is not positive
     */
    public static Interval interval(Duration period) {
        return new Interval(Objects.requireNonNull(period, "period"));
    }

    /** Goes behind every task that is ready now. */
    public static Async<@Nullable Void> yieldNow() {
        return new YieldNow();
    }

    /**
     * Makes a task with a name, one whose Errors are its own affair, or one with a context of its
     * own. Not thread-safe; may be used for several tasks.
     */
    public static final class Builder {
        private final @Nullable TaskRuntime fixed;
        private TaskAttributes attributes = TaskAttributes.NONE;

        Builder(@Nullable TaskRuntime fixed) {
            this.fixed = fixed;
        }

        private TaskRuntime runtime() {
            return fixed == null ? Current.runtime() : fixed;
        }

        /** Names the task, for {@link Task#name()}, messages and dumps; need not be unique. */
        public Builder name(String name) {
            attributes =
                    new TaskAttributes(
                            Objects.requireNonNull(name, "name"),
                            attributes.isolated(),
                            attributes.context());
            return this;
        }

        /**
         * Contains the task: an {@link Error} of its body is an ordinary failure, which does not
         * reach the root.
         */
        public Builder isolated() {
            attributes = new TaskAttributes(attributes.name(), true, attributes.context());
            return this;
        }

        /**
         * Carries a context from here to the task, instead of what {@link
         * TaskRuntime.Builder#context} says.
         */
        public Builder context(ContextPropagation context) {
            attributes =
                    new TaskAttributes(
                            attributes.name(),
                            attributes.isolated(),
                            Objects.requireNonNull(context, "context"));
            return this;
        }

        /** As {@link Task#spawn(Async)}. */
        public <T extends @Nullable Object> JoinHandle<T> spawn(Async<T> async) {
            return runtime().start(Objects.requireNonNull(async, "async"), attributes);
        }

        /** As {@link Task#spawn(Async)}. */
        public <T extends @Nullable Object> JoinHandle<T> spawn(AsyncCallable<T> body) {
            return runtime()
                    .start(AsyncBodies.block(Objects.requireNonNull(body, "body")), attributes);
        }

        /** As {@link Task#spawn(Async)}. */
        public JoinHandle<@Nullable Void> spawn(AsyncRunnable body) {
            return runtime()
                    .start(AsyncBodies.block(Objects.requireNonNull(body, "body")), attributes);
        }

        /** As {@link Task#spawnLocal(Async)}. */
        public <T extends @Nullable Object> JoinHandle<T> spawnLocal(Async<T> async) {
            return runtime().startLocal(Objects.requireNonNull(async, "async"), attributes);
        }

        /** As {@link Task#spawnLocal(Async)}. */
        public <T extends @Nullable Object> JoinHandle<T> spawnLocal(AsyncCallable<T> body) {
            return runtime()
                    .startLocal(
                            AsyncBodies.block(Objects.requireNonNull(body, "body")), attributes);
        }

        /** As {@link Task#spawnLocal(Async)}. */
        public JoinHandle<@Nullable Void> spawnLocal(AsyncRunnable body) {
            return runtime()
                    .startLocal(
                            AsyncBodies.block(Objects.requireNonNull(body, "body")), attributes);
        }

        /** As {@link Task#spawnBlocking(Callable)}. */
        public <T extends @Nullable Object> JoinHandle<T> spawnBlocking(Callable<T> code) {
            return runtime().startBlocking(Objects.requireNonNull(code, "code"), attributes);
        }

        /** As {@link Task#spawnBlocking(BlockingRunnable)}. */
        public JoinHandle<@Nullable Void> spawnBlocking(BlockingRunnable code) {
            Objects.requireNonNull(code, "code");
            Callable<@Nullable Void> callable =
                    () -> {
                        code.run();
                        return null;
                    };
            return runtime().startBlocking(callable, attributes);
        }

        /** As {@link Task#blockOn(Async)}. */
        public <T extends @Nullable Object> T blockOn(Async<T> async) {
            return BlockOn.block(runtime(), Objects.requireNonNull(async, "async"), attributes);
        }

        /** As {@link Task#blockOn(Async)}. */
        public <T extends @Nullable Object> T blockOn(AsyncCallable<T> body) {
            return BlockOn.block(runtime(), Objects.requireNonNull(body, "body"), attributes);
        }

        /** As {@link Task#blockOn(Async)}. */
        public void blockOn(AsyncRunnable body) {
            BlockOn.block(runtime(), Objects.requireNonNull(body, "body"), attributes);
        }
    }
}
