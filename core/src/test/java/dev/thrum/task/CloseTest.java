package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class CloseTest {
    private final List<String> log = new CopyOnWriteArrayList<>();

    private static TaskRuntime runtime() {
        return TaskRuntime.builder().workers(1).build();
    }

    private static TaskRuntime impatient() {
        return TaskRuntime.builder().workers(1).closeTimeout(Duration.ZERO).build();
    }

    private static Outcome<?> outcome(JoinHandle<?> handle) {
        return Task.blockOn(handle.outcome());
    }

    @Test
    void R1_closeCancelsAllAndWaitsForTheirCleanup() throws Exception {
        TaskRuntime runtime = runtime();
        Door<Void> door = new Door<>();
        CountDownLatch running = new CountDownLatch(1);
        JoinHandle<Void> suspended =
                runtime.spawn(() -> {
                    try {
                        door.await();
                    } finally {
                        Task.sleep(Duration.ofMillis(1)).await();
                        log.add("suspended");
                    }
                });
        JoinHandle<Void> blocking =
                runtime.spawnBlocking(() -> {
                    running.countDown();
                    try {
                        new CountDownLatch(1).await();
                    } finally {
                        log.add("blocking");
                    }
                });
        door.awaitPolled();
        Door.await(running);

        runtime.close();

        assertThat(log).containsExactlyInAnyOrder("suspended", "blocking");
        assertThat(outcome(suspended)).isEqualTo(new Outcome.Cancelled<>());
        assertThat(outcome(blocking)).isEqualTo(new Outcome.Cancelled<>());
        assertThat(runtime.aliveTasks()).isEmpty();
    }

    @Test
    void R1_closeIsIdempotentAndEndsTheThreads() throws Exception {
        TaskRuntime runtime = runtime();
        Thread worker = runtime.spawn(() -> Thread.currentThread()).join();

        runtime.close();
        runtime.close();

        worker.join();
    }

    @Test
    void R1_closeOfARuntimeThatNeverStarted() {
        try (TaskRuntime runtime = runtime()) {
            assertThat(runtime.toString()).contains("TaskRuntime");
        }
    }

    @Test
    void R1_closeCancelsARootOnItsThread() throws Exception {
        TaskRuntime runtime = runtime();
        Door<Void> door = new Door<>();
        FutureTask<Throwable> root =
                new FutureTask<>(() -> catchThrowable(() -> runtime.blockOn(door)));
        Thread.ofPlatform().start(root);
        door.awaitPolled();

        runtime.close();

        assertThat(root.get()).isInstanceOf(CancellationException.class);
    }

    @Test
    void R1_cleanupMayNotSpawnButMayWaitForOthers() throws Exception {
        TaskRuntime runtime = runtime();
        Door<Void> door = new Door<>();
        List<Throwable> refused = new CopyOnWriteArrayList<>();
        JoinHandle<Void> first = runtime.spawn(door);
        runtime.spawn(() -> {
            try {
                door.await();
            } finally {
                first.outcome().await();
                refused.add(catchThrowable(() -> Task.spawn(() -> 1)));
            }
        });
        runtime.spawn(() -> 1).join(); // both wait

        runtime.close();

        assertThat(refused).singleElement().isInstanceOf(RejectedExecutionException.class);
    }

    // ---- tasks that do not end ----

    @Test
    void R1_closeLogsWhatDidNotEndInTimeAndItsHandleIsDone() throws Exception {
        try (Reports reports = new Reports()) {
            TaskRuntime runtime = impatient();
            Door<Void> door = new Door<>();
            JoinHandle<Void> stubborn =
                    runtime.taskBuilder()
                            .name("stubborn")
                            .spawn(() -> {
                                try {
                                    door.await();
                                } finally {
                                    Async.pending().await();
                                }
                            });
            door.awaitPolled();

            runtime.close();

            LogRecord record = Reports.take(reports.logged);
            assertThat(record.getMessage()).contains("stubborn", "close timeout");
            assertThat(outcome(stubborn)).isEqualTo(new Outcome.Cancelled<>());
        }
    }

    @Test
    void R1_closeDoesNotHangThoughTheOnlyWorkerIsBlocked() throws Exception {
        try (Reports reports = new Reports()) {
            TaskRuntime runtime = impatient();
            CountDownLatch running = new CountDownLatch(1);
            CountDownLatch latch = new CountDownLatch(1);
            JoinHandle<Integer> hog =
                    runtime.taskBuilder()
                            .name("hog")
                            .spawn(cx -> {
                                running.countDown();
                                Door.await(latch);
                                return Poll.ready(1);
                            });
            JoinHandle<Integer> queued = runtime.taskBuilder().name("queued").spawn(() -> 2);
            Door.await(running);

            runtime.close();

            assertThat(List.of(message(reports), message(reports)))
                    .anyMatch(message -> message.contains("hog"))
                    .anyMatch(message -> message.contains("queued"));
            assertThat(outcome(queued)).isEqualTo(new Outcome.Cancelled<>());
            assertThat(hog.isDone()).isFalse();
            latch.countDown();
            assertThat(outcome(hog)).isEqualTo(new Outcome.Succeeded<>(1));
        }
    }

    private static String message(Reports reports) throws InterruptedException {
        return Reports.take(reports.logged).getMessage();
    }

    @Test
    void R1_aTaskThatIsWokenAfterTheEndOfTheWorkersEnds() throws Exception {
        try (Reports reports = new Reports()) {
            TaskRuntime runtime = impatient();
            Door<Void> door = new Door<>();
            CountDownLatch inPoll = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            JoinHandle<Void> late =
                    runtime.spawn(() -> {
                        inPoll.countDown();
                        Door.await(goOn);
                        door.shield().await();
                    });
            Door.await(inPoll);
            runtime.close();
            assertThat(late.isDone()).isFalse();
            assertThat(reports.logged).hasSize(1);

            goOn.countDown();
            door.awaitPolled();
            door.open(null);

            outcome(late);
        }
    }

    @Test
    void R1_anInterruptDoesNotCutTheCleanupShort() throws Exception {
        TaskRuntime runtime = runtime();
        Door<Void> door = new Door<>();
        Door<Void> cleanup = new Door<>();
        runtime.spawn(() -> {
            try {
                door.await();
            } finally {
                cleanup.await();
                log.add("cleanup");
            }
        });
        door.awaitPolled();
        FutureTask<Boolean> closing =
                new FutureTask<>(() -> {
                    Thread.currentThread().interrupt();
                    runtime.close();
                    return Thread.currentThread().isInterrupted();
                });
        Thread.ofPlatform().start(closing);
        cleanup.awaitPolled();
        cleanup.open(null);

        assertThat(closing.get()).isTrue();
        assertThat(log).containsExactly("cleanup");
    }

    // ---- from within ----

    @Test
    void R1_calledFromOneOfItsTasksItDoesNotWaitForThat() throws Exception {
        TaskRuntime runtime = runtime();
        Door<Void> door = new Door<>();
        JoinHandle<Void> other = runtime.spawn(door);
        door.awaitPolled();
        AtomicBoolean cancelled = new AtomicBoolean();
        JoinHandle<Thread> closer =
                runtime.spawn(() -> {
                    runtime.close();
                    cancelled.set(Task.current().isCancelled());
                    assertThat(other.isDone()).isTrue();
                    return Thread.currentThread();
                });
        Thread worker = closer.join();

        assertThat(cancelled).isTrue();
        worker.join(); // the workers end when that task has
    }

    @Test
    void R1_calledFromItsRootItsBlockingCodeAndNestedOnes() throws Exception {
        TaskRuntime ofRoot = runtime();
        String root =
                ofRoot.blockOn(() -> {
                    ofRoot.close();
                    return "root";
                });
        TaskRuntime ofBlocking = runtime();
        JoinHandle<String> blocking =
                ofBlocking.spawnBlocking(() -> {
                    ofBlocking.close();
                    return "blocking";
                });
        TaskRuntime ofNested = runtime();
        JoinHandle<String> nested =
                ofNested.spawn(() ->
                        Task.blockOn(() -> {
                            ofNested.close();
                            return "nested";
                        }));

        assertThat(root).isEqualTo("root");
        assertThat(outcome(blocking)).isEqualTo(new Outcome.Succeeded<>("blocking"));
        assertThat(outcome(nested)).isEqualTo(new Outcome.Succeeded<>("nested"));
    }

    @Test
    void R1_closingFromATaskLetsTheOnlyWorkerCleanUpTheOthers() throws Exception {
        TaskRuntime runtime = runtime();
        Door<Void> door = new Door<>();
        runtime.spawn(() -> {
            try {
                door.await();
            } finally {
                Task.yieldNow().await();
                log.add("cleanup");
            }
        });
        door.awaitPolled();
        JoinHandle<List<String>> closer =
                runtime.spawn(() -> {
                    runtime.close();
                    return List.copyOf(log);
                });

        assertThat(closer.join()).containsExactly("cleanup");
    }

    // ---- close against spawn ----

    @Test
    void R1_whatIsSpawnedWhileItClosesIsRefusedOrEnds() throws Exception {
        for (int round = 0; round < 100; round++) {
            TaskRuntime runtime = TaskRuntime.builder().workers(2).build();
            List<List<JoinHandle<?>>> perThread = new ArrayList<>();
            List<Thread> threads = new ArrayList<>();
            CountDownLatch started = new CountDownLatch(3);
            for (int i = 0; i < 3; i++) {
                List<JoinHandle<?>> handles = new ArrayList<>();
                perThread.add(handles);
                threads.add(
                        Thread.ofPlatform()
                                .start(() -> spawnUntilRefused(runtime, handles, started)));
            }
            Door.await(started);

            runtime.close();

            for (Thread thread : threads) {
                thread.join();
            }
            for (List<JoinHandle<?>> handles : perThread) {
                for (JoinHandle<?> handle : handles) {
                    outcome(handle); // does not hang
                }
            }
        }
    }

    private static void spawnUntilRefused(
            TaskRuntime runtime, List<JoinHandle<?>> handles, CountDownLatch started) {
        try {
            while (true) {
                handles.add(runtime.spawn(Async.pending()));
                handles.add(runtime.spawn(() -> 1));
                handles.add(runtime.spawnBlocking(() -> 1));
                started.countDown();
            }
        } catch (RejectedExecutionException closed) {
            // as it should be
        }
    }
}
