package dev.thrum.channel;

import org.jspecify.annotations.Nullable;

/**
 * The operations that wait, in their order: a doubly linked list through the operations themselves.
 * Guarded by the exchange's lock; the size may be read without it, for information.
 */
final class WaitList<T, O extends Operation<T>> {
    private @Nullable O first;
    private @Nullable O last;
    private int size;

    @Nullable O first() {
        return first;
    }

    int size() {
        return size;
    }

    void add(O operation) {
        insertAfter(last, operation);
    }

    /** Inserts it by its ticket; searches from the front, where it belongs if it was there. */
    void addByTicket(O operation) {
        O before = null;
        O after = first;
        while (after != null && after.ticket < operation.ticket) {
            before = after;
            after = cast(after.next);
        }
        insertAfter(before, operation);
    }

    private void insertAfter(@Nullable O before, O operation) {
        O after = before == null ? first : cast(before.next);
        operation.previous = before;
        operation.next = after;
        if (before == null) {
            first = operation;
        } else {
            before.next = operation;
        }
        if (after == null) {
            last = operation;
        } else {
            after.previous = operation;
        }
        size++;
    }

    void remove(O operation) {
        Operation<T> before = operation.previous;
        Operation<T> after = operation.next;
        if (before == null) {
            first = cast(after);
        } else {
            before.next = after;
        }
        if (after == null) {
            last = cast(before);
        } else {
            after.previous = before;
        }
        operation.previous = null;
        operation.next = null;
        size--;
    }

    @SuppressWarnings("unchecked") // only operations of the one kind are ever added
    private @Nullable O cast(@Nullable Operation<T> operation) {
        return (O) operation;
    }
}
