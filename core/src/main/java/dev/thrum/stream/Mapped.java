package dev.thrum.stream;

import dev.thrum.task.AsyncFunction;
import dev.thrum.task.Context;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link AsyncStream#map}. */
final class Mapped<S, T> extends Stage<T> {
    private final Inlet<S> in;
    private final Application<S, T> application;

    Mapped(AsyncStream<S> upstream, AsyncFunction<? super S, ? extends T> function) {
        this(new Inlet<>(upstream), new Application<>(function, "map"));
    }

    private Mapped(Inlet<S> in, Application<S, T> application) {
        super(in);
        this.in = in;
        this.application = application;
    }

    @Override
    @Nullable Optional<T> pollNext(Context cx) throws Exception {
        S element = application.element();
        if (element == null) {
            Optional<S> got = in.poll(cx);
            if (got == null) {
                return null;
            }
            if (got.isEmpty()) {
                return Optional.empty();
            }
            element = got.get();
            application.to(element);
        }
        T result = application.poll(cx, element);
        return result == null ? null : Optional.of(result);
    }

    @Override
    boolean cancelNext(Context cx) {
        boolean finished = application.cancel(cx);
        return super.cancelNext(cx) && finished;
    }

    @Override
    boolean settle(Context cx) throws Exception {
        boolean finished = application.settle(cx);
        return super.settle(cx) && finished;
    }

    @Override
    public String toString() {
        return in + ".map(…)";
    }
}
