package dev.thrum.task;

import dev.thrum.executor.Worker;
import dev.thrum.weave.link.BodyKind;
import dev.thrum.weave.link.BodyLinker;
import dev.thrum.weave.link.Link;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * Makes blocks of bodies. A body that was woven before it was loaded leads to its machine by
 * itself; of others the first of a class is woven, and later ones cost a look-up by class and an
 * allocation.
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
        if (body instanceof WovenBody woven) {
            Coroutine<?> made = woven.thrum$coroutine(kind.key(), argument);
            if (made != null) {
                return (Coroutine<T>) made;
            }
        }
        Coroutine<?> made = linked(link(kind, body), body, argument);
        return made != null ? (Coroutine<T>) made : new PlainBody<>(kind, body, argument);
    }

    /**
     * A worker mostly starts bodies of the class of which it started the last one: these are found
     * without the look-up, which takes a dozen loads, each of which waits for the one before.
     */
    private static Link link(BodyKind kind, Object body) {
        if (!(Thread.currentThread() instanceof Worker worker)) {
            return BodyLinker.link(body, kind);
        }
        WeakReference<?> lastLookUp = worker.lastLookUp;
        if (lastLookUp != null
                && lastLookUp.get() instanceof BodyLinker.Entry last
                && last.isOf(body, kind)) {
            return last.link(body);
        }
        BodyLinker.Entry entry = BodyLinker.entry(body, kind);
        worker.lastLookUp = entry.reference();
        return entry.link(body);
    }

    /** Whether no body of that class awaits, so that all can be called as they are. */
    static boolean isPlain(BodyKind kind, Object body) {
        return !(body instanceof WovenBody) && BodyLinker.link(body, kind) == Link.Plain.PLAIN;
    }

    /** Makes a block of what was linked at run time; null if the body does not await. */
    static @Nullable Coroutine<?> linked(Link first, Object body, @Nullable Object argument) {
        Link link = first;
        @Nullable Object self = body;
        while (self != null && link instanceof Link.ByReceiver reference) {
            self = reference.receiver(self, argument); // it may be a reference, too
            link = reference.link(self);
        }
        if (link instanceof Link.Direct direct && self != null) {
            return ((Coroutine<?>) direct.prototype()).create(self, argument);
        }
        return null;
    }
}
