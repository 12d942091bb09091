package dev.thrum.task;

import dev.thrum.executor.Worker;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A variable of which each task has a value of its own, made lazily at the task's first access and
 * destroyed when the task ends, however it ends. Not inherited by tasks that a task spawns, unless
 * it is {@linkplain #inheritable(Supplier, Inheritance) inheritable}.
 *
 * {@snippet :
 * static final TaskLocal<List<String>> LOG = TaskLocal.withInitial(ArrayList::new, Shop::flush);
 *
 * Task.spawn(() -> {
 *     LOG.get().add("started");
 *     order.await();
 *     LOG.get().add("ordered");
 * });
 * }
 *
 * <p>Only the task itself reaches its value, one poll after another, so a mutable value needs no
 * synchronisation. Destructors run on the thread that ended the task, in reverse order of creation,
 * before the task's handle is ready; meanwhile {@link Task#current()} and the values not yet
 * destroyed still work. What a destructor throws is reported as a failure that nobody looked at.
 *
 * <p>A read costs about as much as {@link ThreadLocal#get()}.
 *
 * @param <T> the type of the values; {@code null} is a legal value
 */
public final class TaskLocal<T extends @Nullable Object> {
    private final Supplier<? extends T> initial;
    private final @Nullable Consumer<? super T> onExit;

    /** Makes a child's value of its parent's; null if children begin without one. */
    private final @Nullable UnaryOperator<T> copy;

    private TaskLocal(
            Supplier<? extends T> initial,
            @Nullable Consumer<? super T> onExit,
            Inheritance<T> inheritance) {
        this.initial = initial;
        this.onExit = onExit;
        this.copy = inheritance.copy;
    }

    /**
     * A task-local whose values need no destruction.
     *
     * @param initial makes a task's value; may access other task-locals, but not this one. If it
     *     throws, the access throws that and the next access tries again.
     */
    public static <T extends @Nullable Object> TaskLocal<T> withInitial(
            Supplier<? extends T> initial) {
        return new TaskLocal<>(
                Objects.requireNonNull(initial, "initial"), null, Inheritance.none());
    }

    /**
     * A task-local whose values are destroyed.
     *
     * @param initial makes a task's value, as in {@link #withInitial(Supplier)}
     * @param onExit gets the value exactly once, when its task has ended
     */
    public static <T extends @Nullable Object> TaskLocal<T> withInitial(
            Supplier<? extends T> initial, Consumer<? super T> onExit) {
        return new TaskLocal<>(
                Objects.requireNonNull(initial, "initial"),
                Objects.requireNonNull(onExit, "onExit"),
                Inheritance.none());
    }

    /**
     * A task-local that a task may get from the task that spawns it, and whose values need no
     * destruction.
     *
     * {@snippet :
     * static final TaskLocal<Map<String, String>> LABELS =
     *         TaskLocal.inheritable(HashMap::new, TaskLocal.Inheritance.copied(HashMap::new));
     * }
     *
     * @param initial makes a task's value, as in {@link #withInitial(Supplier)}, unless it has
     *     inherited one
     * @param inheritance what a spawned task gets
     */
    public static <T extends @Nullable Object> TaskLocal<T> inheritable(
            Supplier<? extends T> initial, Inheritance<T> inheritance) {
        return new TaskLocal<>(
                Objects.requireNonNull(initial, "initial"),
                null,
                Objects.requireNonNull(inheritance, "inheritance"));
    }

    /**
     * As {@link #inheritable(Supplier, Inheritance)}, with values that are destroyed: one that was
     * made or copied for a task, when that task has ended; one that is shared, when the task has
     * ended that it was made for, and by no other.
     *
     * @param onExit gets each value exactly once
     */
    public static <T extends @Nullable Object> TaskLocal<T> inheritable(
            Supplier<? extends T> initial, Consumer<? super T> onExit, Inheritance<T> inheritance) {
        return new TaskLocal<>(
                Objects.requireNonNull(initial, "initial"),
                Objects.requireNonNull(onExit, "onExit"),
                Objects.requireNonNull(inheritance, "inheritance"));
    }

    /**
     * What a task gets of a task-local that the task which spawns it has a value of; of one that
     * has none yet there is nothing to get, and each makes its own.
     *
     * <p>It happens at the spawn, on the spawning thread, whatever the kind of the task: {@code
     * spawn}, {@code spawnLocal}, {@code spawnBlocking}, children of scopes and sets, commands of
     * executor views, and a {@code blockOn} that is nested in a task, which is a task of its own.
     *
     * @param <T> the type of the task-local's values
     */
    public static final class Inheritance<T extends @Nullable Object> {
        private static final UnaryOperator<@Nullable Object> SAME = new Same();

        private final @Nullable UnaryOperator<T> copy;

        private Inheritance(@Nullable UnaryOperator<T> copy) {
            this.copy = copy;
        }

        /** No other object is equal to it, so it tells what is shared. */
        private static final class Same implements UnaryOperator<@Nullable Object> {
            @Override
            public @Nullable Object apply(@Nullable Object value) {
                return value;
            }
        }

        /** Nothing: what {@link TaskLocal#withInitial(Supplier)} says. */
        public static <T extends @Nullable Object> Inheritance<T> none() {
            return new Inheritance<>(null);
        }

        /**
         * A value of its own, made of the other's by {@code copy}, which runs within the spawn; the
         * spawn throws what it throws. For immutable values {@code copy} may give the same.
         */
        public static <T extends @Nullable Object> Inheritance<T> copied(UnaryOperator<T> copy) {
            return new Inheritance<>(Objects.requireNonNull(copy, "copy"));
        }

        /**
         * The very same value. It belongs to the task that it was made for, which destroys it when
         * it ends, also if tasks that share it live on; they had better end before, as children of
         * a scope do. As tasks run at the same time, it has to be safe for use by several threads;
         * what happened before the spawn is visible to the spawned task.
         */
        @SuppressWarnings("unchecked") // it gives what it got
        public static <T extends @Nullable Object> Inheritance<T> shared() {
            return new Inheritance<>((UnaryOperator<T>) (UnaryOperator<?>) SAME);
        }
    }

    /**
     * The current task's value.
     *
     * @throws TaskLocalAccessException outside of tasks, or if the value has been destroyed
     * @throws IllegalStateException within this task-local's own initialiser
     */
    @SuppressWarnings({"unchecked", "NullAway"}) // a key's value is of that key's initialiser
    public T get() {
        if (Thread.currentThread() instanceof Worker worker && worker.cachedKey == this) {
            return (T) worker.cachedValue; // of this very poll of the task
        }
        return find();
    }

    private T find() {
        TaskCell<?> task = Current.task();
        if (task == null) {
            throw outside();
        }
        return TaskLocals.get(task, this);
    }

    /**
     * Applies {@code function} to the current task's value.
     *
     * @throws TaskLocalAccessException outside of tasks, or if the value has been destroyed
     */
    public <R extends @Nullable Object> R with(Function<? super T, ? extends R> function) {
        Objects.requireNonNull(function, "function");
        return function.apply(get());
    }

    /**
     * Gives the current task's value to {@code consumer}.
     *
     * @throws TaskLocalAccessException outside of tasks, or if the value has been destroyed
     */
    public void use(Consumer<? super T> consumer) {
        Objects.requireNonNull(consumer, "consumer");
        consumer.accept(get());
    }

    /**
     * As {@link #with}, but empty outside of tasks and if the value has been destroyed; empty, too,
     * if {@code function} gives null.
     */
    public <R> Optional<R> tryWith(Function<? super T, ? extends @Nullable R> function) {
        Objects.requireNonNull(function, "function");
        TaskCell<?> task = Current.task();
        if (task == null) {
            return Optional.empty();
        }
        T value;
        try {
            value = TaskLocals.get(task, this);
        } catch (TaskLocalAccessException destroyed) {
            return Optional.empty();
        }
        return Optional.ofNullable(function.apply(value));
    }

    boolean isInheritable() {
        return copy != null;
    }

    boolean isShared() {
        return copy == Inheritance.SAME;
    }

    /** What a spawned task gets. */
    @SuppressWarnings({"unchecked", "NullAway"}) // the value came from initialValue or from here
    @Nullable Object inherit(@Nullable Object value) {
        return copy == null ? null : copy.apply((T) value);
    }

    T initialValue() {
        return initial.get();
    }

    @SuppressWarnings("unchecked") // the value came from initialValue
    void destroy(@Nullable Object value) {
        if (onExit != null) {
            onExit.accept((T) value);
        }
    }

    private static TaskLocalAccessException outside() {
        return new TaskLocalAccessException(
                "thread \""
                        + Thread.currentThread().getName()
                        + "\" runs no task, so there is no task-local value: access it within a"
                        + " task, or with tryWith");
    }
}
