package dev.thrum.task;

import dev.thrum.poll.PartWaker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * One part of a {@link Group}: its own waker, so that a wake polls this part and no other, and its
 * own region, so that it can be cancelled alone.
 */
final class Child implements Region, Waker, PartWaker {
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

    /** Null once it has ended: the others may take long, and need not keep it alive. */
    private @Nullable Async<?> async;

    /** The next in the group's stack of woken children; guarded by that stack's protocol. */
    @Nullable Child next;

    @SuppressWarnings("FieldMayBeFinal") // changed through QUEUED
    private volatile boolean queued;

    // Touched only by the thread that polls:
    private boolean started;
    private boolean requested;
    private boolean delivered;

    Child(Group<?> group, Async<?> async, int index) {
        this.group = group;
        this.async = async;
        this.index = index;
    }

    /** Marks this child as in the stack; true if it was not. */
    boolean enqueue() {
        return !(boolean) QUEUED.getAndSet(this, true);
    }

    /**
     * Taken from the stack: from now on a wake puts it there again. It has to be a
     * read-modify-write: it reads what the wakes wrote that found this child in the stack, and so
     * the poll that follows sees what happened before them.
     */
    void dequeued() {
        QUEUED.getAndSet(this, false); // pairs with enqueue()
    }

    @Override
    public void wake() {
        group.woken(this);
    }

    boolean isEnded() {
        return async == null;
    }

    @Override
    public @Nullable Object task() {
        TaskCell<?> cell = cell();
        return cell == null ? null : cell.task();
    }

    @Override
    public boolean isRivalOf(Object waker) {
        return waker instanceof Child other && !isEnded() && !other.isWithin(this);
    }

    /** Whether this is a part of {@code other}, be it through groups in between. */
    boolean isWithin(Child other) {
        Child part = this;
        while (part != null && part != other) {
            part = part.group.part();
        }
        return part == other;
    }

    /** Polls once, unless this has ended, and tells the group if it ends. */
    void poll() {
        Async<?> polled = async;
        if (polled == null) {
            return;
        }
        started = true;
        Object value;
        try {
            value = Coroutine.pollRaw(polled, this);
        } catch (Throwable failure) {
            boolean cancelled = requested && failure instanceof CancellationException;
            end();
            if (!cancelled) {
                group.onFailure(this, failure);
            }
            return;
        }
        if (!Coroutine.isPending(value)) {
            end();
            group.onValue(this, value);
        }
    }

    private void end() {
        async = null;
        group.childEnded();
    }

    /** Asks this part to cancel, once. */
    void cancel() {
        Async<?> cancelled = async;
        if (cancelled == null || requested) {
            return;
        }
        requested = true;
        boolean finished;
        try {
            finished = !started || cancelled.onCancel(this);
        } catch (Throwable thrown) {
            end();
            group.onFailure(this, thrown);
            return;
        }
        if (finished) {
            end();
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
    public @Nullable Child part() {
        return this;
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
