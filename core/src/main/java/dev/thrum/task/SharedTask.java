package dev.thrum.task;

import org.jspecify.annotations.Nullable;

/** A task that any worker may poll: the ordinary kind. */
final class SharedTask<T extends @Nullable Object> extends TaskCell<T> {
    SharedTask(TaskRuntime runtime, Async<? extends T> body, TaskAttributes attributes) {
        super(runtime, body, attributes);
    }

    @Override
    boolean isPolledByRuntime() {
        return true;
    }

    @Override
    void submit() {
        if (!runtime.scheduler.execute(this)) {
            discard(); // the runtime's threads have ended; whoever awaits this must not hang
        }
    }

    @Override
    public void resubmit() {
        if (!runtime.scheduler.executeYielded(this)) {
            discard();
        }
    }
}
