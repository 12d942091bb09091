package dev.thrum.channel;

import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.task.Poll;
import dev.thrum.task.Waker;
import org.jspecify.annotations.Nullable;

/**
 * An operation polled by hand; the first poll by one actor, the second by the arbiter, which comes
 * as the same task since it uses the same waker.
 */
final class Waiting<T extends @Nullable Object> {
    /** What {@link #outcome()} says of one that stays pending and was not woken: it sleeps on. */
    static final String ASLEEP = "asleep";

    private final Async<T> async;
    private volatile boolean woken;
    private final Context context = Context.of(Waker.of(() -> woken = true));
    private @Nullable String result;

    Waiting(Async<T> async) {
        this.async = async;
    }

    void poll() {
        try {
            if (async.poll(context) instanceof Poll.Ready<T>(T value)) {
                result = String.valueOf(value);
            }
        } catch (Exception e) {
            result = e.getClass().getSimpleName();
        }
    }

    boolean cancel() {
        return async.onCancel(context);
    }

    /** The result; if it is missing, that of a poll if there was a wake. */
    String outcome() {
        if (result == null && woken) {
            poll();
        }
        return result == null ? ASLEEP : result;
    }
}
