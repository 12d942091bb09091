package dev.thrum.waiting;

import dev.thrum.poll.TaskWaker;
import dev.thrum.task.Task;
import dev.thrum.task.Waker;
import java.util.Optional;

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

    /** The owner's name, for messages. */
    public static String name(Object owner) {
        return owner instanceof Thread thread
                ? "thread \"" + thread.getName() + "\""
                : owner instanceof TaskWaker task ? task.task().toString() : owner.toString();
    }

    /** The caller's name, for messages. */
    public static String callersName() {
        return name(caller());
    }

    private static Object caller() {
        Optional<Task> task = Task.tryCurrent();
        return task.isPresent() ? task.get() : Thread.currentThread();
    }
}
