package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which tasks are alive, however many have come and gone. */
class TaskRegistryTest {
    private static final int TASKS = 20_000;

    /** Starts tasks and ends them again, now and then two thirds of those that are alive. */
    private static Async<List<JoinHandle<?>>> comeAndGo(TaskRuntime runtime, Random random) {
        return Async.async(() -> {
            List<JoinHandle<?>> alive = new ArrayList<>();
            for (int i = 0; i < TASKS; i++) {
                alive.add(runtime.spawn(Async.pending()));
                if (i % 1000 == 999) {
                    endMost(alive, random).await();
                }
            }
            return alive;
        });
    }

    private static Async<Void> endMost(List<JoinHandle<?>> alive, Random random) {
        return Async.async(() -> {
            for (Iterator<JoinHandle<?>> each = alive.iterator(); each.hasNext(); ) {
                JoinHandle<?> handle = each.next();
                if (random.nextInt(3) != 0) {
                    handle.cancel().await();
                    each.remove();
                }
            }
        });
    }

    @Test
    void R1_theTasksOfAWorkerAreKnownAsLongAsTheyLive() {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            List<JoinHandle<?>> alive = runtime.spawn(comeAndGo(runtime, new Random(7))).join();
            assertThat(runtime.aliveTasks()).hasSameElementsAs(cells(alive));
        }
    }

    @Test
    void R1_theTasksOfOtherThreadsAreKnownAsLongAsTheyLive() {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            List<JoinHandle<?>> alive = Task.blockOn(comeAndGo(runtime, new Random(8)));
            assertThat(runtime.aliveTasks()).hasSameElementsAs(cells(alive));
        }
    }

    private static List<TaskCell<?>> cells(List<JoinHandle<?>> handles) {
        List<TaskCell<?>> cells = new ArrayList<>();
        for (JoinHandle<?> handle : handles) {
            cells.add((TaskCell<?>) handle);
        }
        return cells;
    }
}
