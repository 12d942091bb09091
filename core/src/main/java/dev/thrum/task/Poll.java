package dev.thrum.task;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What one poll of an asynchronous value gave: its result, or the news that it is not there yet.
 *
 * <p>A hand-written asynchronous value passes on what it is waiting for like this:
 *
 * {@snippet :
 * if (!(inner.poll(cx) instanceof Poll.Ready(var value))) {
 *     return Poll.pending();
 * }
 * // value is there
 * }
 *
 * <p>Polls are immutable and may be shared between threads.
 *
 * @param <T> the type of the result
 */
public sealed interface Poll<T extends @Nullable Object> {

    /**
     * The result is there.
     *
     * @param <T> the type of the result
     * @param value the result; {@code null} is a legal one
     */
    record Ready<T extends @Nullable Object>(@Nullable T value) implements Poll<T> {}

    /**
     * The result is not there yet; whoever returned this has seen to it that the waker of the
     * poll's context is woken when polling again is worthwhile.
     *
     * <p>{@link Poll#pending()} gives an instance without allocating one. All instances are equal.
     *
     * @param <T> the type of the result that is not there
     */
    record Pending<T extends @Nullable Object>() implements Poll<T> {
        private static final Pending<?> INSTANCE = new Pending<>();
    }

    /**
     * A poll that gives a result.
     *
     * @param value the result; may be {@code null}
     * @param <T> the type of the result
     * @return a {@link Ready} that holds {@code value}
     */
    static <T extends @Nullable Object> Poll<T> ready(@Nullable T value) {
        return new Ready<>(value);
    }

    /**
     * A poll whose result is not there yet. Allocates nothing: it is always the same instance.
     *
     * @param <T> the type of the result that is not there
     * @return a {@link Pending}
     */
    @SuppressWarnings("unchecked") // It holds no T, so one instance serves all types.
    static <T extends @Nullable Object> Poll<T> pending() {
        return (Poll<T>) Pending.INSTANCE;
    }

    /**
     * Whether the result is there.
     *
     * @return true for a {@link Ready}
     */
    default boolean isReady() {
        return this instanceof Ready<?>;
    }

    /**
     * Whether the result is still missing.
     *
     * @return true for a {@link Pending}
     */
    default boolean isPending() {
        return this instanceof Pending<?>;
    }

    /**
     * This poll with its result, if it is there, passed through a function. The function is called
     * at most once, now, on the calling thread; what it throws is passed on to the caller.
     *
     * @param function makes the new result from the present one; both may be {@code null}
     * @param <R> the type of the new result
     * @return {@link Ready} with what the function returned, or {@link #pending()} without a call
     * @throws NullPointerException if {@code function} is null, whether or not the result is there
     */
    default <R extends @Nullable Object> Poll<R> map(
            Function<? super T, ? extends @Nullable R> function) {
        Objects.requireNonNull(function, "function");
        return switch (this) {
            case Ready<T>(var value) -> ready(function.apply(value));
            case Pending<T>() -> pending();
        };
    }
}
