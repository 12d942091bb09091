package dev.thrum.task;

import java.util.concurrent.CancellationException;

/**
 * What an await throws in a task that is cancelled. It is made for each cancelled task and almost
 * always dropped, so it does not walk the stack; {@link AwaitTrace} gives it the frames of the
 * bodies whose awaits it crosses.
 */
final class TaskCancellation extends CancellationException {
    private static final long serialVersionUID = 1L;

    TaskCancellation(String message) {
        super(message);
    }

    /** Leaves the trace empty, and writable. */
    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // there is nothing to synchronise
    public Throwable fillInStackTrace() {
        return this;
    }
}
