package dev.thrum.sync;

import org.jspecify.annotations.Nullable;

/**
 * Those to be woken: collected under a queue's monitor, when they have left the queue, and woken
 * after it, in the same order. Used by one thread.
 */
final class Woken {
    private @Nullable Waiter first;
    private @Nullable Waiter last;

    /** Notes {@code waiter}, which has left the queue. */
    void add(Waiter waiter) {
        if (last == null) {
            first = waiter;
        } else {
            last.next = waiter; // a waiter that is out of the queue enters none again
        }
        last = waiter;
    }

    /** Grants all what they wait for. The last thing that is done under the monitor. */
    void grant() {
        for (Waiter waiter = first; waiter != null; waiter = waiter.next) {
            waiter.phase(Waiter.GRANTED);
        }
    }

    /** Wakes all. Not under a monitor. */
    void wake() {
        Waiter waiter = first;
        while (waiter != null) {
            Waiter next = waiter.next;
            waiter.next = null; // or a guard that is kept would keep all that came after it
            waiter.wake();
            waiter = next;
        }
    }
}
