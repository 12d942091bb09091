package dev.thrum.sync;

import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.task.Poll;
import dev.thrum.waiting.Owner;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * A condition variable: where tasks that hold a {@link Mutex} wait until another task, which has
 * changed what it guards, tells them to look again.
 *
 * {@snippet :
 * try (var guard = mutex.lock().await()) {
 *     while (queue.isEmpty()) {
 *         notEmpty.waitFor(guard).await();
 *     }
 *     return queue.remove();
 * }
 * }
 *
 * <p>It has no memory: a signal that finds nobody waiting is forgotten. Signal while you hold the
 * mutex, or after; always change what it guards while you hold it. Nobody is woken without a
 * signal; all the same, wait in a loop, as another task may come between the signal and the mutex.
 * One condition variable may be used with guards of several mutexes.
 *
 * <p><b>Fair.</b> {@link #signal} goes to who waits longest. Those signalled queue for the mutex
 * without being woken for that, in order.
 *
 * <p><b>Cancellation.</b> See {@link #waitFor}.
 *
 * <p><b>Memory consistency.</b> That of the mutex; besides, actions before a signal happen-before
 * actions after the {@code waitFor} that it ended.
 *
 * <p><b>Cost.</b> A short lock for each wait, and for each signal.
 */
public final class Condvar {
    private final WaitQueue<Waiting> queue = new WaitQueue<>();

    /** A condition variable that nobody waits for. */
    public Condvar() {}

    /**
     * Unlocks the guard's mutex and waits for a signal, in one step: no signal that comes after the
     * unlocking is missed. Then locks the mutex again, behind those who wait for it already, so
     * that the same guard holds again.
     *
     * <p>It holds again however the wait ends. If it is cancelled, loses a race or times out, the
     * mutex is locked again first, which may take as long as others hold it; then {@link
     * CancellationException} (or what the combinator makes of it) is thrown. A signal that had
     * reached it goes to the next waiter.
     *
     * @param guard must hold its mutex at the first poll, and must not be closed during the wait
     * @return ends with {@link IllegalStateException} if the guard does not hold its mutex
     */
    public Async<@Nullable Void> waitFor(Mutex.Guard guard) {
        Objects.requireNonNull(guard, "guard");
        return switch (guard) {
            case MutexLocking locking -> new Wait(this, locking);
        };
    }

    /** Lets the one go on who waits longest, if anybody waits. Never blocks. */
    public void signal() {
        Waiting first;
        synchronized (queue) {
            first = queue.removeFirst();
            if (first != null) {
                first.reached = Reached.SIGNAL;
            }
        }
        if (first != null) {
            first.mutex.takeOrQueueAndWake(first);
        }
    }

    /** Lets all go on who wait now. Never blocks. */
    public void signalAll() {
        Waiter first = null;
        Waiter last = null;
        synchronized (queue) {
            Waiting waiting = queue.removeFirst();
            while (waiting != null) {
                waiting.reached = Reached.SIGNAL_ALL;
                if (last == null) {
                    first = waiting;
                } else {
                    last.next = waiting;
                }
                last = waiting;
                waiting = queue.removeFirst();
            }
        }
        while (first instanceof Waiting waiting) {
            first = waiting.next;
            waiting.next = null; // for the mutex's queue
            waiting.mutex.takeOrQueueAndWake(waiting);
        }
    }

    @Override
    public String toString() {
        return "Condvar[" + queue.size() + " waiting]";
    }

    /** What has taken a waiter out of the condition's queue, and to that of its mutex. */
    private enum Reached {
        NOTHING,
        SIGNAL,
        SIGNAL_ALL,
        CANCELLATION
    }

    /** One that waits in the condition's queue and then in its mutex's. */
    private static final class Waiting extends MutexWaiter {
        /** Guarded by the monitor of the condition's queue. */
        private Reached reached = Reached.NOTHING;

        Waiting(Context cx, Mutex mutex) {
            super(cx, mutex);
        }
    }

    private static final class Wait implements Async<@Nullable Void> {
        private final Condvar condvar;
        private final MutexLocking guard;
        private @Nullable Waiting waiting;
        private boolean cancelled;
        private boolean ended;

        Wait(Condvar condvar, MutexLocking guard) {
            this.condvar = condvar;
            this.guard = guard;
        }

        @Override
        public Poll<@Nullable Void> poll(Context cx) {
            if (ended) {
                throw Owner.completed(this);
            }
            Waiting mine = waiting;
            if (mine == null) {
                return begin(cx);
            }
            int phase = mine.poll(cx, this);
            if (phase != Waiter.GRANTED && !(phase == Waiter.CALLED && mine.mutex.answer(mine))) {
                return Poll.pending();
            }
            ended = true;
            guard.ticket(mine.ticket);
            if (cancelled) {
                throw new CancellationException("waiting for a condition was cancelled");
            }
            return Poll.ready(null);
        }

        private Poll<@Nullable Void> begin(Context cx) {
            if (!guard.isHeld()) {
                ended = true;
                throw new IllegalStateException(
                        "waiting for a condition with a guard that does not hold its mutex: it was"
                                + " closed, or waits for a condition already; lock the mutex and"
                                + " wait with the new guard");
            }
            Waiting mine = new Waiting(cx, guard.mutex());
            waiting = mine;
            synchronized (condvar.queue) {
                condvar.queue.add(mine); // before unlocking: who signals then finds it
            }
            guard.close();
            return Poll.pending();
        }

        @Override
        public boolean onCancel(Context cx) {
            Waiting mine = waiting;
            if (mine == null) {
                return true;
            }
            cancelled = true;
            Reached reached;
            synchronized (condvar.queue) {
                reached = mine.reached;
                if (reached == Reached.NOTHING) {
                    condvar.queue.remove(mine);
                    mine.reached = Reached.CANCELLATION;
                }
            }
            switch (reached) {
                case NOTHING -> mine.mutex.takeOrQueueAndWake(mine);
                case SIGNAL -> condvar.signal();
                case SIGNAL_ALL, CANCELLATION -> {}
            }
            return false;
        }

        @Override
        public String toString() {
            return "Condvar.waitFor(guard)";
        }
    }
}
