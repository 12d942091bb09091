package dev.thrum.channel;

import dev.thrum.poll.Pollable;
import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.task.Poll;
import dev.thrum.task.Waker;
import dev.thrum.waiting.Owner;
import org.jspecify.annotations.Nullable;

/**
 * What somebody awaits of a {@link Hub}: tries at every poll, and waits for the next change if that
 * failed. Takes effect in a poll or not at all, so that it can be cancelled at any time.
 *
 * <p>No change is missed: who tries reads the number of changes before, and queues itself only if
 * that is still the number. Who changes something counts that after it has done so.
 */
abstract class Waiter<R> extends Pollable implements Async<R> {
    private final Hub hub;
    private boolean ended;

    /** Who has polled this without getting a result. */
    private @Nullable Object owner;

    /** That of the latest poll; null before the first. */
    private @Nullable Waker latest;

    // ---- guarded by the hub's monitor ----

    @Nullable Waker waker;

    /** Which change this waits for: one after this number. */
    long seen;

    boolean queued;
    @Nullable Waiter<?> previous;
    @Nullable Waiter<?> next;

    Waiter(Hub hub) {
        this.hub = hub;
    }

    /**
     * Gives the result if it is there; called without the hub's monitor.
     *
     * @throws RuntimeException if the result is a failure
     */
    abstract Poll<R> attempt();

    @Override
    public final @Nullable Object pollValue(Object cx) {
        return poll((Context) cx) instanceof Poll.Ready<R>(var value) ? value : PENDING;
    }

    @Override
    public final Poll<R> poll(Context cx) {
        if (ended) {
            throw Owner.completed(this);
        }
        if (latest != null && latest != cx.waker()) { // the same waker is the same task's
            owner = Owner.check(this, owner, cx.waker());
        }
        boolean waits = false;
        try {
            Poll<R> result = Poll.pending();
            while (!waits && result.isPending()) {
                long changes = hub.changes();
                result = attempt();
                waits = result.isPending() && hub.add(this, cx.waker(), changes);
            }
            if (latest == null && waits) {
                owner = Owner.of(cx.waker());
            }
            latest = cx.waker();
            return result;
        } finally {
            if (!waits) {
                end();
            }
        }
    }

    private void end() {
        if (latest != null) { // else it was never queued
            hub.remove(this);
        }
        ended = true;
    }

    @Override
    public final boolean onCancel(Context cx) {
        end();
        return true;
    }
}
