package dev.thrum.task;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for a task's end: in {@link TaskCell#joiner} stands null, or one waker, or a {@link
 * Many}, or, from the end on, {@link #CLOSED}.
 *
 * <p>No wake is lost: a joiner sees the task alive, puts its waker in and, the field having been
 * CLOSED meanwhile, fails to; or the end, which sets ENDED before it closes the field, finds the
 * waker in it.
 */
final class Joiners {
    private static final Object CLOSED = new Object();
    private static final VarHandle JOINER;

    static {
        try {
            JOINER = MethodHandles.lookup().findVarHandle(TaskCell.class, "joiner", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private Joiners() {}

    /**
     * More than one waiter: rare enough for a lock, which is never held while anything of a waker
     * runs, its {@code equals} included.
     */
    private static final class Many {
        private @Nullable IdentityHashMap<Waker, Boolean> wakers = new IdentityHashMap<>();

        /** False if the task has ended meanwhile. */
        synchronized boolean add(Waker waker) {
            if (wakers == null) {
                return false;
            }
            wakers.put(waker, true);
            return true;
        }

        synchronized void remove(Waker waker) {
            if (wakers != null) {
                wakers.remove(waker);
            }
        }

        synchronized List<Waker> close() {
            List<Waker> all = wakers == null ? List.of() : List.copyOf(wakers.keySet());
            wakers = null;
            return all;
        }
    }

    /** True if the task has ended; else its end will wake {@code waker}. */
    static boolean isEndedElseJoin(TaskCell<?> task, Waker waker) {
        if (task.isEnded()) {
            return true;
        }
        for (; ; ) {
            Object seen = task.joiner;
            if (seen == CLOSED) {
                return true;
            } else if (seen == waker) {
                return task.isEnded();
            } else if (seen == null) {
                if (JOINER.compareAndSet(task, null, waker)) {
                    return false;
                }
            } else if (seen instanceof Many many) {
                return !many.add(waker);
            } else {
                Many many = new Many();
                many.add((Waker) seen);
                JOINER.compareAndSet(task, seen, many);
            }
        }
    }

    /** Takes {@code waker} out again. */
    static void leave(TaskCell<?> task, Waker waker) {
        for (; ; ) {
            Object seen = task.joiner;
            if (seen instanceof Many many) {
                many.remove(waker);
                return;
            } else if (seen != waker || JOINER.compareAndSet(task, seen, null)) {
                return;
            }
        }
    }

    /** The task has ended: wakes everybody, whatever one of their wakers throws. */
    static void wakeAll(TaskCell<?> task) {
        Object seen = JOINER.getAndSet(task, CLOSED);
        if (seen instanceof Many many) {
            for (Waker waker : many.close()) {
                wake(waker);
            }
        } else if (seen instanceof Waker waker) {
            wake(waker);
        }
    }

    private static void wake(Waker waker) {
        try {
            waker.wake();
        } catch (Throwable thrown) {
            Throwables.uncaught(thrown);
        }
    }
}
