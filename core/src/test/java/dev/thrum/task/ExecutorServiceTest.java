package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@link TaskRuntime#asExecutorService()}: what java.util.concurrent says of such a service. */
class ExecutorServiceTest {
    private final TaskRuntime runtime = TaskRuntime.builder().workers(1).threadName("x").build();
    private final ExecutorService service = runtime.asExecutorService();
    private final CountDownLatch busy = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);

    @AfterEach
    void close() {
        go.countDown();
        runtime.close();
    }

    /** Occupies the only worker until {@link #go}. */
    private Future<String> occupy() throws Exception {
        Future<String> running =
                service.submit(() -> {
                    busy.countDown();
                    Door.await(go);
                    return Task.current().isCancelled() ? "cancelled" : "not cancelled";
                });
        Door.await(busy);
        return running;
    }

    @Test
    void R1_commandsRunAsTasksOnTheWorkers() throws Exception {
        assertThat(service.submit(() -> Thread.currentThread().getName()).get()).isEqualTo("x-1");
        assertThat(service.submit(() -> Task.current().id().value() > 0).get()).isTrue();
        assertThat(CompletableFuture.supplyAsync(() -> 5, service).get()).isEqualTo(5);
    }

    @Test
    void whatACommandThrowsIsItsFuturesFailure() {
        Exception failure = new Exception("of the command");
        Future<Object> future =
                service.submit(() -> {
                    throw failure;
                });

        assertThatThrownBy(future::get).isInstanceOf(ExecutionException.class).hasCause(failure);
    }

    @Test
    void invokeAllAndInvokeAnyAndACompletionServiceWork() throws Exception {
        List<Integer> values = new ArrayList<>();
        List<Callable<Integer>> commands = List.of(() -> 1, () -> 2, () -> 3);
        for (Future<Integer> future : service.invokeAll(commands)) {
            values.add(future.get());
        }
        assertThat(values).containsExactly(1, 2, 3);
        assertThat(service.invokeAny(commands.subList(2, 3))).isEqualTo(3);
        var completion = new ExecutorCompletionService<Integer>(service);
        IntStream.range(0, 100).forEach(i -> completion.submit(() -> i));
        int sum = 0;
        for (int i = 0; i < 100; i++) {
            sum += completion.take().get();
        }
        assertThat(sum).isEqualTo(4950);
    }

    @Test
    void shutdownRefusesNewCommandsRunsTheOldAndThenIsTerminated() throws Exception {
        Future<String> running = occupy();
        Future<Integer> queued = service.submit(() -> 2);

        service.shutdown();

        assertThatThrownBy(() -> service.execute(() -> {}))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("shut down");
        assertThat(service.isShutdown()).isTrue();
        assertThat(service.isTerminated()).isFalse();
        assertThat(service.awaitTermination(1, TimeUnit.MILLISECONDS)).isFalse();
        go.countDown();
        assertThat(service.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        assertThat(running.get()).isEqualTo("not cancelled");
        assertThat(queued.get()).isEqualTo(2);
        assertThat(runtime.spawn(() -> "the runtime goes on").join()).startsWith("the runtime");
    }

    @Test
    void shutdownNowGivesBackWhatNeverBeganInOrderAndNoneOfItRuns() throws Exception {
        Future<String> running = occupy();
        AtomicInteger ran = new AtomicInteger();
        List<Runnable> given = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Runnable command = ran::incrementAndGet;
            given.add(command);
            service.execute(command);
        }
        Future<Integer> future = service.submit(() -> ran.incrementAndGet());

        List<Runnable> back = service.shutdownNow();

        assertThat(back.subList(0, 100)).containsExactlyElementsOf(given);
        assertThat(back.subList(100, back.size())).containsExactly((Runnable) future);
        assertThat(future.isDone()).isFalse(); // its fate is the caller's, who has it now
        go.countDown();
        assertThat(service.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        assertThat(running.get()).isEqualTo("cancelled"); // asked to, as it was running
        assertThat(ran).hasValue(0);
        back.getLast().run();
        assertThat(future.get()).isEqualTo(1);
        assertThat(service.shutdownNow()).isEmpty();
    }

    @Test
    void eachCommandEitherRunsOrIsGivenBack() throws Exception {
        for (int round = 0; round < 200; round++) {
            try (TaskRuntime many = TaskRuntime.builder().workers(2).build()) {
                ExecutorService one = many.asExecutorService();
                AtomicInteger ran = new AtomicInteger();
                AtomicInteger taken = new AtomicInteger();
                Thread submitter =
                        Thread.ofVirtual()
                                .start(() -> {
                                    try {
                                        for (; ; ) {
                                            one.execute(ran::incrementAndGet);
                                            taken.incrementAndGet();
                                        }
                                    } catch (RejectedExecutionException end) {
                                        assertThat(end).hasMessageContaining("shut down");
                                    }
                                });
                while (ran.get() < 10) {
                    Thread.onSpinWait();
                }
                int back = one.shutdownNow().size();
                submitter.join();
                assertThat(one.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
                assertThat(ran.get() + back).isEqualTo(taken.get());
            }
        }
    }

    @Test
    void P5_aRuntimeThatClosesCancelsTheFuturesOfWhatItDoesNotRun() throws Exception {
        TaskRuntime brief =
                TaskRuntime.builder().workers(1).closeTimeout(Duration.ofMillis(1)).build();
        ExecutorService own = brief.asExecutorService();
        own.execute(() -> {
            busy.countDown();
            while (go.getCount() > 0) {
                Thread.onSpinWait(); // so that what is queued behind is not polled before the end
            }
        });
        Door.await(busy);
        Future<Integer> queued = own.submit(() -> 2);
        try (Reports reports = new Reports()) {
            brief.close();
            assertThat(reports.logged).isNotEmpty(); // of the one that goes on
        }

        assertThatThrownBy(queued::get).isInstanceOf(CancellationException.class);
        assertThatThrownBy(() -> own.execute(() -> {}))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("closed");
        own.shutdown();
        go.countDown();
        assertThat(own.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void T2_aTaskMayWaitForAServiceThatNeedsItsWorker() {
        int value =
                runtime.blockOn(() ->
                        Task.spawn(
                                        () -> {
                                            Future<Integer> future;
                                            try (ExecutorService own =
                                                    runtime.asExecutorService()) {
                                                future = own.submit(() -> 3);
                                            } // waits for it
                                            return future.resultNow();
                                        })
                                .await());

        assertThat(value).isEqualTo(3);
    }

    @Test
    void aCancelledFutureInterruptsItsCommandAndNobodyElse() throws Exception {
        CountDownLatch interrupted = new CountDownLatch(1);
        CountDownLatch started = new CountDownLatch(1);
        Future<?> future =
                service.submit(() -> {
                    started.countDown();
                    try {
                        Door.await(new CountDownLatch(1));
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt(); // left behind, as many do
                        interrupted.countDown();
                    }
                    return null;
                });
        Door.await(started);
        future.cancel(true);
        Door.await(interrupted);

        assertThat(service.submit(() -> Thread.currentThread().isInterrupted()).get()).isFalse();
    }

    @Test
    void R1_eachServiceHasAnEndOfItsOwn() throws Exception {
        ExecutorService other = runtime.asExecutorService();
        service.shutdown();

        assertThat(service.isTerminated()).isTrue();
        assertThat(other.submit(() -> 1).get()).isEqualTo(1);
        assertThat(service).hasToString("ExecutorService[terminated, running=0, queued=0]");
        assertThat(other.toString()).contains("open");
        assertThatThrownBy(() -> other.execute(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("command");
    }
}
