package dev.thrum.stream;

import dev.thrum.task.AsyncFunction;
import dev.thrum.task.Context;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link AsyncStream#filter}. */
final class Filtered<T> extends Stage<T> {
    private final Inlet<T> in;
    private final Application<T, Boolean> application;

    Filtered(AsyncStream<T> upstream, AsyncFunction<? super T, Boolean> condition) {
        this(new Inlet<>(upstream), new Application<>(condition, "filter"));
    }

    private Filtered(Inlet<T> in, Application<T, Boolean> application) {
        super(in);
        this.in = in;
        this.application = application;
    }

    @Override
    @Nullable Optional<T> pollNext(Context cx) throws Exception {
        for (int i = 0; i < BUDGET; i++) {
            T element = application.element();
            if (element == null) {
                Optional<T> got = in.poll(cx);
                if (got == null || got.isEmpty()) {
                    return got;
                }
                element = got.get();
                application.to(element);
            }
            Boolean passes = application.poll(cx, element);
            if (passes == null) {
                return null;
            }
            if (passes) {
                return Optional.of(element);
            }
        }
        cx.waker().wake(); // others have their turn
        return null;
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
        return in + ".filter(…)";
    }
}
