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
        return Poll.ready(null);
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
