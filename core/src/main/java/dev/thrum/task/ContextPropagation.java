package dev.thrum.task;

/**
 * Carries what libraries keep in {@link ThreadLocal}s (a logging MDC, the current span) from who
 * spawns a task to the task, whichever threads poll it.
 *
 * {@snippet :
 * TaskRuntime runtime = TaskRuntime.builder()
 *         .context(ContextPropagation.of(REQUEST_ID))
 *         .build();
 *
 * // OpenTelemetry:
 * ContextPropagation spans = () -> {
 *     Context captured = Context.current();
 *     return () -> captured.makeCurrent()::close;
 * };
 * }
 *
 * <p>When a task is spawned, {@link #capture()} is called once, on the spawning thread. Around each
 * poll of its body, on the thread that polls, the snapshot is {@linkplain Snapshot#restore()
 * restored} and the scope closed again; around the telling of a cancellation too, and once around
 * blocking code. So a task's children get what it has got. Holds for {@code spawn}, {@code
 * spawnLocal}, {@code spawnBlocking}, {@code blockOn}, executor views and the children of scopes
 * and sets; destructors of task-locals run outside of it.
 *
 * <p>What a body changes in a thread-local is gone with the poll, at the next await that suspends;
 * for values of a task's own there is {@link TaskLocal}.
 *
 * <p>Tasks without propagation pay nothing for it. With it, a task has one object more, and a poll
 * the cost of restoring and closing.
 *
 * <p>Called by any number of threads at once. What {@code capture} throws is thrown by the spawn;
 * what a snapshot throws, the task fails with.
 *
 * @see TaskRuntime.Builder#context
 * @see Task.Builder#context
 */
@FunctionalInterface
public interface ContextPropagation {
    /** Takes what the calling thread has now. */
    Snapshot capture();

    /** What was captured; restored any number of times, by any thread, one after another. */
    @FunctionalInterface
    interface Snapshot {
        /** Gives the calling thread what was captured, until the scope is closed on it. */
        Scope restore();
    }

    /** A stretch in which a thread has what was captured. */
    @FunctionalInterface
    interface Scope extends AutoCloseable {
        /** Gives the thread back what it had before. Called once, on the same thread. */
        @Override
        void close();
    }

    /** Carries the values of these thread-locals; of none, nothing. */
    static ContextPropagation of(ThreadLocal<?>... locals) {
        return new ThreadLocals(locals);
    }
}
