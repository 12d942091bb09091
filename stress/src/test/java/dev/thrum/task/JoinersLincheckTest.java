package dev.thrum.task;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * Two that join and leave a task which ends: whoever waits at the end has been woken, whatever
 * overlapped with what.
 */
public class JoinersLincheckTest {
    private static final TaskRuntime RUNTIME = TaskRuntime.builder().workers(1).build();

    private static final class Joiner implements Waker {
        boolean waits;
        volatile boolean woken;

        @Override
        public void wake() {
            woken = true;
        }

        boolean join(TaskCell<?> task) {
            boolean ended = Joiners.isEndedElseJoin(task, this);
            waits = !ended;
            return ended;
        }

        void leave(TaskCell<?> task) {
            Joiners.leave(task, this);
            waits = false;
        }
    }

    private final TaskCell<Integer> task =
            new SharedTask<>(RUNTIME, Async.pending(), TaskAttributes.NONE);
    private final Joiner first = new Joiner();
    private final Joiner second = new Joiner();

    @Operation(nonParallelGroup = "first")
    public boolean joinFirst() {
        return first.join(task);
    }

    @Operation(nonParallelGroup = "first")
    public void leaveFirst() {
        first.leave(task);
    }

    @Operation(nonParallelGroup = "second")
    public boolean joinSecond() {
        return second.join(task);
    }

    @Operation(nonParallelGroup = "second")
    public void leaveSecond() {
        second.leave(task);
    }

    @Operation(runOnce = true)
    public void end() {
        task.transitionToPolled();
        task.transitionToEnded(TaskState.SUCCEEDED);
        Joiners.wakeAll(task);
    }

    @Validate
    public void whoWaitsWasWoken() {
        for (Joiner joiner : new Joiner[] {first, second}) {
            if (task.isEnded() && joiner.waits && !joiner.woken) {
                throw new AssertionError("a wake was lost");
            }
        }
    }

    @Test
    void W3_noJoinerIsForgotten() {
        new ModelCheckingOptions()
                .iterations(10)
                .invocationsPerIteration(2_000)
                .threads(3)
                .actorsPerThread(3)
                .check(JoinersLincheckTest.class);
    }
}
