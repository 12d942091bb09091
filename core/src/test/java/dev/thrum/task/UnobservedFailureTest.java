package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UnobservedFailureTest {
    private final BlockingQueue<Object> reported = new LinkedBlockingQueue<>();
    private final TaskRuntime runtime =
            TaskRuntime.builder()
                    .workers(1)
                    .onUnobservedFailure((task, failure) -> {
                        reported.add(task.name().orElse("?"));
                        reported.add(failure);
                    })
                    .build();
    private final IOException failure = new IOException("nobody looks");

    @AfterEach
    void close() {
        runtime.close();
    }

    /** A task that has failed; nothing but the handle knows it. */
    private JoinHandle<Object> failed() {
        JoinHandle<Object> handle =
                runtime.taskBuilder().name("failing").spawn(Async.failed(failure));
        awaitEnd(handle);
        return handle;
    }

    /** Waits without looking. */
    private void awaitEnd(JoinHandle<?> handle) {
        while (!handle.isDone()) {
            runtime.spawn(() -> 1).join(); // there is one worker: it has been through the queue
        }
    }

    private void looksAt(Consumer<JoinHandle<Object>> look) {
        look.accept(failed());
        Garbage.collect();
        runtime.close();
        assertThat(reported).isEmpty();
    }

    private static Async<Void> ignoring(Async<?> async) {
        return Async.async(() -> {
            try {
                async.await();
            } catch (IOException expected) {
                // that was the look
            }
        });
    }

    // ---- when it is reported ----

    @Test
    void P3_isReportedWhenTheHandleIsUnreachable() throws Exception {
        failed();

        assertThat(Garbage.collectedUntil(() -> reported.size() == 2)).isTrue();
        assertThat(reported).containsExactly("failing", failure);
        runtime.close();
        assertThat(reported).hasSize(2);
    }

    @Test
    void P3_isReportedWhenItsHandleWasNeverKept() {
        for (int i = 0; i < 2; i++) {
            if (i == 0) {
                runtime.spawn(Async.failed(failure));
            } else {
                runtime.spawnBlocking(() -> {
                    throw failure;
                });
            }
            assertThat(Garbage.collectedUntil(() -> reported.size() == 2)).isTrue();
            reported.clear();
        }
    }

    @Test
    void P3_isNotReportedWhileSomebodyMayStillLook() {
        JoinHandle<Object> handle = failed();
        Garbage.collect();
        Garbage.collect();

        assertThat(reported).isEmpty();
        Reference.reachabilityFence(handle);
    }

    @Test
    void P3_isReportedWhenTheRuntimeClosesOnceOnly() {
        JoinHandle<Object> handle = failed();

        runtime.close();

        assertThat(reported).containsExactly("failing", failure);
        Reference.reachabilityFence(handle);
        handle = null;
        Garbage.collect();
        assertThat(reported).hasSize(2);
    }

    @Test
    void P3_byDefaultIsAWarningThatNamesTheTaskAndHasTheTrace() throws Exception {
        try (Reports reports = new Reports()) {
            TaskRuntime own = TaskRuntime.builder().workers(1).build();
            JoinHandle<Object> handle =
                    own.taskBuilder().name("failing").spawn(Async.failed(failure));
            own.spawn(() -> 1).join();
            assertThat(handle.isDone()).isTrue();
            own.close();

            LogRecord record = Reports.take(reports.logged);
            assertThat(record.getLevel()).isEqualTo(Level.WARNING);
            assertThat(record.getMessage()).contains(handle.task().toString());
            assertThat(record.getThrown()).isSameAs(failure);
            assertThat(reports.logged).isEmpty();
        }
    }

    // ---- what is a look ----

    @Test
    void P3_isDoneAloneIsNotALook() {
        JoinHandle<Object> handle = failed();
        assertThat(handle.isDone()).isTrue();
        assertThat(handle.task().name()).contains("failing");
        assertThat(handle.toString()).contains("failed");

        runtime.close();

        assertThat(reported).containsExactly("failing", failure);
    }

    @Test
    void P3_cancelThatNobodyAwaitsIsNotALook() {
        JoinHandle<Object> handle = failed();
        handle.cancel();
        handle.outcome();

        runtime.close();

        assertThat(reported).containsExactly("failing", failure);
    }

    @Test
    void P3_awaitingIsALook() {
        looksAt(handle -> runtime.blockOn(ignoring(handle)));
    }

    @Test
    void P3_awaitingInACombinatorIsALook() {
        looksAt(handle ->
                runtime.blockOn(ignoring(Async.joinAll(List.of(Async.ready(1), handle)))));
        reported.clear();
    }

    @Test
    void P3_theOutcomeIsALook() {
        looksAt(handle ->
                assertThat(Task.blockOn(handle.outcome()))
                        .isEqualTo(new Outcome.Failed<>(failure)));
    }

    @Test
    void P3_theAwaitedResultOfCancelIsALook() {
        looksAt(handle ->
                assertThat(Task.blockOn(handle.cancel())).isEqualTo(new Outcome.Failed<>(failure)));
    }

    @Test
    void P3_joiningIsALook() {
        looksAt(handle -> {
            try {
                handle.join();
            } catch (CompletionException expected) {
                assertThat(expected.getCause()).isSameAs(failure);
            }
        });
    }

    @Test
    void P3_makingAFutureIsALook() {
        looksAt(handle -> assertThat(handle.toCompletableFuture()).isCompletedExceptionally());
    }

    @Test
    void P3_anAwaitThatWasThereBeforeTheFailureIsALook() throws Exception {
        Door<Object> door = new Door<>();
        JoinHandle<Object> handle = runtime.spawn(door);
        JoinHandle<Void> awaiter = runtime.spawn(ignoring(handle));
        door.awaitPolled();
        door.fail(failure);
        awaiter.join();

        runtime.close();

        assertThat(reported).isEmpty();
    }

    // ---- what is no failure ----

    @Test
    void P3_aCancelledTaskIsNoFailure() throws Exception {
        Door<Object> door = new Door<>();
        JoinHandle<Object> handle = runtime.spawn(door);
        door.awaitPolled();
        handle.cancel();
        runtime.spawn(Async.pending()).cancel();
        awaitEnd(handle);

        runtime.close();

        assertThat(reported).isEmpty();
    }

    @Test
    void P3_whatARootThrowsGoesToItsCallerAlone() {
        try {
            runtime.blockOn(Async.failed(failure));
        } catch (CompletionException expected) {
            assertThat(expected.getCause()).isSameAs(failure);
        }
        runtime.close();

        assertThat(reported).isEmpty();
    }

    @Test
    void P3_anIsolatedErrorIsAFailureLikeOthers() {
        Error error = new AssertionError("isolated");
        JoinHandle<Object> handle =
                runtime.taskBuilder().name("isolated").isolated().spawn(Async.failed(error));
        awaitEnd(handle);

        runtime.close();

        assertThat(reported).containsExactly("isolated", error);
    }

    @Test
    void P3_ofManyEachIsReportedOnce() {
        for (int i = 0; i < 1000; i++) {
            runtime.spawn(Async.failed(new IOException("number " + i)));
        }
        runtime.spawn(() -> 1).join();

        assertThat(Garbage.collectedUntil(() -> reported.size() >= 2000)).isTrue();
        runtime.close();
        assertThat(reported).hasSize(2000);
        assertThat(reported.stream().filter(Throwable.class::isInstance)).doesNotHaveDuplicates();
    }

    // ---- at the end of the JVM ----

    static final class FailsAndExits {
        static JoinHandle<Object> kept;

        public static void main(String[] args) {
            kept =
                    Task.builder()
                            .name("forgotten")
                            .spawn(() -> {
                                throw new IOException("on the way out");
                            });
            JoinHandle<Object> looked = Task.spawn(Async.failed(new IOException("looked at")));
            Task.blockOn(looked.outcome());
            while (!kept.isDone()) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void P3_isReportedWhenTheJvmExits() throws Exception {
        Program.Result result = new Program(FailsAndExits.class).run();

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .containsOnlyOnce("\"forgotten\"")
                .containsOnlyOnce("java.io.IOException: on the way out")
                .contains("WARNING", "UnobservedFailureTest.java")
                .doesNotContain("looked at\n", "Exception: looked");
    }

    static final class HandlesAtExit {
        public static void main(String[] args) throws InterruptedException {
            TaskRuntime runtime =
                    TaskRuntime.builder()
                            .workers(1)
                            .onUnobservedFailure((task, failure) ->
                                    System.out.println("handled " + failure.getMessage()))
                            .build();
            JoinHandle<Object> kept = runtime.spawn(Async.failed(new IOException("late")));
            while (!kept.isDone()) {
                Thread.sleep(Duration.ofMillis(1));
            }
            System.exit(3);
        }
    }

    @Test
    void P3_theHandlerOfTheRuntimeGetsItAtTheExitOfTheJvm() throws Exception {
        Program.Result result = new Program(HandlesAtExit.class).run();

        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.out()).isEqualToIgnoringNewLines("handled late");
        assertThat(result.err()).isEmpty();
    }
}
