package dev.thrum.task;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The body of a task that has a context of its own: restored around each poll. */
final class InContext<T extends @Nullable Object> implements Async<T> {
    private final ContextPropagation.Snapshot snapshot;
    private final Async<T> body;

    private InContext(ContextPropagation.Snapshot snapshot, Async<T> body) {
        this.snapshot = snapshot;
        this.body = body;
    }

    /** The body, in the context of the calling thread if there is one to be carried. */
    static <T extends @Nullable Object> Async<T> of(
            @Nullable ContextPropagation context, Async<T> body) {
        return context == null ? body : new InContext<>(context.capture(), body);
    }

    /** As {@link #of(ContextPropagation, Async)}, for blocking code. */
    static <T extends @Nullable Object> Callable<T> of(
            @Nullable ContextPropagation context, Callable<T> code) {
        if (context == null) {
            return code;
        }
        ContextPropagation.Snapshot snapshot = context.capture();
        return () -> {
            try (ContextPropagation.Scope _ = snapshot.restore()) {
                return code.call();
            }
        };
    }

    @Override
    public Poll<T> poll(Context cx) throws Exception {
        try (ContextPropagation.Scope _ = snapshot.restore()) {
            return body.poll(cx);
        }
    }

    @Override
    public boolean onCancel(Context cx) {
        try (ContextPropagation.Scope _ = snapshot.restore()) {
            return body.onCancel(cx);
        }
    }

    @Override
    public String toString() {
        return body.toString();
    }
}
