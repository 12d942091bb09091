package dev.thrum.task;

import org.jspecify.annotations.Nullable;

/** Pending once, woken at once. */
final class YieldNow implements Async<@Nullable Void> {
    private final OneShot oneShot = new OneShot();

    @Override
    public Poll<@Nullable Void> poll(Context cx) {
        boolean first = !oneShot.isClaimed();
        oneShot.claim(this, cx);
        if (first) {
            cx.waker().wake();
            return Poll.pending();
        }
        oneShot.end();
        return Poll.ready(null);
    }

    @Override
    public String toString() {
        return "Task.yieldNow()";
    }
}
