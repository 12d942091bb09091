package dev.thrum.task;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for a task's end: in {@link TaskCell#joiner} stands null, or one waker, or a {@link
 * Many}, or, from the end on, mostly {@link #CLOSED}.
 *
 * <p>No wake is lost. A joiner puts its waker in and then looks whether the task has ended; the end
 * sets ENDED and then looks whether there is a waker. All four are volatile, so one of both sees
 * the other. If the end sees nothing, which is so for most tasks, it leaves the field as it is;
 * else it closes it, so that nobody is added to whom it wakes.
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
        private @Nullable Set<ByIdentity> wakers = new LinkedHashSet<>();

        /** False if the task has ended meanwhile. */
        synchronized boolean add(Waker waker) {
            if (wakers == null) {
                return false;
            }
            wakers.add(new ByIdentity(waker));
            return true;
        }

        synchronized void remove(Waker waker) {
            if (wakers != null) {
                wakers.remove(new ByIdentity(waker));
            }
        }

        synchronized List<ByIdentity> close() {
            List<ByIdentity> all = wakers == null ? List.of() : new ArrayList<>(wakers);
            wakers = null;
            return all;
        }
    }

    /** A waker, told from others without its own {@code equals}. */
    private static final class ByIdentity {
        private final Waker waker;

        ByIdentity(Waker waker) {
            this.waker = waker;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof ByIdentity that && that.waker == waker;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(waker);
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
                    if (task.isEnded()) { // the end may not have seen it, and need not
                        JOINER.compareAndSet(task, waker, CLOSED);
                        return true;
                    }
                    return false;
                }
            } else if (seen instanceof Many many) {
                return !many.add(waker) || task.isEnded();
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
        if (task.joiner == null) { // volatile, after the transition to ENDED: see the class comment
            return;
        }
        Object seen = JOINER.getAndSet(task, CLOSED);
        if (seen instanceof Many many) {
            for (ByIdentity joiner : many.close()) {
                wake(joiner.waker);
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
