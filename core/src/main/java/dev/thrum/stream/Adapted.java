package dev.thrum.stream;

import dev.thrum.channel.Receiver;
import dev.thrum.task.Async;
import dev.thrum.task.Context;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Something with a {@code next()} of its own, brought under the rules of streams. */
final class Adapted<T> extends Stage<T> {
    private final Inlet<T> in;

    Adapted(AsyncStream<T> source) {
        this(new Inlet<>(source));
    }

    private Adapted(Inlet<T> in) {
        super(in);
        this.in = in;
    }

    @Override
    @Nullable Optional<T> pollNext(Context cx) throws Exception {
        return in.poll(cx);
    }

    @Override
    public String toString() {
        return "AsyncStream";
    }

    /** Takes a receiver over. */
    record OfReceiver<T>(Receiver<T> receiver) implements AsyncStream<T> {
        @Override
        public Async<Optional<T>> next() {
            return receiver.next();
        }

        @Override
        public void close() {
            receiver.close();
        }
    }
}
