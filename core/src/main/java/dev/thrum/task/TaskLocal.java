package dev.thrum.task;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A variable of which each task has a value of its own, made lazily at the task's first access and
 * destroyed when the task ends, however it ends. Not inherited by tasks that a task spawns.
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
    /** Stands where no key is. */
    static final TaskLocal<?> NONE = new TaskLocal<@Nullable Object>(() -> null, value -> {});

    private final Supplier<? extends T> initial;
    private final @Nullable Consumer<? super T> onExit;

    private TaskLocal(Supplier<? extends T> initial, @Nullable Consumer<? super T> onExit) {
        this.initial = initial;
        this.onExit = onExit;
    }

    /**
     * A task-local whose values need no destruction.
     *
     * @param initial makes a task's value; may access other task-locals, but not this one. If it
     *     throws, the access throws that and the next access tries again.
     */
    public static <T extends @Nullable Object> TaskLocal<T> withInitial(
            Supplier<? extends T> initial) {
        return new TaskLocal<>(Objects.requireNonNull(initial, "initial"), null);
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
                Objects.requireNonNull(onExit, "onExit"));
    }

    /**
     * The current task's value.
     *
     * @throws TaskLocalAccessException outside of tasks, or if the value has been destroyed
     * @throws IllegalStateException within this task-local's own initialiser
     */
    public T get() {
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
