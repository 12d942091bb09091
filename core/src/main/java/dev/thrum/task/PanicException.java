package dev.thrum.task;

/**
 * Marks an {@link Error} that a task threw and that reached its root: suppressed in that Error when
 * {@link Task#blockOn} throws it. The message names the task.
 */
public final class PanicException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PanicException(Task task, Throwable panic) {
        super(task + " panicked: " + describe(panic));
    }

    /** The Error's own methods are the user's: they must not keep the panic from its root. */
    private static String describe(Throwable panic) {
        try {
            return panic.toString();
        } catch (Throwable ofItsMessage) {
            return panic.getClass().getName() + ", whose message cannot be had: it throws";
        }
    }
}
