package dev.thrum.task;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A plain future, awaited: a blocking task waits for it, unless it is done at the first poll. What
 * it ended with is that task's value, so that the task itself fails only if it could not wait.
 */
final class FutureAsync<T extends @Nullable Object> implements Async<T> {
    private final Future<? extends T> future;

    /** Who polls; see {@link OneShot}. */
    private @Nullable Object owner;

    private @Nullable JoinHandle<Settled<T>> waiting;

    private record Settled<T extends @Nullable Object>(T value, @Nullable Throwable failure) {}

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
        owner = OneShot.claim(this, owner, cx);
        Settled<T> settled;
        try {
            settled = settled(cx);
        } catch (Throwable thrown) {
            owner = OneShot.ENDED;
            throw thrown;
        }
        if (settled == null) {
            return Poll.pending();
        }
        owner = OneShot.ENDED;
        if (settled.failure() != null) {
            throw Throwables.sneak(settled.failure());
        }
        return Poll.ready(settled.value());
    }

    private @Nullable Settled<T> settled(Context cx) throws Exception {
        JoinHandle<Settled<T>> handle = waiting;
        if (handle == null) {
            if (future.isDone()) {
                return get();
            }
            TaskRuntime runtime = OneShot.runtimeOf(cx);
            handle = runtime.taskBuilder().isolated().spawnBlocking(this::get);
            waiting = handle;
        }
        return handle.poll(cx) instanceof Poll.Ready<Settled<T>>(var settled) ? settled : null;
    }

    @SuppressWarnings("NullAway") // without a value there is a failure
    private Settled<T> get() throws Exception {
        try {
            return new Settled<>(future.get(), null);
        } catch (ExecutionException failed) {
            return new Settled<>(null, failed.getCause() == null ? failed : failed.getCause());
        } catch (CancellationException cancelled) {
            return new Settled<>(null, cancelled);
        }
    }

    /** Cancels the future; a result that is there already wins. */
    @Override
    public boolean onCancel(Context cx) {
        JoinHandle<Settled<T>> handle = waiting;
        if (handle != null) {
            if (!handle.onCancel(cx)) {
                return false; // the result is there
            }
            handle.cancel(); // first, so that what get() throws counts as its cancellation
        }
        if (!future.cancel(true) && future.isDone()) {
            waiting = null;
            return false; // it completed just before: the next poll gets that without waiting
        }
        owner = OneShot.ENDED;
        return true;
    }

    @Override
    public String toString() {
        return "Async.of(" + future + ")";
    }
}
