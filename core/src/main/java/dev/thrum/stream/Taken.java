package dev.thrum.stream;

import dev.thrum.task.Context;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link AsyncStream#take}. */
final class Taken<T> extends Stage<T> {
    private final Inlet<T> in;
    private long left;

    Taken(AsyncStream<T> upstream, long count) {
        this(new Inlet<>(upstream), count);
    }

    private Taken(Inlet<T> in, long count) {
        super(in);
        this.in = in;
        left = count;
    }

    @Override
    @Nullable Optional<T> pollNext(Context cx) throws Exception {
        if (left == 0) {
            return Optional.empty();
        }
        Optional<T> got = in.poll(cx);
        if (got != null && got.isPresent() && --left == 0) {
            in.release(
                    cx); // at once: who reads knows that this was the last, and may not come back
        }
        return got;
    }

    @Override
    public String toString() {
        return in + ".take(…)";
    }
}
