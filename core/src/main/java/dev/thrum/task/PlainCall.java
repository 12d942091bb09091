package dev.thrum.task;

import dev.thrum.poll.Pollable;
import dev.thrum.weave.link.BodyKind;
import org.jspecify.annotations.Nullable;

/**
 * The body of a {@linkplain RootTask root that is used again}, if it awaits nothing: it is called
 * as it is, without a block around it and without a look-up of how its class is woven. Of one class
 * of bodies; a thread that blocks on those of several classes in turns makes a block for most.
 *
 * <p>It belongs to its root, and so to one thread; the body is one-shot, as a block would be.
 */
final class PlainCall<T extends @Nullable Object> extends Pollable implements Async<T> {
    /** After so many bodies of other classes in a row it is to be of another class. */
    private static final int OTHERS = 8;

    private final BodyKind kind;
    private final Class<?> type;
    private @Nullable Object body;
    private int others;

    private PlainCall(BodyKind kind, Class<?> type) {
        this.kind = kind;
        this.type = type;
    }

    /**
     * What a root keeps whose present body is {@code block}.
     *
     * @param kept what it has kept so far
     */
    static @Nullable PlainCall<?> learn(@Nullable PlainCall<?> kept, PlainBody<?> block) {
        if (kept != null && ++kept.others < OTHERS) {
            return kept;
        }
        Object body = block.body();
        return AsyncBodies.isPlain(block.kind(), body)
                ? new PlainCall<>(block.kind(), body.getClass())
                : kept;
    }

    /** From now on this is the given body; false if that is of another class. */
    boolean take(BodyKind ofKind, Object given) {
        if (given.getClass() != type || ofKind != kind) {
            return false;
        }
        body = given;
        others = 0;
        return true;
    }

    @Override
    public @Nullable Object pollValue(Object cx) throws Exception {
        Object called = body;
        if (called == null) {
            throw new IllegalStateException(this + " is polled twice; a bug in Thrum");
        }
        body = null;
        try {
            return PlainBody.call(kind, called, null);
        } catch (Throwable thrown) {
            AwaitTrace.leave((Context) cx, thrown);
            throw thrown;
        }
    }

    @Override
    @SuppressWarnings("unchecked") // the body's value is a T
    public Poll<T> poll(Context cx) throws Exception {
        return Poll.ready((T) pollValue(cx));
    }

    @Override
    public String toString() {
        return "the body " + type.getName();
    }
}
