package dev.thrum.task;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A computation whose result goes through a function. */
final class Mapped<T extends @Nullable Object, R extends @Nullable Object> implements Async<R> {
    private final Async<T> source;
    private final Function<? super T, ? extends R> function;
    private final OneShot oneShot = new OneShot();

    Mapped(Async<T> source, Function<? super T, ? extends R> function) {
        this.source = source;
        this.function = function;
    }

    @Override
    @SuppressWarnings("unchecked") // pollRaw gives what the source gave
    public Poll<R> poll(Context cx) throws Exception {
        oneShot.claim(this, cx);
        Object value;
        try {
            value = Coroutine.pollRaw(source, cx);
        } catch (Throwable thrown) {
            oneShot.end();
            throw thrown;
        }
        if (value == Coroutine.SUSPENDED) {
            return Poll.pending();
        }
        oneShot.end();
        return Poll.ready(function.apply((T) value));
    }

    @Override
    public boolean onCancel(Context cx) {
        boolean finished = source.onCancel(cx);
        if (finished) {
            oneShot.end();
        }
        return finished;
    }

    @Override
    public String toString() {
        return source + ".map(…)";
    }
}
