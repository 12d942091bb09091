package dev.thrum.poll;

import org.jspecify.annotations.Nullable;

/** A waker of one part of a task, say of a race or a join, which wakes that part alone. */
public interface PartWaker {
    /** The task, a {@code dev.thrum.task.Task}; null if none polls. */
    @Nullable Object task();

    /**
     * Whether what this part has polled must not be polled by whom {@code waker} wakes: another
     * part, which lives beside this one. Only the one that polled last would be woken, and the
     * other would wait for ever.
     */
    boolean isRivalOf(Object waker);
}
