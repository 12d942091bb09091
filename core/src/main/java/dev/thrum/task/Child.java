package dev.thrum.task;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * One part of a {@link Group}: its own waker, so that a wake polls this part and no other, and its
 * own region, so that it can be cancelled alone.
 */
final class Child implements Region, Waker {
    private static final VarHandle QUEUED;

    static {
        try {
            QUEUED = MethodHandles.lookup().findVarHandle(Child.class, "queued", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final int index;
    private final Group<?> group;
    private final Async<?> async;

    /** The next in the group's stack of woken children; guarded by that stack's protocol. */
    @Nullable Child next;

    @SuppressWarnings("FieldMayBeFinal") // changed through QUEUED
    private volatile boolean queued;

    // Touched only by the thread that polls:
    private boolean started;
    private boolean requested;
    private boolean delivered;
    private boolean ended;

    Child(Group<?> group, Async<?> async, int index) {
        this.group = group;
        this.async = async;
        this.index = index;
    }

    /** Marks this child as in the stack; true if it was not. */
    boolean enqueue() {
        return !(boolean) QUEUED.getAndSet(this, true);
    }

    /** Taken from the stack: from now on a wake puts it there again. */
    void dequeued() {
        QUEUED.setVolatile(this, false); // before the poll, which then sees what the waker wrote
    }

    @Override
    public void wake() {
        group.woken(this);
    }

    boolean isEnded() {
        return ended;
    }

    /** Polls once and tells the group if this ended. */
    void poll() {
        started = true;
        Object value;
        try {
            value = Coroutine.pollRaw(async, this);
        } catch (Throwable failure) {
            boolean cancelled = requested && failure instanceof CancellationException;
            ended = true;
            group.childEnded();
            if (!cancelled) {
                group.onFailure(this, failure);
            }
            return;
        }
        if (value != Coroutine.SUSPENDED) {
            ended = true;
            group.childEnded();
            group.onValue(this, value);
        }
    }

    /** Asks this part to cancel, once. */
    void cancel() {
        if (ended || requested) {
            return;
        }
        requested = true;
        boolean finished;
        try {
            finished = !started || async.onCancel(this);
        } catch (Throwable thrown) {
            ended = true;
            group.childEnded();
            group.onFailure(this, thrown);
            return;
        }
        if (finished) {
            ended = true;
            group.childEnded();
        } else {
            group.woken(this); // it has to be polled on
        }
    }

    @Override
    public Waker waker() {
        return this;
    }

    @Override
    public @Nullable TaskCell<?> cell() {
        return group.cell();
    }

    @Override
    public boolean isCancelPending() {
        return !delivered && (requested || group.isOuterCancelPending());
    }

    @Override
    public void cancelDelivered() {
        group.cancelDelivered(requested);
        requested = true;
        delivered = true;
    }
}
