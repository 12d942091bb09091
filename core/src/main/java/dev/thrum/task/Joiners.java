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

    /** How many foreign wakers one task keeps at first; see {@link #isEndedElsePoll}. */
    private static final int FIRST_FOREIGN_LIMIT = 64;

    /** How many it keeps at most. */
    private static final int LAST_FOREIGN_LIMIT = 1 << 16;

    private Joiners() {}

    /**
     * More than one waiter: rare enough for a lock, which is never held while anything of a waker
     * runs, its {@code equals} included.
     */
    private static final class Many {
        private @Nullable Set<ByIdentity> wakers = new LinkedHashSet<>();
        private @Nullable Set<ByIdentity> foreign;
        private int foreignLimit = FIRST_FOREIGN_LIMIT;

        /** False if the task has ended meanwhile. */
        synchronized boolean add(Waker waker) {
            if (wakers == null) {
                return false;
            }
            wakers.add(new ByIdentity(waker));
            return true;
        }

        /** As {@link #add}; forgets those that it adds to {@code forgotten}, to be woken. */
        synchronized boolean addForeign(Waker waker, List<ByIdentity> forgotten) {
            if (wakers == null) {
                return false;
            }
            ByIdentity added = new ByIdentity(waker);
            if (wakers.add(added)) {
                Set<ByIdentity> counted = foreign == null ? new LinkedHashSet<>() : foreign;
                foreign = counted;
                if (counted.size() >= foreignLimit) {
                    forgotten.addAll(counted);
                    wakers.removeAll(counted);
                    counted.clear();
                    foreignLimit = Math.min(foreignLimit * 2, LAST_FOREIGN_LIMIT);
                }
                counted.add(added);
            }
            return true;
        }

        /** Whether it was in. */
        synchronized boolean remove(Waker waker) {
            if (wakers == null) {
                return false;
            }
            ByIdentity removed = new ByIdentity(waker);
            if (foreign != null) {
                foreign.remove(removed);
            }
            return wakers.remove(removed);
        }

        synchronized List<ByIdentity> close() {
            List<ByIdentity> all = wakers == null ? List.of() : new ArrayList<>(wakers);
            wakers = null;
            foreign = null;
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

    /**
     * As {@link #isEndedElseJoin} with the waker of a poll.
     *
     * <p>Whoever polls by hand may come with another waker each time. Which of them are out of date
     * cannot be known: one poller may well have many parts that wait for the same task. So when
     * there are too many, all those made by hand are forgotten and woken: who still waits polls
     * again, and is in again. The limit then doubles, in case they do.
     */
    static boolean isEndedElsePoll(TaskCell<?> task, Context cx) {
        Waker waker = cx.waker();
        if (!(task.joiner instanceof Many many)
                || waker instanceof TaskCell<?>
                || waker instanceof Child) {
            return isEndedElseJoin(task, waker);
        }
        List<ByIdentity> forgotten = new ArrayList<>(0);
        boolean joined = many.addForeign(waker, forgotten);
        for (ByIdentity joiner : forgotten) {
            wake(joiner.waker);
        }
        // A Many may be left open: it can be put in after the end has looked.
        return !joined || (task.isEnded() && many.remove(waker));
    }

    /**
     * True if the task has ended; else its end will wake {@code waker}, or has done so just now.
     * One or the other, unless {@code waker} was in already: there are those who count its wakes.
     */
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
                    return task.isEnded() && isTakenBack(task, waker);
                }
            } else if (seen instanceof Many many) {
                return !many.add(waker) || (task.isEnded() && many.remove(waker));
            } else {
                Many many = new Many();
                many.add((Waker) seen);
                JOINER.compareAndSet(task, seen, many);
            }
        }
    }

    /** The task has ended: whether its end has not seen {@code waker}, and now will not. */
    private static boolean isTakenBack(TaskCell<?> task, Waker waker) {
        return JOINER.compareAndSet(task, waker, CLOSED)
                || (task.joiner instanceof Many many && many.remove(waker));
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
