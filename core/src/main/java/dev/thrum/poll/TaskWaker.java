package dev.thrum.poll;

/** A waker that is a task's own: it wakes that task, and no part of it alone. */
public interface TaskWaker {
    /** The task, a {@code dev.thrum.task.Task}. */
    Object task();
}
