package dev.thrum.task;

import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * The run of a {@link TaskScope}: polls the body, as a region of its own so that a child's failure
 * can cancel it alone, and then waits for the children.
 */
final class ScopeBlock<T extends @Nullable Object> implements Async<T>, Region {
    private final TaskScope scope;
    private final Async<T> body;

    /** Who polls; see {@link OneShot}. */
    private @Nullable Object owner;

    // Touched only by the thread that polls:
    private @Nullable Context outer;
    private boolean bodyEnded;
    private @Nullable Object value;
    private @Nullable CancellationException bodyCancelled;
    private boolean requested;
    private boolean delivered;
    private boolean cancelledFromOutside;

    ScopeBlock(TaskScope scope, Async<T> body) {
        this.scope = scope;
        this.body = body;
    }

    @Override
    public Poll<T> poll(Context cx) throws Exception {
        boolean first = owner == null;
        owner = OneShot.claim(this, owner, cx);
        outer = cx;
        scope.waker(cx.waker()); // before the children are looked at
        if (first) {
            TaskCell<?> task = cell();
            scope.begin(task == null ? TaskRuntime.global() : task.runtime);
        }
        if (!bodyEnded) {
            pollBody(first);
        }
        if (!bodyEnded || !scope.tryEnd()) {
            return Poll.pending();
        }
        owner = OneShot.ENDED;
        return finish();
    }

    private void pollBody(boolean first) {
        try {
            if (!first && scope.failure() != null && !requested) {
                requested = true;
                if (!delivered && body.onCancel(this)) {
                    throw new TaskCancellation("cancelled with its scope");
                }
            }
            Object result = Coroutine.pollRaw(body, this);
            if (!Coroutine.isPending(result)) {
                bodyEnded = true;
                value = result;
            }
        } catch (Throwable thrown) {
            bodyEnded = true;
            if (requested && thrown instanceof CancellationException cancellation) {
                bodyCancelled = cancellation;
                scope.cancelChildren();
            } else {
                scope.fail(thrown);
            }
        }
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // the body gave a T, null or not
    private Poll<T> finish() throws Exception {
        Throwable failure = scope.failure();
        if (failure != null) {
            throw Throwables.sneak(failure);
        }
        if (bodyCancelled != null) {
            if (outer instanceof Region region) {
                region.cancelDelivered();
            }
            throw bodyCancelled;
        }
        return Poll.ready((T) value);
    }

    @Override
    public boolean onCancel(Context cx) {
        cancelledFromOutside = true;
        // Asked before the children are cancelled, since they may end at once.
        boolean cutShort = bodyEnded && bodyCancelled == null && !scope.tryEnd();
        scope.cancelChildren();
        if (cutShort) {
            // The value is there, but children are cut short that it should have waited for.
            bodyCancelled = new TaskCancellation("cancelled with its scope");
        } else if (!bodyEnded && !requested) {
            requested = true;
            boolean finished;
            try {
                finished = !delivered && body.onCancel(this);
            } catch (Throwable thrown) {
                scope.fail(thrown);
                finished = true;
            }
            if (finished) {
                bodyEnded = true;
                bodyCancelled = new TaskCancellation("cancelled with its scope");
            }
        }
        return false;
    }

    // ---- the region of the body ----

    @Override
    public Waker waker() {
        return outer == null ? Waker.noop() : outer.waker();
    }

    @Override
    public @Nullable TaskCell<?> cell() {
        return outer == null ? null : OneShot.taskOf(outer);
    }

    @Override
    public @Nullable Child part() {
        return outer instanceof Region region ? region.part() : null;
    }

    @Override
    public boolean isCancelPending() {
        return !delivered
                && (requested
                        || scope.failure() != null
                        || (outer instanceof Region region && region.isCancelPending()));
    }

    @Override
    public void cancelDelivered() {
        delivered = true;
        boolean ofTheScope = scope.failure() != null && !cancelledFromOutside;
        requested = true;
        if (!ofTheScope && outer instanceof Region region) {
            region.cancelDelivered();
        }
    }

    @Override
    public String toString() {
        return scope.toString();
    }
}
