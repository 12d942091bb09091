package dev.thrum.task;

import org.jspecify.annotations.Nullable;

/** Asyncs without state, which may be awaited any number of times, and what they give. */
final class Constants {
    /** What an async gives that has nothing to give. */
    static final Poll<@Nullable Void> DONE = Poll.ready(null);

    private Constants() {}

    record ReadyValue<T extends @Nullable Object>(Poll.Ready<T> poll) implements Settled<T> {
        @Override
        public Poll<T> poll(Context cx) {
            return poll;
        }

        @Override
        public boolean isDone() {
            return true;
        }

        @Override
        @SuppressWarnings("NullAway") // null is a value if T says so
        public T result() {
            return poll.value();
        }
    }

    record Failed<T extends @Nullable Object>(Throwable cause) implements Settled<T> {
        @Override
        public Poll<T> poll(Context cx) {
            throw Throwables.sneak(cause);
        }

        @Override
        public boolean isDone() {
            return true;
        }

        @Override
        public T result() {
            throw Throwables.sneak(cause);
        }
    }

    private static final Async<?> PENDING =
            new Async<@Nullable Object>() {
                @Override
                public Poll<@Nullable Object> poll(Context cx) {
                    return Poll.pending();
                }

                @Override
                public String toString() {
                    return "Async.pending()";
                }
            };

    @SuppressWarnings("unchecked") // it never gives a value
    static <T extends @Nullable Object> Async<T> never() {
        return (Async<T>) PENDING;
    }
}
