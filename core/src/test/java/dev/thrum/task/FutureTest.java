package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@link Async#of(java.util.concurrent.Future)}: futures that can only be waited for. */
class FutureTest {
    private final AtomicInteger threads = new AtomicInteger();
    private final TaskRuntime runtime =
            TaskRuntime.builder()
                    .workers(1)
                    .blockingExecutor(command -> {
                        threads.incrementAndGet();
                        Thread.ofVirtual().start(command);
                    })
                    .build();

    @AfterEach
    void close() {
        runtime.close();
    }

    /** A future that tells when somebody waits for it. */
    private static class Told extends FutureTask<String> {
        final CountDownLatch waits = new CountDownLatch(1);

        Told() {
            super(() -> "value");
        }

        @Override
        public String get() throws InterruptedException, ExecutionException {
            if (!isDone()) {
                waits.countDown();
            }
            return super.get();
        }
    }

    @Test
    void I1_aFutureGivesItsValue() throws Exception {
        Told future = new Told();
        JoinHandle<String> handle = runtime.spawn(() -> Async.of(future).await());
        Door.await(future.waits);

        future.run();

        assertThat(handle.join()).isEqualTo("value");
        assertThat(threads).hasValue(1);
    }

    @Test
    void I1_oneThatIsDoneNeedsNoThread() {
        FutureTask<String> done = new FutureTask<>(() -> "value");
        done.run();
        FutureTask<String> failed =
                new FutureTask<>(() -> {
                    throw new IOException("no");
                });
        failed.run();
        Future<String> cancelled = new FutureTask<>(() -> "never");
        cancelled.cancel(false);

        assertThat(runtime.<String>blockOn(Async.of(done))).isEqualTo("value");
        assertThatThrownBy(() -> runtime.blockOn(Async.of(failed)))
                .hasCauseInstanceOf(IOException.class);
        JoinHandle<String> ofCancelled = runtime.spawn(Async.of(cancelled));
        assertThat(Task.blockOn(ofCancelled.outcome())).isInstanceOf(Outcome.Failed.class);
        assertThat(threads).hasValue(0);
    }

    @Test
    void I1_aStageIsNotWaitedForByAThread() {
        CompletableFuture<Integer> stage = new CompletableFuture<>();
        JoinHandle<Integer> handle = runtime.spawn(Async.of(stage));
        stage.complete(5);

        assertThat(handle.join()).isEqualTo(5);
        assertThat(threads).hasValue(0);
    }

    @Test
    void I1_aFailureArrivesUnwrapped() throws Exception {
        IOException failure = new IOException("no");
        try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
            Future<Object> future =
                    executor.submit(() -> {
                        throw failure;
                    });
            JoinHandle<Object> handle = runtime.spawn(() -> Async.of(future).await());

            assertThat(Task.blockOn(handle.outcome())).isEqualTo(new Outcome.Failed<>(failure));
        }
    }

    @Test
    void C2_cancellingCancelsTheFutureAndFreesTheThread() throws Exception {
        Told future = new Told();
        JoinHandle<String> handle = runtime.spawn(() -> Async.of(future).await());
        Door.await(future.waits);

        assertThat(Task.blockOn(handle.cancel())).isEqualTo(new Outcome.Cancelled<>());
        assertThat(future.isCancelled()).isTrue();
    }

    @Test
    void C2_oneThatCompletesWhileItIsCancelledWins() throws Exception {
        Told future =
                new Told() {
                    @Override
                    public boolean cancel(boolean mayInterrupt) {
                        run(); // as if by another thread just before
                        return super.cancel(mayInterrupt);
                    }
                };
        try (Reports reports = new Reports()) {
            JoinHandle<String> handle = runtime.spawn(() -> Async.of(future).await());
            Door.await(future.waits);

            handle.cancel();

            assertThat(handle.join()).isEqualTo("value");
            Garbage.collect();
            assertThat(reports.logged).isEmpty();
        }
    }

    @Test
    void P3_aFailureThatComesWithTheCancellationIsNotReportedASecondTime() throws Exception {
        IOException failure = new IOException("just then");
        CountDownLatch waits = new CountDownLatch(1);
        FutureTask<String> future =
                new FutureTask<>(
                        () -> {
                            throw failure;
                        }) {
                    @Override
                    public String get() throws InterruptedException, ExecutionException {
                        waits.countDown();
                        return super.get();
                    }

                    @Override
                    public boolean cancel(boolean mayInterrupt) {
                        run();
                        return super.cancel(mayInterrupt);
                    }
                };
        try (Reports reports = new Reports()) {
            JoinHandle<String> handle = runtime.spawn(() -> Async.of(future).await());
            Door.await(waits);
            assertThat(Task.blockOn(handle.cancel())).isEqualTo(new Outcome.Failed<>(failure));
            Garbage.collect();
            assertThat(reports.logged).isEmpty();
        }
    }

    @Test
    void I1_whatAWaitThrowsIsTheFailure() {
        Future<String> strange =
                new FutureTask<>(() -> "never") {
                    @Override
                    public String get() {
                        throw new UnsupportedOperationException("not to be waited for");
                    }
                };

        assertThatThrownBy(() -> runtime.blockOn(Async.of(strange)))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void A1_itIsOneShot() {
        FutureTask<String> done = new FutureTask<>(() -> "value");
        done.run();
        Async<String> async = Async.of(done);
        runtime.blockOn(async);

        assertThatThrownBy(() -> runtime.blockOn(async)).isInstanceOf(IllegalStateException.class);
    }

    // ---- the other way ----

    @Test
    void I2_cancellingAHandlesFutureCancelsTheTask() throws Exception {
        Gate<String> gate = new Gate<>();
        JoinHandle<String> handle = runtime.spawn(gate);
        gate.awaitPolls(1);
        CompletableFuture<String> future = handle.toCompletableFuture();

        assertThat(future.cancel(true)).isTrue();

        assertThat(Task.blockOn(handle.outcome())).isEqualTo(new Outcome.Cancelled<>());
        gate.assertRulesKept();
    }

    @Test
    void I2_cancellingTheTaskCancelsItsFutureAndCancellingADependentLeavesItAlone()
            throws Exception {
        Gate<String> gate = new Gate<>();
        JoinHandle<String> handle = runtime.spawn(gate);
        gate.awaitPolls(1);
        CompletableFuture<String> future = handle.toCompletableFuture();
        CompletableFuture<Integer> dependent = future.thenApply(String::length);

        dependent.cancel(true);
        assertThat(handle.isDone()).isFalse();
        handle.cancel();

        assertThatThrownBy(() -> future.get(60, TimeUnit.SECONDS))
                .isInstanceOf(CancellationException.class);
        assertThat(future.isCancelled()).isTrue();
    }

    @Test
    void I2_aFutureOfATaskThatHasEndedIsDone() {
        IOException failure = new IOException("no");
        JoinHandle<Object> failed = runtime.spawn(Async.failed(failure));
        Task.blockOn(failed.outcome());

        assertThat(failed.toCompletableFuture().exceptionNow()).isSameAs(failure);
        JoinHandle<String> ended = runtime.spawn(() -> "value");
        ended.join();
        assertThat(ended.toCompletableFuture().resultNow()).isEqualTo("value");
        assertThat(ended.toCompletableFuture().cancel(true)).isFalse();
    }
}
