package dev.thrum.sync;

import dev.thrum.poll.Pollable;
import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.task.Poll;
import dev.thrum.waiting.Owner;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The locking of a mutex, and then the guard that holds it: one object for both. One is made for
 * every lock, so it is kept at 24 bytes: what only a waiting one needs is elsewhere.
 *
 * <pre>
 * place         ticket   meaning
 * the mutex     0        not yet polled
 * its waiter    0        waiting, or granted and not yet polled
 * the mutex     CANCELLED
 * the mutex     other    the guard was given out; held as long as the mutex shows this ticket
 * </pre>
 */
final class MutexLocking extends Pollable implements Async<Mutex.Guard>, Mutex.Guard {
    private static final long CANCELLED = -1;
    private static final VarHandle TICKET;

    static {
        try {
            TICKET = MethodHandles.lookup().findVarHandle(MutexLocking.class, "ticket", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The {@link Mutex}, or while waiting the {@link MutexWaiter}, which knows the mutex. */
    private Object place;

    /**
     * Belongs to the polling thread until the guard is given out, and while a condition is awaited
     * with it. Opaque elsewhere, so that a close from any thread reads it whole.
     */
    private long ticket;

    MutexLocking(Mutex mutex) {
        this.place = mutex;
    }

    MutexLocking(Mutex mutex, long ticket) {
        this.place = mutex;
        this.ticket = ticket;
    }

    Mutex mutex() {
        return place instanceof MutexWaiter waiter ? waiter.mutex : (Mutex) place;
    }

    @Override
    public Poll<Mutex.Guard> poll(Context cx) {
        return pollValue(cx) == PENDING ? Poll.pending() : Poll.ready(this);
    }

    @Override
    public Object pollValue(Object context) {
        Context cx = (Context) context;
        if (ticket != 0) {
            throw Owner.completed("Mutex.lock()");
        }
        if (place instanceof Mutex mutex) {
            long taken = mutex.tryTake();
            if (taken == 0) {
                taken = mutex.tryTakePatiently();
            }
            if (taken == 0) {
                return queueUp(mutex, cx);
            }
            ticket(taken);
            return this;
        }
        MutexWaiter waiter = (MutexWaiter) place;
        int phase = waiter.poll(cx, "Mutex.lock()");
        if (phase == Waiter.GRANTED || (phase == Waiter.CALLED && waiter.mutex.answer(waiter))) {
            return hold(waiter);
        }
        return PENDING;
    }

    private Object queueUp(Mutex mutex, Context cx) {
        MutexWaiter waiter = new MutexWaiter(cx, mutex);
        place = waiter;
        return mutex.takeOrQueue(waiter) ? hold(waiter) : PENDING;
    }

    private Object hold(MutexWaiter waiter) {
        place = waiter.mutex;
        ticket(waiter.ticket);
        return this;
    }

    @Override
    public boolean onCancel(Context cx) {
        if (place instanceof MutexWaiter waiter) {
            place = waiter.mutex;
            ticket(CANCELLED);
            waiter.mutex.leave(waiter);
        }
        return true;
    }

    long ticket() {
        return (long) TICKET.getOpaque(this);
    }

    /** The guard holds the mutex by this ticket from now on. */
    void ticket(long now) {
        TICKET.setOpaque(this, now);
    }

    /** Whether this guard holds the mutex. */
    boolean isHeld() {
        return place instanceof Mutex mutex && mutex.isHeldBy(ticket());
    }

    @Override
    public void close() {
        long held = ticket();
        if (place instanceof Mutex mutex && held > 0) {
            mutex.release(held);
        }
    }

    @Override
    public String toString() {
        if (place instanceof MutexWaiter) {
            return "Mutex.lock(), waiting";
        }
        return ticket() == 0
                ? "Mutex.lock()"
                : isHeld() ? "Mutex.Guard, held" : "Mutex.Guard, closed";
    }
}
