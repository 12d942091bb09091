package dev.thrum.task;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The handle of a task: awaits its end, and can cancel it. Dropping it detaches the task, which
 * goes on.
 *
 * <p>As an {@link Async} it gives the task's value or rethrows its failure, the same object; for a
 * cancelled task it throws {@link CancellationException}. It may be awaited any number of times, by
 * any number of tasks, and is safe for use by any thread. It is ready only after the body's cleanup
 * and the destructors of the task's {@link TaskLocal}s have run.
 *
 * <p><b>Memory consistency.</b> Actions in the task happen-before an await of its handle returns,
 * and before {@link #isDone()} returns true.
 *
 * @param <T> the type of the task's value
 */
public sealed interface JoinHandle<T extends @Nullable Object> extends Async<T> permits TaskCell {
    /** The task: its id and name. */
    Task task();

    /**
     * Asks the task to cancel, at once: needs no await, is idempotent, and does nothing to a task
     * that has ended.
     *
     * <p>A task that never started never starts. A suspended one gets a {@link
     * CancellationException} out of its current await, once; its {@code finally} blocks run, and
     * may await. A computing one sees {@link Task#isCancelled()}, and its next await throws. A
     * {@linkplain Task#spawnBlocking blocking} one is interrupted.
     *
     * @return how the task ended, once it has; need not be awaited
     */
    Async<Outcome<T>> cancel();

    /**
     * How the task ended, as a value: never throws what the task threw. May be awaited any number
     * of times.
     */
    Async<Outcome<T>> outcome();

    /** Whether the task has ended. Asking does not count as looking at a failure. */
    boolean isDone();

    /**
     * A future that completes as the task does; cancelling it cancels the task. Its dependents run
     * on the thread that ends the task, unless they are asynchronous: keep them short.
     */
    CompletableFuture<T> toCompletableFuture();

    /**
     * Blocks the calling thread until the task has ended: {@link Task#blockOn(Async)} of this
     * handle.
     *
     * @throws java.util.concurrent.CompletionException around a checked exception of the task
     * @throws CancellationException if the task, or the calling thread's wait, was cancelled
     */
    default T join() {
        return Task.blockOn(this);
    }
}
