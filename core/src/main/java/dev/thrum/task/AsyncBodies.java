package dev.thrum.task;

import dev.thrum.weave.link.BodyLinker;
import dev.thrum.weave.link.Linked;
import org.jspecify.annotations.Nullable;

/**
 * Makes blocks of bodies. The first body of a class is woven; later ones cost a look-up by class
 * and an allocation.
 */
final class AsyncBodies {
    /** A block of each class of bodies, never polled, that makes others like it. */
    private static final ClassValue<Coroutine<?>> PROTOTYPES =
            new ClassValue<>() {
                @Override
                protected Coroutine<?> computeValue(Class<?> bodyClass) {
                    throw new IllegalStateException("needs a body, not just its " + bodyClass);
                }
            };

    private AsyncBodies() {}

    static <T extends @Nullable Object> Coroutine<T> block(Object body) {
        return block(body, null);
    }
}
