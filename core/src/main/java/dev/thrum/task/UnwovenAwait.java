package dev.thrum.task;

/** The refusal of an await that was reached outside of woven code. */
final class UnwovenAwait {
    private UnwovenAwait() {}

    static IllegalStateException illegalAwait() {
        String where =
                StackWalker.getInstance()
                        .walk(frames ->
                                frames.filter(frame -> !isOwn(frame))
                                        .findFirst()
                                        .map(StackWalker.StackFrame::toStackTraceElement)
                                        .map(StackTraceElement::toString)
                                        .orElse("an unknown method"));
        TaskCell<?> task = Current.task();
        String remedy =
                task == null
                        ? "outside of tasks wait with Task.blockOn(async)"
                        : task instanceof BlockingTask
                                ? "in spawnBlocking and in a Callable wait with"
                                        + " Task.blockOn(async)"
                                : "make the code around it an async block, as in async(() -> { …"
                                        + " x.await() … }), and await that";
        return new IllegalStateException(
                "await() at "
                        + where
                        + " is not directly in an async body, so it cannot suspend: "
                        + remedy);
    }

    private static boolean isOwn(StackWalker.StackFrame frame) {
        String name = frame.getClassName();
        return name.equals(UnwovenAwait.class.getName()) || name.equals(Async.class.getName());
    }
}
