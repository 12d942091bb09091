package dev.thrum.channel;

import org.jspecify.annotations.Nullable;

/**
 * Lists of operations that wait, in their order: circular, and doubly linked through the operations
 * themselves, so that one reference, to the last, is a list. Guarded by the exchange's lock.
 *
 * <p>What changes a list returns its last, null if it is empty.
 */
final class WaitList {
    private WaitList() {}

    @SuppressWarnings("unchecked") // only operations of the one kind are ever added
    static <O extends WaitingOperation<?>> @Nullable O first(@Nullable O last) {
        return last == null ? null : (O) last.next;
    }

    static <O extends WaitingOperation<?>> O add(@Nullable O last, O operation) {
        insertAfter(last, operation);
        return operation;
    }

    /** Inserts it by its ticket; searches from the front, where it belongs if it was there. */
    static <O extends WaitingOperation<?>> O addByTicket(@Nullable O last, O operation) {
        if (last == null || last.ticket < operation.ticket) {
            return add(last, operation);
        }
        WaitingOperation<?> before = last;
        WaitingOperation<?> after = before.next;
        while (after != null && after.ticket < operation.ticket) {
            before = after;
            after = before.next;
        }
        insertAfter(before, operation);
        return last;
    }

    private static void insertAfter(
            @Nullable WaitingOperation<?> before, WaitingOperation<?> operation) {
        if (before == null) {
            operation.previous = operation;
            operation.next = operation;
            return;
        }
        WaitingOperation<?> after = before.next;
        operation.previous = before;
        operation.next = after;
        before.next = operation;
        if (after != null) { // always, as it is circular
            after.previous = operation;
        }
    }

    @SuppressWarnings("unchecked") // only operations of the one kind are ever added
    static <O extends WaitingOperation<?>> @Nullable O remove(@Nullable O last, O operation) {
        WaitingOperation<?> before = operation.previous;
        WaitingOperation<?> after = operation.next;
        operation.previous = null;
        operation.next = null;
        if (before == operation || before == null || after == null) {
            return null;
        }
        before.next = after;
        after.previous = before;
        return operation == last ? (O) before : last;
    }
}
