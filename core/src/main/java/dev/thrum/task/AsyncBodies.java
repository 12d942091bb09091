package dev.thrum.task;

import dev.thrum.weave.link.BodyKind;
import dev.thrum.weave.link.BodyLinker;
import dev.thrum.weave.link.Link;
import org.jspecify.annotations.Nullable;

/**
 * Makes blocks of bodies. The first body of a class is woven; later ones cost a look-up by class
 * and an allocation.
 */
final class AsyncBodies {
    private AsyncBodies() {}

    static <T extends @Nullable Object> Coroutine<T> block(AsyncCallable<T> body) {
        return block(BodyKind.CALLABLE, body, null);
    }

    static Coroutine<@Nullable Void> block(AsyncRunnable body) {
        return block(BodyKind.RUNNABLE, body, null);
    }

    static <A extends @Nullable Object, T extends @Nullable Object> Coroutine<T> block(
            AsyncFunction<A, T> body, A argument) {
        return block(BodyKind.FUNCTION, body, argument);
    }

    static <A extends @Nullable Object> Coroutine<@Nullable Void> block(
            AsyncConsumer<A> body, A argument) {
        return block(BodyKind.CONSUMER, body, argument);
    }

    @SuppressWarnings("unchecked") // the machine of a body gives what the body does
    private static <T extends @Nullable Object> Coroutine<T> block(
            BodyKind kind, Object body, @Nullable Object argument) {
        Link link = BodyLinker.link(body, kind);
        @Nullable Object self = body;
        while (self != null && link instanceof Link.ByReceiver reference) {
            self = reference.receiver(self, argument); // it may be a reference, too
            link = reference.link(self);
        }
        if (link instanceof Link.Direct direct && self != null) {
            return (Coroutine<T>) ((Coroutine<?>) direct.prototype()).create(self, argument);
        }
        return new PlainBody<>(kind, body, argument);
    }
}
