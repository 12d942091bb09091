package dev.thrum.sync;

import dev.thrum.task.Context;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A number of permits, taken and given back: what {@link Semaphore} and {@link RwLock} stand on.
 *
 * <p>One word holds the permits that are free, times two, and the bit {@link #WAITED} which says
 * that the queue is not empty. While it is clear, taking and giving back are one compare-and-set
 * each. It is set and cleared only under the queue's monitor, and while it is set nothing else
 * changes the word either: whoever comes, comes to the monitor, and queues behind those who wait,
 * whether or not enough permits are free for him. So the first in line is served first, however
 * much it wants.
 *
 * <p><b>No wake-up is lost.</b> A waiter checks that there is not enough, and sets WAITED, in one
 * compare-and-set on the word, under the monitor. A release is before that, and then was counted in
 * the check; or it comes after, finds WAITED, and goes to the monitor, where the waiter is in the
 * queue by then.
 */
final class Permits {
    /** As many as there can be. */
    static final int MAX = Integer.MAX_VALUE;

    private static final long WAITED = 1;
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Permits.class, "state", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** One that waits for {@code count} permits. */
    static final class Claim extends Waiter {
        final int count;

        Claim(Context cx, int count) {
            super(cx);
            this.count = count;
        }
    }

    private final WaitQueue<Claim> queue = new WaitQueue<>();
    private volatile long state;

    Permits(int free) {
        this.state = (long) free << 1;
    }

    /** How many are free, those included that are too few for who waits. */
    int free() {
        return (int) (state >>> 1);
    }

    int waiting() {
        return queue.size();
    }

    /** Takes {@code count} if they are free and nobody waits. */
    boolean tryTake(int count) {
        long wanted = (long) count << 1;
        for (; ; ) {
            long seen = state;
            if ((seen & WAITED) != 0 || seen < wanted) {
                return false;
            }
            if (STATE.compareAndSet(this, seen, seen - wanted)) {
                return true;
            }
        }
    }

    /** Takes what {@code claim} wants and returns true, or puts it in the queue. */
    boolean takeOrQueue(Claim claim) {
        synchronized (queue) {
            for (; ; ) {
                if (tryTake(claim.count)) {
                    return true;
                }
                long seen = state;
                boolean enough = seen >= (long) claim.count << 1;
                if ((seen & WAITED) != 0
                        || (!enough && STATE.compareAndSet(this, seen, seen | WAITED))) {
                    queue.add(claim);
                    return false;
                }
            }
        }
    }

    /**
     * Whether {@code claim} has what it wants; for one that seemed not to have it. Under the
     * monitor, so that what one release does to the word and to several waiters is seen as one.
     */
    boolean isGranted(Claim claim) {
        synchronized (queue) {
            return claim.phase() == Waiter.GRANTED;
        }
    }

    /** Gives back {@code count}, and hands them on to who waits. */
    void give(int count) {
        long more = (long) count << 1;
        long seen = state;
        while ((seen & WAITED) == 0) {
            if (STATE.compareAndSet(this, seen, seen + more)) {
                return;
            }
            seen = state;
        }
        Woken woken = new Woken();
        synchronized (queue) {
            handOn(more, woken);
        }
        woken.wake();
    }

    /** The claim's operation is cancelled: it leaves, and what it was granted goes on. */
    void leave(Claim claim) {
        Woken woken = new Woken();
        synchronized (queue) {
            if (claim.phase() == Waiter.GRANTED) {
                handOn((long) claim.count << 1, woken);
            } else {
                queue.remove(claim);
                claim.phase(Waiter.GONE);
                handOn(0, woken); // those behind it may want less
            }
        }
        woken.wake();
    }

    /** Adds to the free permits, and serves the queue from its head as far as they go. */
    private void handOn(long more, Woken woken) {
        for (; ; ) {
            long seen = state;
            if ((seen & WAITED) == 0) { // then the queue is empty, and others change the word
                if (STATE.compareAndSet(this, seen, seen + more)) {
                    return;
                }
                continue;
            }
            long free = (seen - WAITED) + more;
            @Nullable Claim head = queue.first();
            while (head != null && (long) head.count << 1 <= free) {
                free -= (long) head.count << 1;
                queue.remove(head);
                woken.add(head);
                head = queue.first();
            }
            state = head == null ? free : free | WAITED;
            woken.grant(); // after the word: who sees itself granted sees that too
            return;
        }
    }
}
