package dev.thrum.task;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A computation that may have to wait: what Rust calls a {@code Future}.
 *
 * <p>An async is driven by being polled. {@link #poll} either gives the result, or says {@link
 * Poll.Pending} after having arranged that the {@link Context#waker() waker} it was given is woken
 * once polling again is worth while. Hardly anybody polls by hand: write an <em>async block</em>
 * and {@link #await()} in it.
 *
 * {@snippet :
 * Async<String> greeting(Async<String> name) {
 *     return Async.async(() -> "Hello, " + name.await() + "!");
 * }
 * }
 *
 * <p><b>Cold and one-shot.</b> Nothing runs before the first poll, which comes from awaiting,
 * {@linkplain Task#spawn spawning} or {@linkplain Task#blockOn blocking on} the async. Async blocks
 * and the combinators below belong to the task that polls them first; polling one after it has
 * completed, or from another task (outside of tasks: another thread), throws {@link
 * IllegalStateException}. {@link #ready}, {@link #failed}, {@link #pending} and {@link JoinHandle}
 * may be awaited any number of times by any number of tasks.
 *
 * <p><b>Writing one by hand.</b> Implement {@link #poll}, as a class or as a lambda {@code cx ->
 * …}, and {@link #onCancel} if a registration has to be taken back. It is never polled by two
 * threads at once while it is awaited by one task, it may be polled again without having been
 * woken, and the waker of the latest poll is the one to wake.
 *
 * <p><b>Memory consistency.</b> Whatever happened before {@link Waker#wake()} is visible to the
 * poll that follows; polls of one task happen one after another.
 *
 * @param <T> the type of the result; {@code null} is a legal result
 */
@FunctionalInterface
public interface Async<T extends @Nullable Object> {
    /**
     * Drives this async as far as it goes without waiting.
     *
     * @param cx whom to wake when polling again is worth while
     * @return {@link Poll.Ready} with the result, or {@link Poll.Pending}; never {@code null}
     * @throws Exception if the computation failed; this completes it
     */
    Poll<T> poll(Context cx) throws Exception;

    /**
     * Tells this async, which is pending, that its awaiter is being cancelled: release what the
     * last poll registered (a timer, a place in a queue).
     *
     * <p>Called at most once per await, by the awaiter, never while it polls, and never before the
     * first poll or after completion.
     *
     * @param cx the context of the last poll
     * @return true if this async is finished then and there and has had no effect; false if it must
     *     be polled on, and then whatever it gives is the result of the await
     */
    default boolean onCancel(Context cx) {
        return true;
    }

    /**
     * Suspends the calling async body until the result is there, and gives it. Blocks no thread. If
     * the result is ready at the first poll the body goes on at once.
     *
     * <p>Only for bodies that Thrum weaves: async blocks and what is passed to {@code spawn},
     * {@code spawnLocal} and {@code blockOn}. Reached anywhere else it neither blocks nor hangs but
     * throws.
     *
     * @return the result
     * @throws Exception what the awaited computation threw, the same object
     * @throws CancellationException if the task was cancelled
     * @throws IllegalStateException if the caller is not a woven async body; the message says what
     *     to do instead
     */
    default T await() throws Exception {
        throw UnwovenAwait.illegalAwait();
    }

    /**
     * Makes an async block of a body that may await.
     *
     * @param body the code; captured variables are read when the block is made
     * @return the cold block
     * @throws IllegalStateException if the body cannot be woven; the message names class, method,
     *     line and remedy
     */
    static <T extends @Nullable Object> Async<T> async(AsyncCallable<T> body) {
        return AsyncBodies.block(Objects.requireNonNull(body, "body"));
    }

    /** As {@link #async(AsyncCallable)}, for a body without a value. */
    static Async<@Nullable Void> async(AsyncRunnable body) {
        return AsyncBodies.block(Objects.requireNonNull(body, "body"));
    }

    /**
     * As {@link #async(AsyncCallable)}, for a body with an argument.
     *
     * @param argument handed to the body as it is; may be null
     */
    static <A extends @Nullable Object, T extends @Nullable Object> Async<T> async(
            AsyncFunction<A, T> body, A argument) {
        return AsyncBodies.block(Objects.requireNonNull(body, "body"), argument);
    }

    /** An async that is ready at once with {@code value}; may be awaited any number of times. */
    static <T extends @Nullable Object> Async<T> ready(T value) {
        return new Constants.ReadyValue<>(new Poll.Ready<>(value));
    }

    /** An async that throws {@code cause}, that very object, whenever it is awaited. */
    static <T extends @Nullable Object> Async<T> failed(Throwable cause) {
        return new Constants.Failed<>(Objects.requireNonNull(cause, "cause"));
    }

    /** An async that never completes; cancelling its awaiter ends the await at once. */
    static <T extends @Nullable Object> Async<T> pending() {
        return Constants.never();
    }

    /**
     * Awaits a {@link CompletionStage}. Failures arrive unwrapped: as the stage's own exception,
     * not as {@link java.util.concurrent.CompletionException}. Cancelling the await cancels the
     * stage's future.
     */
    static <T extends @Nullable Object> Async<T> of(CompletionStage<? extends T> stage) {
        return new StageAsync<>(Objects.requireNonNull(stage, "stage"));
    }

    /**
     * As {@link #of(CompletionStage)}, which it is. Of other types that are both a stage and a
     * {@link Future}, say by a cast which is meant; it makes no difference.
     */
    static <T extends @Nullable Object> Async<T> of(CompletableFuture<? extends T> future) {
        return new StageAsync<>(Objects.requireNonNull(future, "stage"));
    }

    /**
     * Awaits a {@link Future} that is not a {@link CompletionStage}, which offers no better way
     * than to block a thread: one of the runtime's blocking executor, from the first poll on; none
     * if the future is done by then. Failures arrive unwrapped; cancelling the await cancels the
     * future, interrupting it. One-shot.
     */
    static <T extends @Nullable Object> Async<T> of(Future<? extends T> future) {
        return FutureAsync.of(Objects.requireNonNull(future, "future"));
    }

    /** The same computation, its result passed through {@code function} on the polling thread. */
    default <R extends @Nullable Object> Async<R> map(Function<? super T, ? extends R> function) {
        return new Mapped<>(this, Objects.requireNonNull(function, "function"));
    }

    /**
     * Bounds this computation in time. The clock starts at the first poll. After {@code duration}
     * this computation is cancelled; when its cleanup has run the timeout fails with {@link
     * TimeoutException}. A result that is there when the deadline is noticed wins over it; one that
     * comes later does not: what this computation makes of its cancellation, be it a value after
     * all, is dropped, and a failure of its cleanup is suppressed in the {@code TimeoutException}.
     *
     * @param duration zero or negative polls once and then fails; too large to count never fires
     */
    default Async<T> timeout(Duration duration) {
        return new Timeout<>(this, Objects.requireNonNull(duration, "duration"));
    }

    /**
     * This computation, not interrupted by cancellation: the await of it ends when it ends, and the
     * cancellation is delivered at the next await after it. A {@link #timeout} or {@link #race}
     * around it therefore waits for it; to stop waiting without stopping it, spawn it and bound the
     * handle.
     */
    default Async<T> shield() {
        return new Shield<>(this);
    }

    /**
     * Runs both concurrently within the calling task and combines their results. The first failure
     * cancels the other, waits for its cleanup and is rethrown.
     */
    static <A extends @Nullable Object, B extends @Nullable Object, R extends @Nullable Object>
            Async<R> join(
                    Async<? extends A> a,
                    Async<? extends B> b,
                    BiFunction<? super A, ? super B, ? extends R> combine) {
        Objects.requireNonNull(combine, "combine");
        return JoinGroup.both(
                Objects.requireNonNull(a, "a"), Objects.requireNonNull(b, "b"), combine);
    }

    /**
     * Runs all concurrently within the calling task and gives their results in the order of {@code
     * all}. The first failure cancels the rest, waits for their cleanup and is rethrown; later
     * failures are suppressed in it.
     */
    static <T extends @Nullable Object> Async<List<T>> joinAll(
            Collection<? extends Async<? extends T>> all) {
        return JoinGroup.all(Objects.requireNonNull(all, "all"));
    }

    /**
     * The first to finish wins, with value or failure; the others are cancelled and have ended,
     * their cleanup included, before the result is delivered.
     *
     * @throws IllegalArgumentException if {@code any} is empty
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // the array is only read
    static <T extends @Nullable Object> Async<T> race(Async<? extends T>... any) {
        return RaceGroup.of(Objects.requireNonNull(any, "any"), false);
    }

    /** As {@link #race(Async[])}. */
    static <T extends @Nullable Object> Async<T> race(
            Collection<? extends Async<? extends T>> any) {
        return new RaceGroup<>(Objects.requireNonNull(any, "any"), false);
    }

    /**
     * The first to succeed wins; the others are cancelled and have ended before its value is
     * delivered. If all fail: the last failure, with the others suppressed in it.
     *
     * <p>Failures before the first success are what this is to be safe from: nobody is told of
     * them. If the await is cancelled before that, those so far are suppressed in its {@link
     * CancellationException}.
     *
     * @throws IllegalArgumentException if {@code any} is empty
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // the array is only read
    static <T extends @Nullable Object> Async<T> raceOk(Async<? extends T>... any) {
        return RaceGroup.of(Objects.requireNonNull(any, "any"), true);
    }

    /** As {@link #raceOk(Async[])}. */
    static <T extends @Nullable Object> Async<T> raceOk(
            Collection<? extends Async<? extends T>> any) {
        return new RaceGroup<>(Objects.requireNonNull(any, "any"), true);
    }
}
