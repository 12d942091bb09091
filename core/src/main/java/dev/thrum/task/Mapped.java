package dev.thrum.task;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A computation whose result goes through a function. */
final class Mapped<T extends @Nullable Object, R extends @Nullable Object> implements Async<R> {
    private final Async<T> source;
    private final Function<? super T, ? extends R> function;

    /** Who polls; see {@link OneShot}. */
    private @Nullable Object owner;

    Mapped(Async<T> source, Function<? super T, ? extends R> function) {
        this.source = source;
        this.function = function;
    }

    @Override
    @SuppressWarnings("unchecked") // pollRaw gives what the source gave
    public Poll<R> poll(Context cx) throws Exception {
        owner = OneShot.claim(this, owner, cx);
        Object value;
        try {
            value = Coroutine.pollRaw(source, cx);
        } catch (Throwable thrown) {
            owner = OneShot.ENDED;
            throw thrown;
        }
        if (Coroutine.isPending(value)) {
            return Poll.pending();
        }
        owner = OneShot.ENDED;
        return Poll.ready(function.apply((T) value));
    }

    @Override
    public boolean onCancel(Context cx) {
        boolean finished = source.onCancel(cx);
        if (finished) {
            owner = OneShot.ENDED;
        }
        return finished;
    }

    @Override
    public String toString() {
        return source + ".map(…)";
    }
}
