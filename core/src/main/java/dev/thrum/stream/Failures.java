package dev.thrum.stream;

import org.jspecify.annotations.Nullable;

/** Failures on their way. */
final class Failures {
    private Failures() {}

    /** The first of two, with the later one suppressed in it. */
    static Throwable first(@Nullable Throwable first, Throwable later) {
        if (first == null) {
            return later;
        }
        if (first != later) {
            first.addSuppressed(later);
        }
        return first;
    }

    /** To be thrown: {@code thrown} itself, as an Exception, unless it is an Error. */
    @SuppressWarnings("unchecked") // nobody looks at the type
    static <X extends Throwable> RuntimeException sneak(Throwable thrown) throws X {
        throw (X) thrown;
    }
}
