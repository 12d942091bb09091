package dev.thrum.task;

import org.jspecify.annotations.Nullable;

final class AsyncBodies {
    static <T extends @Nullable Object> Coroutine<T> block(Object body) {
        return block(body, null);
    }

    @SuppressWarnings("unchecked")
    static <T extends @Nullable Object> Coroutine<T> block(Object body, @Nullable Object arg) {
        return (Coroutine<T>) PlainBody.PROTOTYPE.create(body, arg);
    }
}
