package dev.thrum.waiting;

import dev.thrum.poll.TaskWaker;
import dev.thrum.task.Task;
import dev.thrum.task.Waker;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who polls: the task, or outside of tasks the thread. What is one-shot remembers an owner, and
 * checks it when it is polled with another waker than before; the same waker is the same task's.
 */
public final class Owner {
    private Owner() {}

    /**
     * The owner of what the caller polls.
     *
     * @param waker that of the poll; if it is a task's own it stands for the task, which is cheaper
     *     than asking who that is
     */
    public static Object of(Waker waker) {
        return waker instanceof TaskWaker ? waker : caller();
    }

    /** Whether the caller, a task or a thread, is the owner. */
    public static boolean isCaller(Object owner) {
        return caller().equals(owner instanceof TaskWaker task ? task.task() : owner);
    }

    /**
     * Checks that the caller owns what it polls.
     *
     * @param async what is polled, as in the message
     * @param owner null if it has none any more
     * @throws IllegalStateException if the caller is another one
     */
    public static void check(Object async, @Nullable Object owner) {
        if (owner == null || !isCaller(owner)) {
            throw new IllegalStateException(
                    async
                            + " belongs to "
                            + (owner == null ? "nobody" : name(owner))
                            + ", which polled it first, and is now polled by "
                            + name(caller())
                            + ": make one for each task, or spawn it and share its handle");
        }
    }

    /** What a poll of something one-shot throws after that has completed. */
    public static IllegalStateException completed(Object async) {
        return new IllegalStateException(
                async
                        + " is polled after it completed: it is one-shot, so make a new one for"
                        + " each await, or spawn it and await its handle");
    }

    private static String name(Object owner) {
        return owner instanceof Thread thread
                ? "thread \"" + thread.getName() + "\""
                : owner instanceof TaskWaker task ? task.task().toString() : owner.toString();
    }

    private static Object caller() {
        Optional<Task> task = Task.tryCurrent();
        return task.isPresent() ? task.get() : Thread.currentThread();
    }
}
