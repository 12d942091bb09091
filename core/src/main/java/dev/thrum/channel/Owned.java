package dev.thrum.channel;

import dev.thrum.poll.Pollable;
import dev.thrum.task.Context;
import dev.thrum.task.Task;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rule that what is awaited belongs to who polls it first, and is not polled again after it
 * completed. Asking who polls is left for when an operation has to wait: one that completes at its
 * first poll has no owner to be confused about.
 */
abstract class Owned extends Pollable<Context> {
    /** The task that has polled this without getting a result, or outside of tasks the thread. */
    private @Nullable Object owner;

    /** This is about to wait: from now on it belongs to the caller. */
    final void claim() {
        owner = poller();
    }

    /**
     * Checks that the caller owns this, which has waited before.
     *
     * @throws IllegalStateException if it does not
     */
    final void checkOwner() {
        Object poller = poller();
        if (!poller.equals(owner)) {
            throw new IllegalStateException(
                    this
                            + " belongs to "
                            + name(owner)
                            + ", which polled it first, and is now polled by "
                            + name(poller)
                            + ": spawn it and share its handle");
        }
    }

    /** What a poll of this throws after this has completed. */
    final IllegalStateException completed() {
        return completed(this);
    }

    static IllegalStateException completed(Object async) {
        return new IllegalStateException(
                async
                        + " is polled after it completed: it is one-shot, so make a new one for"
                        + " each await, or spawn it and await its handle");
    }

    private static Object poller() {
        Optional<Task> task = Task.tryCurrent();
        return task.isPresent() ? task.get() : Thread.currentThread();
    }

    private static String name(@Nullable Object poller) {
        return poller instanceof Thread thread
                ? "thread \"" + thread.getName() + "\""
                : String.valueOf(poller);
    }
}
