package dev.thrum.weave.shapes;

import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.task.Poll;
import dev.thrum.task.Waker;
import java.util.ArrayList;
import java.util.List;

/** What shapes await, and how they are driven. All of it is per thread. */
public final class Awaiting {

    private static final ThreadLocal<Boolean> PENDING = ThreadLocal.withInitial(() -> false);
    private static final ThreadLocal<List<String>> TRACE = ThreadLocal.withInitial(ArrayList::new);

    private Awaiting() {}

    /** A value: there at once, or after two polls that find it pending. */
    public static <T> Async<T> later(T value) {
        return new Later<>(value, null);
    }

    /** A failure, at once or later. */
    public static <T> Async<T> fails(Throwable failure) {
        return new Later<>(null, failure);
    }

    /** Notes that the shape got here. */
    public static <T> T trace(T event) {
        TRACE.get().add(String.valueOf(event));
        return event;
    }

    /** What was noted since the last call. */
    public static List<String> takeTrace() {
        List<String> trace = TRACE.get();
        TRACE.remove();
        return trace;
    }

    /** Whether what is awaited from now on is pending first. */
    public static void setPending(boolean pending) {
        PENDING.set(pending);
    }

    /** Polls until the value is there. */
    public static <T> T drive(Async<T> async) throws Exception {
        Context cx = Context.of(Waker.noop());
        while (true) {
            if (async.poll(cx) instanceof Poll.Ready<T>(T value)) {
                return value;
            }
        }
    }

    private static final class Later<T> implements Async<T> {
        private final T value;
        private final Throwable failure;
        private int pending = PENDING.get() ? 2 : 0;

        Later(T value, Throwable failure) {
            this.value = value;
            this.failure = failure;
        }

        @Override
        public Poll<T> poll(Context cx) throws Exception {
            if (pending-- > 0) {
                cx.waker().wake();
                return Poll.pending();
            }
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure != null) {
                throw (Exception) failure;
            }
            return Poll.ready(value);
        }
    }
}
