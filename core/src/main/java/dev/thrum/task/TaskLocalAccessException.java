package dev.thrum.task;

/** A {@link TaskLocal} was used outside of a task, or after its value had been destroyed. */
public final class TaskLocalAccessException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    TaskLocalAccessException(String message) {
        super(message);
    }
}
