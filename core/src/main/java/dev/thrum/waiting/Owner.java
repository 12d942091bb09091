package dev.thrum.waiting;

import dev.thrum.poll.PartWaker;
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
     * @param waker that of the poll; if it is that of a task, or of a part of one, it stands for
     *     that, which is cheaper than asking who that is
     */
    public static Object of(Waker waker) {
        return waker instanceof TaskWaker || waker instanceof PartWaker ? waker : caller();
    }

    /** Whether the caller, a task or a thread, is the owner. */
    public static boolean isCaller(Object owner) {
        Object task = taskOf(owner);
        return task == null || caller().equals(task);
    }

    /** The task of an owner that is one, or a part of one; else the owner. */
    private static @Nullable Object taskOf(Object owner) {
        return owner instanceof TaskWaker task
                ? task.task()
                : owner instanceof PartWaker part ? part.task() : owner;
    }

    /**
     * Checks that the caller owns what it polls, or may take it over.
     *
     * @param async what is polled, as in the message
     * @param owner null if it has none any more
     * @param waker that of this poll, which is not that of the one before
     * @return the owner from now on
     * @throws IllegalStateException if the caller is another task, or another part of the task that
     *     lives beside the one that owns it
     */
    public static Object check(Object async, @Nullable Object owner, Waker waker) {
        if (owner instanceof PartWaker part && part.isRivalOf(waker)) {
            throw new IllegalStateException(
                    async
                            + " is awaited twice at once, by two parts of a join or race in "
                            + name(owner)
                            + ": make one for each");
        }
        if (owner == null || !isCaller(owner)) {
            throw new IllegalStateException(
                    async
                            + " belongs to "
                            + (owner == null ? "nobody" : name(owner))
                            + ", which polled it first, and is now polled by "
                            + name(caller())
                            + ": make one for each task, or spawn it and share its handle");
        }
        return of(waker);
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
                : String.valueOf(taskOf(owner));
    }

    private static Object caller() {
        Optional<Task> task = Task.tryCurrent();
        return task.isPresent() ? task.get() : Thread.currentThread();
    }
}
