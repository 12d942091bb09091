package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class CloseLocalTest {
    private final List<String> log = new CopyOnWriteArrayList<>();

    private static TaskRuntime runtime() {
        return TaskRuntime.builder().workers(1).build();
    }

    private static Outcome<?> outcome(JoinHandle<?> handle) {
        return Task.blockOn(handle.outcome());
    }

    // ---- local tasks ----

    @Test
    void R1_localTasksWhoseThreadDrivesNothingAreDroppedWithAReport() {
        TaskLocal<String> local = TaskLocal.withInitial(() -> "", value -> log.add("destroyed"));
        try (Reports reports = new Reports()) {
            TaskRuntime runtime = runtime();
            JoinHandle<Void> left =
                    runtime.blockOn(() -> {
                        JoinHandle<Void> task =
                                Task.builder()
                                        .name("left")
                                        .spawnLocal(() -> {
                                            local.get();
                                            Async.pending().await();
                                        });
                        Task.yieldNow().await();
                        return task;
                    });

            runtime.close();

            assertThat(outcome(left)).isEqualTo(new Outcome.Cancelled<>());
            assertThat(reports.logged)
                    .singleElement()
                    .satisfies(record -> assertThat(record.getMessage()).contains("left"));
            assertThat(log).containsExactly("destroyed");
            assertThat(Task.blockOn(() -> "the thread is fine")).isEqualTo("the thread is fine");
        }
    }

    @Test
    void R1_localTasksOfTheClosingThreadAreNotWaitedForButCleanUp() {
        TaskRuntime runtime = runtime();
        JoinHandle<Void> mine =
                Task.blockOn(() -> {
                    JoinHandle<Void> task =
                            runtime.taskBuilder()
                                    .spawnLocal(() -> {
                                        try {
                                            Async.pending().await();
                                        } finally {
                                            Task.yieldNow().await();
                                            log.add("cleanup");
                                        }
                                    });
                    Task.yieldNow().await();
                    runtime.close();
                    log.add("closed");
                    task.outcome().await();
                    return task;
                });

        assertThat(outcome(mine)).isEqualTo(new Outcome.Cancelled<>());
        assertThat(log).containsExactly("closed", "cleanup");
    }
}
