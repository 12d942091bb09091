package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class SpawnBlockingTest {

    @Test
    void T4_runsOffTheWorkersAndGivesTheValue() {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).threadName("w").build()) {
            String thread = runtime.spawnBlocking(() -> Thread.currentThread().getName()).join();

            assertThat(thread).doesNotStartWith("w-");
            assertThat(runtime.spawnBlocking(() -> (String) null).join()).isNull();
        }
    }

    @Test
    void T4_theOnlyWorkerGoesOnMeanwhile() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            CountDownLatch latch = new CountDownLatch(1);
            JoinHandle<Void> blocked = runtime.spawnBlocking(() -> latch.await());

            assertThat(runtime.spawn(() -> 1).join()).isEqualTo(1);
            assertThat(blocked.isDone()).isFalse();
            latch.countDown();
            assertThat(blocked.join()).isNull();
        }
    }

    @Test
    void T4_tenThousandThatWaitForEachOther() {
        int count = 10_000;
        CyclicBarrier barrier = new CyclicBarrier(count);
        List<JoinHandle<Integer>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(Task.spawnBlocking(() -> barrier.await()));
        }

        List<Integer> arrivals = Task.blockOn(Async.joinAll(all));

        assertThat(arrivals).doesNotHaveDuplicates().hasSize(count);
    }

    @Test
    void T4_runMayThrowCheckedExceptions() {
        IOException failure = new IOException("disk");

        assertThatThrownBy(() ->
                        Task.spawnBlocking(
                                        () -> {
                                            throw failure;
                                        })
                                .join())
                .isExactlyInstanceOf(CompletionException.class)
                .cause()
                .isSameAs(failure);
    }

    @Test
    void T4_isATask() {
        TaskLocal<int[]> local = TaskLocal.withInitial(() -> new int[1]);
        CountDownLatch known = new CountDownLatch(1);
        JoinHandle<Task> handle =
                Task.builder()
                        .name("reader")
                        .spawnBlocking(() -> {
                            known.await();
                            local.get()[0]++;
                            assertThat(local.get()).containsExactly(1);
                            return Task.current();
                        });
        known.countDown();

        assertThat(handle.join()).isEqualTo(handle.task());
        assertThat(handle.task().name()).contains("reader");
    }

    @Test
    void T4_seesTheRuntimeItWasStartedOnAndMaySpawnThere() {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            assertThat(runtime.spawnBlocking(() -> TaskRuntime.current()).join()).isSameAs(runtime);
            JoinHandle<TaskRuntime> child =
                    runtime.spawnBlocking(() -> Task.spawn(() -> TaskRuntime.current())).join();
            assertThat(child.join()).isSameAs(runtime);
            assertThat(runtime.spawnBlocking(() -> Task.spawnBlocking(() -> 1).join()).join())
                    .isEqualTo(1);
        }
    }

    // ---- cancelling ----

    /** Blocking code that says when it runs, waits to be interrupted, and then does something. */
    private static <T> Callable<T> interruptible(CountDownLatch running, Callable<T> afterwards) {
        return () -> {
            running.countDown();
            try {
                new CountDownLatch(1).await();
                throw new AssertionError("not interrupted");
            } catch (InterruptedException e) {
                return afterwards.call();
            }
        };
    }

    @Test
    void T4_cancelInterruptsAndWhatItThrowsThenIsCancelled() throws Exception {
        for (Exception thrown :
                List.of(new InterruptedException(), new IOException(), new RuntimeException())) {
            CountDownLatch running = new CountDownLatch(1);
            JoinHandle<Void> handle =
                    Task.spawnBlocking(
                            interruptible(
                                    running,
                                    () -> {
                                        throw thrown;
                                    }));
            Door.await(running);

            assertThat(Task.blockOn(handle.cancel())).isEqualTo(new Outcome.Cancelled<>());
            assertThatThrownBy(handle::join).isInstanceOf(CancellationException.class);
        }
    }

    @Test
    void T4_codeThatReturnsAllTheSameKeepsItsValue() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        JoinHandle<String> handle = Task.spawnBlocking(interruptible(running, () -> "partial"));
        Door.await(running);

        assertThat(Task.blockOn(handle.cancel())).isEqualTo(new Outcome.Succeeded<>("partial"));
    }

    @Test
    void T4_anErrorAfterTheInterruptIsAFailure() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        Error error = new AssertionError("not Cancelled");
        JoinHandle<Void> handle =
                Task.builder()
                        .isolated()
                        .spawnBlocking(
                                interruptible(
                                        running,
                                        () -> {
                                            throw error;
                                        }));
        Door.await(running);

        assertThat(Task.blockOn(handle.cancel())).isEqualTo(new Outcome.Failed<>(error));
    }

    @Test
    void T4_theHandleIsNotDoneBeforeTheCodeHasReturned() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        JoinHandle<Integer> handle =
                Task.spawnBlocking(
                        interruptible(
                                running,
                                () -> {
                                    interrupted.countDown();
                                    goOn.await();
                                    return 1;
                                }));
        Door.await(running);
        Async<Outcome<Integer>> cancelled = handle.cancel();
        Door.await(interrupted);

        assertThat(handle.isDone()).isFalse();
        goOn.countDown();
        assertThat(Task.blockOn(cancelled)).isEqualTo(new Outcome.Succeeded<>(1));
    }

    @Test
    void T4_isInterruptedOnce() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch again = new CountDownLatch(1);
        JoinHandle<Boolean> handle =
                Task.spawnBlocking(
                        interruptible(
                                running,
                                () -> {
                                    again.await();
                                    return Thread.currentThread().isInterrupted();
                                }));
        Door.await(running);
        handle.cancel();
        handle.cancel();
        again.countDown();

        assertThat(handle.join()).isFalse();
    }

    @Test
    void T4_anInterruptThatIsNotACancelIsAFailure() {
        JoinHandle<Void> handle =
                Task.spawnBlocking(() -> {
                    Thread.currentThread().interrupt();
                    new CountDownLatch(1).await();
                });

        assertThat(Task.blockOn(handle.outcome()))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed ->
                                assertThat(failed.cause())
                                        .isInstanceOf(InterruptedException.class));
    }

    @Test
    void T4_afterTheInterruptCleanupMayBlockAndBlockOn() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        JoinHandle<Integer> handle =
                Task.spawnBlocking(
                        interruptible(
                                running, () -> Task.blockOn(() -> Task.spawn(() -> 7).await())));
        Door.await(running);

        assertThat(Task.blockOn(handle.cancel())).isEqualTo(new Outcome.Succeeded<>(7));
    }

    @Test
    void T4_cancelReachesABlockOnInside() throws Exception {
        Door<Void> door = new Door<>();
        JoinHandle<Void> handle = Task.spawnBlocking(() -> Task.blockOn(door));
        door.awaitPolled();

        assertThat(Task.blockOn(handle.cancel())).isEqualTo(new Outcome.Cancelled<>());
        assertThat(door.cancels).hasValue(1);
    }

    // ---- on an executor of one's own ----

    @Test
    void T4_oneCancelledBeforeItsStartNeverRunsAndEndsAtOnce() throws Exception {
        List<Runnable> queue = new ArrayList<>();
        AtomicBoolean ran = new AtomicBoolean();
        try (TaskRuntime runtime =
                TaskRuntime.builder().workers(1).blockingExecutor(queue::add).build()) {
            JoinHandle<Void> handle = runtime.spawnBlocking(() -> ran.set(true));

            handle.cancel();

            assertThat(handle.isDone()).isTrue();
            assertThat(Task.blockOn(handle.outcome())).isEqualTo(new Outcome.Cancelled<>());
            queue.getFirst().run();
            assertThat(ran).isFalse();
        }
    }

    @Test
    void T4_theInterruptNeverHitsWhatTheThreadDoesNext() throws Exception {
        List<Boolean> flags = new CopyOnWriteArrayList<>();
        TaskLocal<String> local = TaskLocal.withInitial(() -> "", value -> flags.add(isFlagSet()));
        try (ExecutorService pool = Executors.newSingleThreadExecutor();
                TaskRuntime runtime =
                        TaskRuntime.builder()
                                .workers(1)
                                .blockingExecutor(command ->
                                        pool.execute(() -> {
                                            command.run();
                                            flags.add(isFlagSet());
                                        }))
                                .build()) {
            CountDownLatch running = new CountDownLatch(1);
            JoinHandle<String> handle =
                    runtime.spawnBlocking(() -> {
                        running.countDown();
                        while (!isFlagSet()) {
                            Thread.onSpinWait();
                        }
                        return local.get() + "leaves its flag set";
                    });
            Door.await(running);
            handle.cancel();
            assertThat(handle.join()).isEqualTo("leaves its flag set");

            for (int i = 0; i < 1000; i++) { // the end of the code meets the interrupt
                runtime.spawnBlocking(() -> 1).cancel();
            }
        }

        assertThat(flags).hasSize(1002).containsOnly(false);
    }

    private static boolean isFlagSet() {
        return Thread.currentThread().isInterrupted();
    }

    @Test
    void T4_aRefusalOfTheExecutorGoesToTheCallerAndLeavesNoTask() {
        RejectedExecutionException refusal = new RejectedExecutionException("full");
        TaskRuntime runtime =
                TaskRuntime.builder()
                        .workers(1)
                        .blockingExecutor(command -> {
                            throw refusal;
                        })
                        .build();
        try (runtime) {
            Throwable thrown = catchThrowable(() -> runtime.spawnBlocking(() -> 1));

            assertThat(thrown).isSameAs(refusal);
            assertThat(runtime.aliveTasks()).isEmpty();
        }
    }

    @Test
    void badInput_nullIsRefusedByName() {
        assertThatThrownBy(() -> Task.spawnBlocking((Callable<?>) null)).hasMessage("code");
        assertThatThrownBy(() -> Task.spawnBlocking((BlockingRunnable) null)).hasMessage("code");
        assertThatThrownBy(() -> TaskRuntime.builder().blockingExecutor(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("executor");
    }
}
