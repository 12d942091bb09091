package dev.thrum.task;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** A completion stage, awaited. */
final class StageAsync<T extends @Nullable Object> implements Async<T> {
    private final CompletionStage<? extends T> stage;

    /** Who polls; see {@link OneShot}. */
    private @Nullable Object owner;

    private volatile Waker waker = Waker.noop();
    private volatile @Nullable Settled<T> settled;
    private boolean registered;

    private record Settled<T extends @Nullable Object>(T value, @Nullable Throwable failure) {}

    StageAsync(CompletionStage<? extends T> stage) {
        this.stage = stage;
    }

    @Override
    public Poll<T> poll(Context cx) throws Exception {
        owner = OneShot.claim(this, owner, cx);
        waker = cx.waker(); // before settled is read
        if (!registered) {
            registered = true;
            register();
        }
        Settled<T> seen = settled;
        if (seen == null) {
            return Poll.pending();
        }
        end();
        if (seen.failure() != null) {
            throw Throwables.sneak(unwrap(seen.failure()));
        }
        return Poll.ready(seen.value());
    }

    private void register() {
        try {
            stage.whenComplete((value, failure) -> {
                settled = new Settled<T>(value, failure);
                waker.wake();
            });
        } catch (Throwable refused) {
            end(); // it will not tell when it is done
            throw refused;
        }
    }

    private void end() {
        waker = Waker.noop(); // the stage may live on, and with it what was registered there
        owner = OneShot.ENDED;
    }

    private static Throwable unwrap(Throwable failure) {
        Throwable inner = failure;
        while ((inner instanceof CompletionException || inner instanceof ExecutionException)
                && inner.getCause() != null) {
            inner = inner.getCause();
        }
        return inner;
    }

    /** Cancels the stage's future; a result that is there already wins. */
    @Override
    public boolean onCancel(Context cx) {
        if (settled != null) {
            return false;
        }
        CompletableFuture<? extends T> future;
        try {
            future = stage.toCompletableFuture();
        } catch (UnsupportedOperationException notCancellable) {
            end(); // such a stage can only be left alone
            return true;
        }
        if (!future.cancel(true) && future.isDone()) {
            return false; // it completed just before, and tells so
        }
        end();
        return true;
    }

    @Override
    public String toString() {
        return "Async.of(" + stage + ")";
    }
}
