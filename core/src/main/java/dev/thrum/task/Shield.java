package dev.thrum.task;

import org.jspecify.annotations.Nullable;

/** A computation that cancellation does not interrupt: a region in which none is ever due. */
final class Shield<T extends @Nullable Object> implements Async<T>, Region {
    private final Async<T> shielded;

    /** Who polls; see {@link OneShot}. */
    private @Nullable Object owner;

    private @Nullable Context outer;

    Shield(Async<T> shielded) {
        this.shielded = shielded;
    }

    @Override
    @SuppressWarnings("unchecked") // pollRaw gives what the shielded async gave
    public Poll<T> poll(Context cx) throws Exception {
        owner = OneShot.claim(this, owner, cx);
        outer = cx;
        Object value;
        try {
            value = Coroutine.pollRaw(shielded, this);
        } catch (Throwable thrown) {
            owner = OneShot.ENDED;
            throw thrown;
        }
        if (Coroutine.isPending(value)) {
            return Poll.pending();
        }
        owner = OneShot.ENDED;
        return Poll.ready((T) value);
    }

    /** To be polled on, without a word to what is shielded. */
    @Override
    public boolean onCancel(Context cx) {
        return false;
    }

    @Override
    public Waker waker() {
        return outer == null ? Waker.noop() : outer.waker();
    }

    @Override
    public @Nullable TaskCell<?> cell() {
        return outer == null ? null : OneShot.taskOf(outer);
    }

    @Override
    public @Nullable Child part() {
        return outer instanceof Region region ? region.part() : null;
    }

    @Override
    public boolean isCancelPending() {
        return false;
    }

    @Override
    public void cancelDelivered() {
        // None is pending here.
    }

    @Override
    public String toString() {
        return shielded + ".shield()";
    }
}
