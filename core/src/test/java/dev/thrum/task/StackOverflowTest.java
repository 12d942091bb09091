package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class StackOverflowTest {

    @SuppressWarnings("InfiniteRecursion") // on purpose
    private static void dive(TaskRuntime into) {
        into.blockOn(() -> Task.spawnLocal(() -> 1).await());
        dive(into);
    }

    @Test
    void P5_aStackThatRunsOverInBlockOnLeavesTheThreadUsable() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        List<Object> seen = new CopyOnWriteArrayList<>();
        TaskRuntime own = TaskRuntime.builder().workers(1).closeTimeout(Duration.ZERO).build();
        Thread.ofPlatform()
                .start(() -> {
                    for (int i = 0; i < 20; i++) {
                        try {
                            dive(own);
                        } catch (StackOverflowError expected) {
                            seen.add(Task.tryCurrent().isPresent());
                        } catch (Throwable other) {
                            seen.add(other);
                        }
                        seen.add(own.blockOn(() -> Task.spawnLocal(() -> "fine").await()));
                    }
                    done.countDown();
                });
        Door.await(done);
        try (Reports reports = new Reports()) {
            own.close();
            // What the stack had no room for any more is told of:
            assertThat(reports.logged).allMatch(record -> record.getMessage().startsWith("task "));
        }

        assertThat(seen).containsOnly(false, "fine");
    }
}
