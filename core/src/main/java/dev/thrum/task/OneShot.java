package dev.thrum.task;

import org.jspecify.annotations.Nullable;

/**
 * The rule that an async belongs to who polls it first, and is not polled again after it completed.
 * Each has a field {@code owner}, null at first, for this to check.
 */
final class OneShot {
    /** As owner: the async has completed. */
    static final Object ENDED = new Object();

    private OneShot() {}

    /**
     * Checks the rule at the beginning of a poll. Two threads that break it at the very same moment
     * may both pass; the woven blocks inside, which claim atomically, then stop one of them.
     *
     * @param owner the owner as it was
     * @return the owner from now on
     * @throws IllegalStateException if the rule is broken
     */
    static Object claim(Object self, @Nullable Object owner, Context cx) {
        Object poller = pollerOf(cx);
        if (owner != poller && owner != null && !isHandedOn(owner, poller)) {
            throw misuse(self.toString(), owner == ENDED, owner, poller);
        }
        return poller;
    }

    /** The task that polls with {@code cx}, if any. */
    static @Nullable TaskCell<?> taskOf(Context cx) {
        if (cx instanceof TaskCell<?> task) {
            return task;
        }
        TaskCell<?> task = cx instanceof Region region ? region.cell() : null;
        return task == null ? currentTask() : task;
    }

    /** The task of a poll by hand. */
    private static @Nullable TaskCell<?> currentTask() {
        TaskCell<?> task = Current.task();
        if (task instanceof RootTask<?> root) {
            root.becomesKnown();
        }
        return task;
    }

    /** The runtime of the task that polls with {@code cx}; outside of tasks the global one. */
    static TaskRuntime runtimeOf(Context cx) {
        TaskCell<?> task = taskOf(cx);
        return task == null ? TaskRuntime.global() : task.runtime;
    }

    /**
     * Who polls: the task, or the part of a {@link Group} within it, or outside of tasks the
     * thread.
     */
    static Object pollerOf(Context cx) {
        if (cx instanceof TaskCell<?> itself) {
            return itself; // no part of it
        }
        TaskCell<?> task = taskOf(cx);
        if (task == null) {
            return Thread.currentThread();
        }
        Child part = cx instanceof Region region ? region.part() : null;
        return part == null ? task : part;
    }

    /**
     * Whether {@code poller} may go on with what {@code owner} has polled: if both are one task,
     * but not two parts of it that live side by side. Only the one that polled last would be woken,
     * and the other would wait for ever.
     */
    static boolean isHandedOn(Object owner, Object poller) {
        if (owner instanceof Child part && part.isRivalOf(poller)) {
            return false;
        }
        TaskCell<?> task = homeOf(owner);
        return task != null && task == homeOf(poller);
    }

    private static @Nullable TaskCell<?> homeOf(Object poller) {
        return poller instanceof Region region ? region.cell() : null;
    }

    static IllegalStateException misuse(
            String async, boolean ended, @Nullable Object owner, Object poller) {
        String first = name(owner);
        String second = name(poller);
        String what;
        if (ended) {
            what =
                    " is polled after it completed: it is one-shot, so make a new one for each"
                            + " await, or spawn it and await its handle";
        } else if (first.equals(second)) {
            what =
                    " is awaited twice at once, by two parts of a join or race in "
                            + first
                            + ": make one for each, or spawn it and share its handle";
        } else {
            what =
                    " belongs to "
                            + first
                            + ", which polled it first, and is now polled by "
                            + second
                            + ": spawn it and share its handle";
        }
        return new IllegalStateException(async + what);
    }

    private static String name(@Nullable Object poller) {
        if (poller instanceof Thread thread) {
            return "thread \"" + thread.getName() + "\"";
        }
        TaskCell<?> task = poller == null ? null : homeOf(poller);
        return task == null ? "somebody else" : task.task().toString();
    }
}
