package dev.thrum.task;

import dev.thrum.executor.Worker;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The transitions of {@link TaskState}, among each other: in whatever order they overlap, each has
 * the result that it would have in some order of one after the other.
 */
public class TaskStateLincheckTest {

    /** The word alone. */
    private static final class Word extends TaskState {
        @Override
        public boolean run(@Nullable Worker worker) {
            throw new AssertionError("not run here");
        }
    }

    private final Word task = new Word();

    @Operation
    public boolean wake() {
        return task.transitionToWoken();
    }

    @Operation
    public String cancel() {
        return task.transitionToCancelRequested().name();
    }

    @Operation
    public boolean look() {
        return task.transitionToLooked();
    }

    @Operation(nonParallelGroup = "poller")
    public boolean begin() {
        return TaskState.phase(task.state()) == TaskState.ACTIVE
                && TaskState.phase(task.transitionToPolled()) == TaskState.ACTIVE;
    }

    @Operation(nonParallelGroup = "poller")
    public String pending() {
        return isPolled() ? "" + task.transitionToIdle() : "not polled";
    }

    @Operation(nonParallelGroup = "poller")
    public String end() {
        if (!isPolled()) {
            return "not polled";
        }
        task.transitionToEnded(TaskState.SUCCEEDED);
        return "ended";
    }

    private boolean isPolled() {
        int phase = TaskState.phase(task.state());
        return phase == TaskState.ACTIVE || phase == TaskState.NOTIFIED;
    }

    @Test
    void W3_transitionsAreAtomic() {
        new ModelCheckingOptions()
                .iterations(30)
                .invocationsPerIteration(2_000)
                .threads(3)
                .actorsPerThread(3)
                .check(TaskStateLincheckTest.class);
    }
}
