package dev.thrum.stream;

import dev.thrum.task.Context;
import java.util.Iterator;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The elements of an iterable. */
final class Iterated<T> extends Stage<T> {
    private @Nullable Iterable<? extends T> elements;
    private @Nullable Iterator<? extends T> iterator;

    Iterated(Iterable<? extends T> elements) {
        this.elements = elements;
    }

    @Override
    Optional<T> pollNext(Context cx) {
        if (elements != null) {
            iterator = elements.iterator();
            elements = null;
        }
        return iterator != null && iterator.hasNext()
                ? Optional.of(Objects.requireNonNull(iterator.next(), "an element is null"))
                : Optional.empty();
    }

    @Override
    void release(@Nullable Context last) {
        elements = null;
        iterator = null;
    }

    @Override
    public String toString() {
        return "AsyncStream";
    }
}
