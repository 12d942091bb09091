package dev.thrum.task;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Several asyncs that run concurrently within one task, until a subclass decides the result; then
 * the others are cancelled, and the result is given once all have ended, their cleanup included.
 *
 * <p>Woken children are kept in a stack that any thread pushes to and the polling thread empties,
 * so that a poll costs what was woken, not what there is. A wake pushes and then wakes the waker it
 * finds; a poll sets the waker and then empties the stack: the push or the waker is seen.
 *
 * @param <R> the type of the result
 */
abstract class Group<R extends @Nullable Object> implements Async<R> {
    private static final VarHandle WOKEN;

    static {
        try {
            WOKEN = MethodHandles.lookup().findVarHandle(Group.class, "woken", Child.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Child[] children;

    /** Who polls; see {@link OneShot}. */
    private @Nullable Object owner;

    private volatile Waker waker = Waker.noop();

    @SuppressWarnings("FieldMayBeFinal") // changed through WOKEN
    private volatile @Nullable Child woken;

    // Touched only by the thread that polls:
    private @Nullable Context outer;
    private boolean started;
    private boolean decided;
    private boolean cancelledFromOutside;

    /** The cancellation of what surrounds the group was thrown within a child. */
    private boolean outerDelivered;

    private int alive;
    private @Nullable Throwable failure;

    Group(Collection<? extends Async<?>> asyncs) {
        List<Child> made = new ArrayList<>(asyncs.size());
        for (Async<?> async : asyncs) {
            if (async == null) {
                throw new NullPointerException("async number " + made.size() + " is null");
            }
            made.add(new Child(this, async, made.size()));
        }
        children = made.toArray(Child[]::new);
        alive = children.length;
    }

    final int size() {
        return children.length;
    }

    /** A child gave a value. The subclass may {@link #decide()}. */
    abstract void onValue(Child child, @Nullable Object value);

    /** A child failed. The subclass may {@link #decide()}. */
    abstract void onFailure(Child child, Throwable thrown);

    /** What has failed without deciding the group; a cancellation of it takes this along. */
    List<Throwable> failuresSoFar() {
        return List.of();
    }

    /** The result, all children having ended; not asked if the group fails. */
    abstract R result();

    /** The result is known: cancels whoever still runs. */
    final void decide() {
        decided = true;
        cancelChildren();
    }

    final boolean isDecided() {
        return decided;
    }

    /** The group fails with {@code thrown}; a further failure is suppressed in the first. */
    final void fail(Throwable thrown) {
        if (failure == null) {
            failure = thrown;
        } else {
            Throwables.suppress(failure, thrown);
        }
    }

    /** A failure in the cleanup of a loser, while the group has a value: nobody will look at it. */
    final void failedBesides(Throwable thrown) {
        TaskCell<?> task = cell();
        if (failure != null) {
            Throwables.suppress(failure, thrown);
        } else if (task != null) {
            task.runtime.failures().unobserved(task.task().detached(), thrown);
        } else {
            Throwables.uncaught(thrown);
        }
    }

    final void childEnded() {
        alive--;
    }

    /**
     * A child has thrown the cancellation that it was asked for, if it was: not that of the outer
     * region if it lost, for then nobody has asked to cancel that.
     */
    final void cancelDelivered(boolean childWasAsked) {
        outerDelivered |= cancelledFromOutside || !childWasAsked;
    }

    private void cancelChildren() {
        for (Child child : children) {
            child.cancel();
        }
    }

    // ---- polling ----

    @Override
    public final Poll<R> poll(Context cx) throws Exception {
        owner = OneShot.claim(this, owner, cx);
        outer = cx;
        Waker latest = cx.waker();
        if (waker != latest) {
            waker = latest; // before the stack is emptied
        }
        if (!started) {
            started = true;
            pollAllOnce();
        } else {
            pollWoken();
        }
        if (decided && alive > 0) {
            pollWoken(); // those that were told to cancel have to be polled on
        }
        if (alive > 0) {
            return Poll.pending();
        }
        end();
        return finish();
    }

    /** From now on a waker of a child that somebody still has keeps nobody's task alive. */
    private void end() {
        waker = Waker.noop();
        owner = OneShot.ENDED;
    }

    private Poll<R> finish() throws Exception {
        boolean undecided = !decided && failure == null && !isComplete(); // all were cancelled
        if ((outerDelivered || undecided) && outer instanceof Region region) {
            region.cancelDelivered();
        }
        if (failure != null) {
            throw Throwables.sneak(failure);
        }
        if (undecided) {
            TaskCell<?> task = cell();
            CancellationException cancellation =
                    task == null ? new CancellationException("cancelled") : task.cancellation();
            failuresSoFar().forEach(cancellation::addSuppressed);
            throw cancellation;
        }
        return Poll.ready(result());
    }

    /** Whether all that the result needs is there; not so if the group was cancelled before. */
    abstract boolean isComplete();

    private void pollAllOnce() {
        int from = children.length > 1 ? randomStart() : 0;
        for (int i = 0; i < children.length && !decided; i++) {
            int at = from + i;
            children[at < children.length ? at : at - children.length].poll();
        }
    }

    private int randomStart() {
        TaskCell<?> task = cell();
        TaskRuntime runtime = task == null ? TaskRuntime.global() : task.runtime;
        return runtime.random(children.length);
    }

    private void pollWoken() {
        Child first = oldestFirst((Child) WOKEN.getAndSet(this, null));
        while (first != null) {
            Child child = first;
            first = child.next;
            child.next = null;
            child.dequeued();
            child.poll();
        }
    }

    private static @Nullable Child oldestFirst(@Nullable Child newest) {
        Child first = null;
        while (newest != null) {
            Child next = newest.next;
            newest.next = first;
            first = newest;
            newest = next;
        }
        return first;
    }

    /** A child was woken, by any thread. */
    final void woken(Child child) {
        if (child.enqueue()) {
            Child seen;
            do {
                seen = woken;
                child.next = seen;
            } while (!WOKEN.compareAndSet(this, seen, child));
            waker.wake();
        }
    }

    // ---- cancellation ----

    @Override
    public final boolean onCancel(Context cx) {
        if (decided) {
            return false; // the others clean up already
        }
        cancelledFromOutside = true;
        cancelChildren();
        if (alive > 0 || failure != null || !failuresSoFar().isEmpty()) {
            return false;
        }
        end();
        return true;
    }

    /** The part of another group that this one is in, if any. */
    final @Nullable Child part() {
        return outer instanceof Region region ? region.part() : null;
    }

    final boolean isOuterCancelPending() {
        return outer instanceof Region region && region.isCancelPending();
    }

    final @Nullable TaskCell<?> cell() {
        return outer == null ? null : OneShot.taskOf(outer);
    }
}
