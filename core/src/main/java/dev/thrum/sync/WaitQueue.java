package dev.thrum.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Who waits, in order of arrival: a doubly linked list through the waiters themselves, so that
 * leaving from the middle costs no more than from the ends.
 *
 * <p>Its monitor guards the list and the phases of the waiters in it. All methods but {@link #size}
 * are called under it. It is taken only when somebody has to wait, or waits; held for a few
 * instructions; and no waker, nor other code of users, runs under it. No thread that holds it takes
 * another monitor.
 *
 * @param <W> the kind of waiters
 */
final class WaitQueue<W extends Waiter> {
    private static final VarHandle SIZE;

    static {
        try {
            SIZE = MethodHandles.lookup().findVarHandle(WaitQueue.class, "size", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private @Nullable W first;
    private @Nullable Waiter last;

    private int size;

    boolean isEmpty() {
        return first == null;
    }

    @Nullable W first() {
        return first;
    }

    @SuppressWarnings("unchecked") // only a W is ever put in
    void add(W waiter) {
        Waiter before = last;
        waiter.previous = before;
        last = waiter;
        if (before == null) {
            first = waiter;
        } else {
            before.next = waiter;
        }
        SIZE.setOpaque(this, size + 1); // for size(), which only tells
    }

    /** Takes out a waiter that is in this queue. */
    @SuppressWarnings("unchecked") // only a W is ever put in
    void remove(W waiter) {
        Waiter before = waiter.previous;
        Waiter after = waiter.next;
        if (before == null) {
            first = (W) after;
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
        SIZE.setOpaque(this, size - 1);
    }

    /** Takes out the longest waiting. */
    @Nullable W removeFirst() {
        W waiter = first;
        if (waiter != null) {
            remove(waiter);
        }
        return waiter;
    }

    /** How many wait. For anybody, without the monitor; may be a moment old. */
    int size() {
        return (int) SIZE.getOpaque(this);
    }
}
