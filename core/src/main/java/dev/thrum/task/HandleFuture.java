package dev.thrum.task;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A task's handle as a future; cancelling it cancels the task. */
final class HandleFuture<T extends @Nullable Object> extends CompletableFuture<T> implements Waker {
    private final TaskCell<T> task;

    private HandleFuture(TaskCell<T> task) {
        this.task = task;
    }

    static <T extends @Nullable Object> CompletableFuture<T> of(TaskCell<T> task) {
        HandleFuture<T> future = new HandleFuture<>(task);
        if (Joiners.isEndedElseJoin(task, future)) {
            future.wake();
        }
        return future;
    }

    /** The task has ended. */
    @Override
    public void wake() {
        switch (task.outcomeNow()) {
            case Outcome.Succeeded<T>(T value) -> complete(value);
            case Outcome.Failed<T>(Throwable cause) -> completeExceptionally(cause);
            case Outcome.Cancelled<T>() ->
                    completeExceptionally(
                            new CancellationException(task.task() + " was cancelled"));
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (cancelled) {
            task.cancel();
        }
        return cancelled;
    }

    /** A dependent stage is a plain future: cancelling that does not reach the task. */
    @Override
    public <U extends @Nullable Object> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
