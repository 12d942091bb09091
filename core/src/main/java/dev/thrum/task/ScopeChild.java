package dev.thrum.task;

import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * A child of a {@link TaskScope}: its body, and the waker of its end. The scope learns of a failure
 * while the child still runs, so before anybody who awaits the child does: what they make of it
 * cannot become the scope's first failure.
 */
final class ScopeChild<T extends @Nullable Object> implements Async<T>, Waker {
    private final TaskScope scope;
    private final Async<T> body;

    /** Written before this is joined to the task as a waker, which publishes it. */
    @Nullable JoinHandle<T> task;

    /** Written by the poller, read after the task has ended. */
    private boolean failureTold;

    ScopeChild(TaskScope scope, Async<T> body) {
        this.scope = scope;
        this.body = body;
    }

    @Override
    public Poll<T> poll(Context cx) throws Exception {
        try {
            return body.poll(cx);
        } catch (Throwable thrown) {
            boolean ofTheTask =
                    thrown instanceof CancellationException
                            && cx instanceof TaskCell<?> cell
                            && cell.isCancelRequested();
            if (!ofTheTask) {
                failureTold = true;
                scope.recordOfChild(thrown);
            }
            throw thrown;
        }
    }

    @Override
    public boolean onCancel(Context cx) {
        return body.onCancel(cx);
    }

    /** The task has ended. */
    @Override
    public void wake() {
        JoinHandle<T> ended = task;
        if (ended != null) {
            scope.childEnded(ended, failureTold);
        }
    }

    @Override
    public String toString() {
        return body.toString();
    }
}
