package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class RootlessPanicTest {
    private static final class Fatal extends Error {
        private static final long serialVersionUID = 1L;

        Fatal(String message) {
            super(message);
        }
    }

    // ---- P4 ----

    @Test
    void P4_withoutARootItGoesToTheUncaughtExceptionHandler() throws Exception {
        List<Fatal> errors = new ArrayList<>();
        try (Reports reports = new Reports()) {
            for (int kind = 0; kind < 2; kind++) {
                Fatal fatal = new Fatal("rootless " + kind);
                errors.add(fatal);
                JoinHandle<Object> handle =
                        kind == 0
                                ? Task.spawn(Async.failed(fatal))
                                : Task.spawnBlocking(() -> {
                                    throw fatal;
                                });

                assertThat(Reports.take(reports.uncaught)).isSameAs(fatal);
                assertThat(Task.blockOn(handle.outcome())).isEqualTo(new Outcome.Failed<>(fatal));
            }
            assertThat(reports.uncaught).isEmpty();
            assertThat(reports.logged).isEmpty();
        }
    }

    @Test
    void P4_afterTheRootHasEndedItGoesToTheUncaughtExceptionHandler() throws Exception {
        Fatal fatal = new Fatal("late");
        Door<Void> door = new Door<>();
        try (Reports reports = new Reports()) {
            Task.blockOn(() -> Task.spawn(() -> Task.spawn(door)).await());
            door.awaitPolled();

            door.fail(fatal);

            assertThat(Reports.take(reports.uncaught)).isSameAs(fatal);
        }
    }

    @Test
    void P4_onPanicReplacesThePolicy() throws Exception {
        Fatal fatal = new Fatal("handled");
        List<Object> handled = new CopyOnWriteArrayList<>();
        CountDownLatch done = new CountDownLatch(1);
        try (Reports reports = new Reports();
                TaskRuntime runtime =
                        TaskRuntime.builder()
                                .workers(1)
                                .onPanic((task, panic) -> {
                                    handled.add(task.name().orElse("?"));
                                    handled.add(panic);
                                    done.countDown();
                                })
                                .build()) {
            String root =
                    runtime.blockOn(() -> {
                        JoinHandle<Object> child =
                                Task.builder().name("child").spawn(Async.failed(fatal));
                        child.outcome().await();
                        Task.yieldNow().await();
                        return "goes on";
                    });

            Door.await(done);
            assertThat(root).isEqualTo("goes on");
            assertThat(handled).containsExactly("child", fatal);
            assertThat(reports.uncaught).isEmpty();
            assertThat(fatal.getSuppressed()).isEmpty();
        }
    }
}
