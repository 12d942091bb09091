package dev.thrum.task;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** A plain future, awaited: a blocking task waits for it. */
final class FutureAsync<T extends @Nullable Object> implements Async<T> {
    private final Future<? extends T> future;
    private @Nullable JoinHandle<T> waiting;

    private FutureAsync(Future<? extends T> future) {
        this.future = future;
    }

    @SuppressWarnings("unchecked") // a Future<? extends T> that is a stage is one of that T
    static <T extends @Nullable Object> Async<T> of(Future<? extends T> future) {
        return future instanceof CompletionStage<?> stage
                ? new StageAsync<>((CompletionStage<? extends T>) stage)
                : new FutureAsync<>(future);
    }

    @Override
    public Poll<T> poll(Context cx) throws Exception {
        JoinHandle<T> handle = waiting;
        if (handle == null) {
            TaskCell<?> task = OneShot.taskOf(cx);
            TaskRuntime runtime = task == null ? TaskRuntime.global() : task.runtime;
            handle = runtime.taskBuilder().isolated().spawnBlocking(this::get);
            waiting = handle;
        }
        return handle.poll(cx);
    }

    private T get() throws Exception {
        try {
            return future.get();
        } catch (ExecutionException failed) {
            throw failed.getCause() == null ? failed : Throwables.sneak(failed.getCause());
        }
    }

    @Override
    public boolean onCancel(Context cx) {
        JoinHandle<T> handle = waiting;
        if (handle != null && !handle.onCancel(cx)) {
            return false; // the result is there
        }
        if (handle != null) {
            handle.cancel(); // first, so that what get() throws counts as its cancellation
        }
        future.cancel(true);
        return true;
    }

    @Override
    public String toString() {
        return "Async.ofFuture(" + future + ")";
    }
}
