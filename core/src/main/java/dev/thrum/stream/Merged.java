package dev.thrum.stream;

import dev.thrum.task.Context;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link AsyncStream#merge}. */
final class Merged<T> extends Stage<T> {
    private Inlet<T> first;
    private Inlet<T> second;

    Merged(AsyncStream<? extends T> one, AsyncStream<? extends T> other) {
        this(new Inlet<T>(one), new Inlet<T>(other));
    }

    private Merged(Inlet<T> one, Inlet<T> other) {
        super(one, other);
        first = one;
        second = other;
    }

    @Override
    @Nullable Optional<T> pollNext(Context cx) throws Exception {
        Inlet<T> one = first;
        Inlet<T> other = second;
        Optional<T> ofOne = one.poll(cx);
        if (ofOne != null && ofOne.isPresent()) {
            first = other; // whose turn it is next
            second = one;
            return ofOne;
        }
        Optional<T> ofOther = other.poll(cx);
        if (ofOther != null && ofOther.isPresent()) {
            return ofOther; // and the first keeps its turn
        }
        return ofOne == null || ofOther == null ? null : Optional.empty();
    }

    @Override
    public String toString() {
        return first + ".merge(" + second + ")";
    }
}
