package dev.thrum.task;

import org.jspecify.annotations.Nullable;

/** Pending once, woken at once. */
final class YieldNow implements Async<@Nullable Void> {
    /** Who polls; see {@link OneShot}. */
    private @Nullable Object owner;

    @Override
    public Poll<@Nullable Void> poll(Context cx) {
        boolean first = owner == null;
        owner = OneShot.claim(this, owner, cx);
        if (first) {
            wake(cx);
            return Poll.pending();
        }
        owner = OneShot.ENDED;
        return Constants.DONE;
    }

    /** Whether this has not been polled. */
    boolean isNew() {
        return owner == null;
    }

    /**
     * All there is to do, for a poller who remembers by himself that he has to give way once: then
     * this needs not be kept, and mostly not even be made.
     */
    void end(Context cx) {
        owner = OneShot.ENDED;
        wake(cx);
    }

    /** Wakes who polls with {@code cx}, behind all that is ready; during that poll. */
    static void wake(Context cx) {
        Waker waker = cx.waker();
        if (waker instanceof TaskCell<?> task) {
            task.giveWay();
        } else {
            waker.wake();
        }
    }

    @Override
    public String toString() {
        return "Task.yieldNow()";
    }
}
