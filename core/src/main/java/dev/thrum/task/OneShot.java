package dev.thrum.task;

import org.jspecify.annotations.Nullable;

/**
 * The rule that an async belongs to who polls it first, and is not polled again after it completed:
 * for combinators, as a field of theirs.
 */
final class OneShot {
    private static final Object ENDED = new Object();

    private @Nullable Object owner;

    /**
     * Checks the rule at the beginning of a poll. Two threads that break it at the very same moment
     * may both pass; the woven blocks inside, which claim atomically, then stop one of them.
     *
     * @throws IllegalStateException if the rule is broken
     */
    void claim(Object self, Context cx) {
        Object poller = pollerOf(cx);
        if (owner == null) {
            owner = poller;
        } else if (owner != poller) {
            throw misuse(self.toString(), owner == ENDED, owner, poller);
        }
    }

    boolean isClaimed() {
        return owner != null;
    }

    void end() {
        owner = ENDED;
    }

    /** The task that polls with {@code cx}, if any. */
    static @Nullable TaskCell<?> taskOf(Context cx) {
        if (cx instanceof TaskCell<?> task) {
            return task;
        }
        TaskCell<?> task = cx instanceof Region region ? region.cell() : null;
        return task == null ? Current.task() : task;
    }

    /** The runtime of the task that polls with {@code cx}; outside of tasks the global one. */
    static TaskRuntime runtimeOf(Context cx) {
        TaskCell<?> task = taskOf(cx);
        return task == null ? TaskRuntime.global() : task.runtime;
    }

    /** Who polls: the task, or outside of tasks the thread. */
    static Object pollerOf(Context cx) {
        TaskCell<?> task = taskOf(cx);
        return task == null ? Thread.currentThread() : task;
    }

    static IllegalStateException misuse(
            String async, boolean ended, @Nullable Object owner, Object poller) {
        String what =
                ended
                        ? " is polled after it completed: it is one-shot, so make a new one for"
                                + " each await, or spawn it and await its handle"
                        : " belongs to "
                                + name(owner)
                                + ", which polled it first, and is now polled by "
                                + name(poller)
                                + ": spawn it and share its handle";
        return new IllegalStateException(async + what);
    }

    private static String name(@Nullable Object poller) {
        return switch (poller) {
            case TaskCell<?> task -> task.task().toString();
            case Thread thread -> "thread \"" + thread.getName() + "\"";
            case null, default -> "somebody else";
        };
    }
}
