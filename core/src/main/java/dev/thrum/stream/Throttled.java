package dev.thrum.stream;

import dev.thrum.task.Context;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link AsyncStream#throttle}. */
final class Throttled<T> extends Stage<T> {
    private final Inlet<T> in;
    private final Duration gap;
    private @Nullable Countdown countdown;

    Throttled(AsyncStream<T> upstream, Duration gap) {
        this(new Inlet<>(upstream), gap);
    }

    private Throttled(Inlet<T> in, Duration gap) {
        super(in);
        this.in = in;
        this.gap = gap;
    }

    @Override
    @Nullable Optional<T> pollNext(Context cx) throws Exception {
        if (countdown != null) {
            if (!countdown.isOver(cx)) {
                return null;
            }
            countdown = null;
        }
        Optional<T> got = in.poll(cx);
        if (got != null && got.isPresent()) {
            Countdown started = new Countdown(gap);
            if (!started.isOver(cx)) {
                started.cancel(cx); // it has begun; who comes back in time waits for the rest
                countdown = started;
            }
        }
        return got;
    }

    @Override
    boolean cancelNext(Context cx) {
        if (countdown != null) {
            countdown.cancel(cx);
        }
        return super.cancelNext(cx);
    }

    @Override
    public String toString() {
        return in + ".throttle(" + gap + ")";
    }
}
