package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** C1: what a task sees of its cancellation. */
class CancellationTest {

    private final TaskRuntime runtime = TaskRuntime.builder().workers(1).build();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final Gate<String> gate = new Gate<>();

    @AfterEach
    void close() {
        gate.assertRulesKept();
        runtime.close();
    }

    @Test
    void C1_theAwaitThrowsAndCleanupRunsAndMayAwait() throws Exception {
        var cleanup = new Gate<String>();
        JoinHandle<Void> handle =
                runtime.spawn(() -> {
                    try (AutoCloseable _ = () -> log.add("closed")) {
                        gate.await();
                    } catch (CancellationException e) {
                        log.add(e.getMessage());
                        throw e;
                    } finally {
                        log.add(cleanup.await());
                        Task.yieldNow().await();
                        log.add("end");
                    }
                });
        gate.awaitPolls(1);

        Async<Outcome<Void>> ended = handle.cancel();
        cleanup.awaitPolls(1);
        assertThat(handle.isDone()).isFalse();
        cleanup.open("cleanup");

        assertThat(Task.blockOn(ended)).isEqualTo(new Outcome.Cancelled<>());
        assertThat(log)
                .containsExactly("closed", handle.task() + " was cancelled", "cleanup", "end");
        assertThat(gate.cancels()).isEqualTo(1);
    }

    @Test
    void C1_theRequestReachesTheInnermostBlockAndGoesOut() throws Exception {
        JoinHandle<Void> handle =
                runtime.spawn(() -> {
                    Async<Void> inner =
                            Async.async(() -> {
                                try {
                                    gate.await();
                                } finally {
                                    Task.yieldNow().await();
                                    log.add("inner");
                                }
                            });
                    try {
                        inner.await();
                    } finally {
                        Task.yieldNow().await();
                        log.add("outer");
                    }
                });
        gate.awaitPolls(1);

        assertThat(Task.blockOn(handle.cancel())).isEqualTo(new Outcome.Cancelled<>());
        assertThat(log).containsExactly("inner", "outer");
    }

    @Test
    void C1_aBodyMayCatchItAndReturnAValue() throws Exception {
        JoinHandle<String> handle =
                runtime.spawn(() -> {
                    try {
                        return gate.await();
                    } catch (CancellationException e) {
                        return Task.yieldNow().map(v -> "caught").await(); // delivered once
                    }
                });
        gate.awaitPolls(1);

        assertThat(Task.blockOn(handle.cancel())).isEqualTo(new Outcome.Succeeded<>("caught"));
        assertThat(handle.join()).isEqualTo("caught");
    }

    @Test
    void C1_aBodyThatFailsInItsCleanupHasFailed() throws Exception {
        var failure = new IOException("in the cleanup");
        JoinHandle<String> handle =
                runtime.spawn(() -> {
                    try {
                        return gate.await();
                    } catch (CancellationException e) {
                        throw failure;
                    }
                });
        gate.awaitPolls(1);

        assertThat(Task.blockOn(handle.cancel())).isEqualTo(new Outcome.Failed<>(failure));
    }

    @Test
    void C1_aTaskThatNeverStartedNeverStarts() {
        var busy = new CountDownLatch(1);
        JoinHandle<Void> first = runtime.spawn(() -> busy.await());
        JoinHandle<Void> handle =
                runtime.spawn(() -> {
                    log.add("started");
                });
        JoinHandle<String> handWritten = runtime.spawn(gate);

        handle.cancel();
        handWritten.cancel();
        busy.countDown();

        assertThat(Task.blockOn(handle.outcome())).isEqualTo(new Outcome.Cancelled<>());
        assertThat(Task.blockOn(handWritten.outcome())).isEqualTo(new Outcome.Cancelled<>());
        assertThat(log).isEmpty();
        assertThat(gate.polls()).isZero();
        first.join();
    }

    @Test
    void C1_aComputingTaskSeesItAndItsNextAwaitThrows() throws Exception {
        var computing = new CountDownLatch(1);
        var cancelled = new CountDownLatch(1);
        JoinHandle<Void> handle =
                runtime.spawn(() -> {
                    log.add("" + Task.current().isCancelled());
                    computing.countDown();
                    cancelled.await();
                    log.add("" + Task.current().isCancelled());
                    try {
                        Async.ready(1).await();
                    } catch (CancellationException e) {
                        log.add("cancelled");
                    }
                    Async.ready(1).await();
                    Task.yieldNow().await();
                    log.add("once");
                });
        computing.await();
        handle.cancel();
        cancelled.countDown();

        handle.join();
        assertThat(log).containsExactly("false", "true", "cancelled", "once");
    }

