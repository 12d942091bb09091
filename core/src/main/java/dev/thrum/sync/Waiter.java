package dev.thrum.sync;

import dev.thrum.task.Context;
import dev.thrum.task.Waker;
import dev.thrum.waiting.Owner;
import dev.thrum.waiting.Wakes;
import org.jspecify.annotations.Nullable;

/**
 * An operation that has to wait: its place in a {@link WaitQueue}, whom to wake, and whose it is.
 * Made when the operation finds that it cannot be had at once, so that one that can pays nothing.
 *
 * <pre>
 * phase     meaning                                    changes to
 * WAITING   in the queue                               GRANTED, CALLED, GONE
 * CALLED    in the queue, woken to help itself         WAITING, GRANTED, GONE
 * GRANTED   out of the queue; it has what it wanted    –
 * GONE      out of the queue, cancelled                –
 * </pre>
 *
 * <p>The phase changes only under the queue's monitor. Whoever changes it to GRANTED or CALLED owes
 * a {@link #wake}, after having left the monitor: wakers are user code.
 *
 * <p><b>No wake-up is lost.</b> The granter writes the phase (1) and then reads the waker (2). A
 * poll that comes with another waker writes it (3) and then reads the phase (4). All four are
 * volatile, hence totally ordered: if 3 comes before 2, the new waker is woken; otherwise 1 is
 * before 2 is before 3 is before 4, and the poll itself sees that it was granted.
 */
class Waiter {
    static final int WAITING = 0;
    static final int CALLED = 1;
    static final int GRANTED = 2;
    static final int GONE = 3;

    /** The links of the queue; then, {@code next} alone, of the {@link Woken} chain. */
    @Nullable Waiter previous;

    @Nullable Waiter next;

    /** Who polls; see {@link Owner}. */
    Object owner;

    private volatile Waker waker;
    private volatile int phase;

    /** A waiter for the poll that is under way. */
    Waiter(Context cx) {
        this.waker = cx.waker();
        this.owner = Owner.of(waker);
    }

    /** The phase; what was written before it changed is visible. */
    final int phase() {
        return phase;
    }

    /** Changes the phase. The caller holds the queue's monitor. */
    final void phase(int to) {
        phase = to;
    }

    /**
     * A further poll: remembers its waker, and tells how things stand.
     *
     * @param operation whose poll it is, for the message
     * @throws IllegalStateException if somebody else polls than did at first
     */
    final int poll(Context cx, Object operation) {
        Waker latest = cx.waker();
        if (latest != waker) { // the same waker is the same task
            owner = Owner.check(operation, owner, latest);
            waker = latest; // before the phase is read; see above
        }
        return phase;
    }

    /** Wakes whoever polls. Not under a monitor. */
    final void wake() {
        Wakes.wake(waker);
    }
}
