package dev.thrum.channel;

import dev.thrum.task.Waker;
import dev.thrum.waiting.Wakes;
import org.jspecify.annotations.Nullable;

/**
 * Where many wait for the same thing: that something has changed. It numbers the changes and keeps
 * the waiters in their order. Its monitor guards it, and what it is the hub of; it is held for a
 * few instructions, none of them foreign.
 */
final class Hub {
    /** How many are woken at a time, between which the monitor is free. */
    private static final int BATCH = 32;

    /** How many changes there have been. Written with the monitor held. */
    private volatile long changes;

    /** Written with the monitor held. */
    private volatile int waiting;

    private @Nullable Waiter<?> first;
    private @Nullable Waiter<?> last;

    long changes() {
        return changes;
    }

    int waiting() {
        return waiting;
    }

    /**
     * Queues a waiter, or, if it is queued, gives it another waker.
     *
     * @return false if there were changes since {@code seen}; then the waiter has to look again
     */
    synchronized boolean add(Waiter<?> waiter, Waker waker, long seen) {
        if (changes != seen) {
            return false;
        }
        waiter.waker = waker;
        if (waiter.queued) {
            return true;
        }
        waiter.queued = true;
        waiter.seen = seen;
        waiter.previous = last;
        if (last == null) {
            first = waiter;
        } else {
            last.next = waiter;
        }
        last = waiter;
        setWaiting(1);
        return true;
    }

    /** Takes a waiter out, if it is queued. */
    synchronized void remove(Waiter<?> waiter) {
        if (!waiter.queued) {
            return;
        }
        waiter.queued = false;
        waiter.waker = null;
        Waiter<?> before = waiter.previous;
        Waiter<?> after = waiter.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
        waiter.previous = null;
        waiter.next = null;
        setWaiting(-1);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // the monitor is held; it is volatile for readers
    private void setWaiting(int more) {
        waiting += more;
    }

    /** Counts a change; the monitor is held. The caller calls {@link #wake} when it is free. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // likewise
    long change() {
        return ++changes;
    }

    /**
     * Wakes all that waited for a change before the given one; the monitor is not held. Who begins
     * to wait meanwhile is behind them in the queue and has seen the change.
     */
    void wake(long change) {
        int atMost = Math.min(waiting, BATCH);
        if (atMost == 0) {
            return; // who begins to wait now has seen the change
        }
        Waker[] wakers = new Waker[atMost];
        int count;
        do {
            count = 0;
            synchronized (this) {
                Waiter<?> waiter = first;
                while (waiter != null && waiter.seen < change && count < atMost) {
                    Waker waker = waiter.waker;
                    if (waker != null) {
                        wakers[count++] = waker;
                    }
                    remove(waiter);
                    waiter = first;
                }
            }
            for (int i = 0; i < count; i++) {
                Wakes.wake(wakers[i]);
            }
        } while (count == atMost);
    }
}