    @Test
    void C1_whatIsAwaitedAfterTheRequestIsNotPolled() throws Exception {
        var self = new CompletableFuture<JoinHandle<?>>();
        JoinHandle<Void> handle =
                runtime.spawn(() -> {
                    self.get().cancel();
                    gate.await();
                });
        self.complete(handle);

        assertThat(Task.blockOn(handle.outcome())).isEqualTo(new Outcome.Cancelled<>());
        assertThat(gate.polls()).isZero();
    }

    @Test
    void C1_aTaskThatWaitsForBudgetIsCancelledThere() throws Exception {
        var self = new CompletableFuture<JoinHandle<?>>();
        JoinHandle<Void> handle =
                runtime.spawn(() -> {
                    JoinHandle<?> me = self.get();
                    runtime.spawn(() -> {
                        me.cancel();
                    });
                    for (int i = 0; i < PolledTask.BUDGET; i++) {
                        Async.ready(i).await();
                    }
                    try {
                        gate.await();
                    } catch (CancellationException e) {
                        log.add("cancelled");
                        Task.yieldNow().await();
                        log.add("once");
                    }
                });
        self.complete(handle);

        handle.join();
        assertThat(log).containsExactly("cancelled", "once");
        assertThat(gate.polls()).isZero();
        assertThat(gate.cancels()).isZero();
    }

    @Test
    void C1_taskLocalsAndCurrentWorkDuringCleanup() throws Exception {
        var local = TaskLocal.withInitial(() -> "local", v -> log.add("destroyed " + v));
        JoinHandle<Void> handle =
                runtime.taskBuilder()
                        .name("named")
                        .spawn(() -> {
                            try {
                                gate.await();
                            } finally {
                                log.add(local.get());
                                Task.yieldNow().await();
                                log.add(Task.current().name().orElse("none"));
                            }
                        });
        gate.awaitPolls(1);

        assertThat(Task.blockOn(handle.cancel())).isEqualTo(new Outcome.Cancelled<>());
        assertThat(log).containsExactly("local", "named", "destroyed local");
    }

    @Test
    void C1_theRequestIsDeliveredOnceHoweverOftenItIsMade() throws Exception {
        var cleanup = new Gate<String>();
        JoinHandle<String> handle =
                runtime.spawn(() -> {
                    try {
                        return gate.await();
                    } catch (CancellationException e) {
                        return cleanup.await();
                    }
                });
        gate.awaitPolls(1);
        handle.cancel();
        cleanup.awaitPolls(1);

        handle.cancel();
        runtime.spawn(
                        () -> {
                            handle.cancel();
                        })
                .join();
        cleanup.open("cleaned up");

        assertThat(handle.join()).isEqualTo("cleaned up");
        assertThat(cleanup.cancels()).isZero();
        cleanup.assertRulesKept();
    }

    @Test
    void C1_joinCancelsAllPartsAndEndsWhenTheyHave() throws Exception {
        var cleaning = Gate.<String>polledOn();
        JoinHandle<String> handle = runtime.spawn(Async.join(gate, cleaning, String::concat));
        gate.awaitPolls(1);
        cleaning.awaitPolls(1);

        handle.cancel();
        cleaning.awaitPolls(2);
        assertThat(handle.isDone()).isFalse();
        cleaning.open("too late");

        assertThat(Task.blockOn(handle.outcome())).isEqualTo(new Outcome.Cancelled<>());
        cleaning.assertRulesKept();
    }

    @Test
    void C1_aJoinWhosePartsAllCatchItHasItsValues() throws Exception {
        Async<String> part =
                Async.async(() -> {
                    try {
                        return gate.await();
                    } catch (CancellationException e) {
                        return "caught";
                    }
                });
        JoinHandle<String> handle =
                runtime.spawn(() -> {
                    var both = Async.join(part, Async.ready("!"), String::concat).await();
                    Task.yieldNow().await(); // not a second time
                    return both;
                });
        gate.awaitPolls(1);

        handle.cancel();

        assertThat(handle.join()).isEqualTo("caught!");
    }

    @Test
    void C1_aRootIsCancelledByInterrupt() throws Exception {
        var thrown = new CompletableFuture<Throwable>();
        var flag = new CompletableFuture<Boolean>();
        Thread thread =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                runtime.blockOn(() -> {
                                    gate.await();
                                });
                            } catch (Throwable e) {
                                flag.complete(Thread.interrupted());
                                thrown.complete(e);
                            }
                        });
        gate.awaitPolls(1);

        thread.interrupt();

        assertThat(thrown.get()).isInstanceOf(CancellationException.class);
        assertThat(flag.get()).isTrue();
        assertThat(gate.cancels()).isEqualTo(1);
    }

    @Test
    void J2_anEscapingCancellationOfOthersIsAFailure() {
        var theirs = new CancellationException("theirs");
        JoinHandle<Object> handle = runtime.spawn(Async.failed(theirs));

        assertThat(Task.blockOn(handle.outcome())).isEqualTo(new Outcome.Failed<>(theirs));
        assertThatThrownBy(handle::join).isSameAs(theirs);
    }
}
