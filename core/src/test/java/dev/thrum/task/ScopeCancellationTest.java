package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** C3: scopes that are cancelled, nested, supervised, or parts of something else. */
class ScopeCancellationTest {

    private final BlockingQueue<Throwable> unobserved = new LinkedBlockingQueue<>();
    private final TaskRuntime runtime =
            TaskRuntime.builder()
                    .workers(2)
                    .onUnobservedFailure((task, failure) -> unobserved.add(failure))
                    .build();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final Gate<Void> child = new Gate<>();
    private final Gate<Void> body = new Gate<>();

    @AfterEach
    void close() {
        runtime.close();
        child.assertRulesKept();
        body.assertRulesKept();
    }

    /** A scope whose body awaits {@code body} and whose child awaits {@code child}. */
    private Async<String> scope() {
        return TaskScope.call(scope -> {
            scope.spawn(() -> {
                try {
                    child.await();
                } finally {
                    Task.yieldNow().await();
                    log.add("child's cleanup");
                }
            });
            try {
                body.await();
            } finally {
                Task.yieldNow().await();
                log.add("body's cleanup");
            }
            return "value";
        });
    }

    private void awaitStart() throws InterruptedException {
        child.awaitPolls(1);
        body.awaitPolls(1);
    }

    @Test
    void C3_cancellingTheScopesTaskCancelsBodyAndChildren() throws Exception {
        JoinHandle<String> handle = runtime.spawn(scope());
        awaitStart();

        assertThat(Task.blockOn(handle.cancel())).isEqualTo(new Outcome.Cancelled<>());
        assertThat(log).containsExactlyInAnyOrder("child's cleanup", "body's cleanup");
    }

    @Test
    void C3_cancellingWhileOnlyChildrenAreLeftCancelsThem() throws Exception {
        var cleanup = new Gate<Void>();
        JoinHandle<String> handle =
                runtime.spawn(
                        TaskScope.call(scope -> {
                            scope.spawn(() -> {
                                try {
                                    child.await();
                                } finally {
                                    cleanup.await();
                                }
                            });
                            return "value";
                        }));
        child.awaitPolls(1);
        while (!handle.toString().contains("waiting")) {
            Thread.onSpinWait();
        }

        Async<Outcome<String>> ended = handle.cancel();
        cleanup.awaitPolls(1);
        assertThat(handle.isDone()).isFalse();
        cleanup.open();

        assertThat(Task.blockOn(ended)).isEqualTo(new Outcome.Cancelled<>());
    }

    @Test
    void C3_aFailureDuringCancellationIsTheScopesOutcome() throws Exception {
        var failure = new IOException("in cleanup");
        JoinHandle<Void> handle =
                runtime.spawn(
                        TaskScope.run(scope -> {
                            scope.spawn(() -> {
                                try {
                                    child.await();
                                } finally {
                                    Async.failed(failure).await();
                                }
                            });
                            body.await();
                        }));
        awaitStart();

        handle.cancel();

        assertThatThrownBy(handle::join).cause().isSameAs(failure);
    }

    @Test
    void C3_theBodyMayCatchTheCancellationAndGiveAValue() throws Exception {
        JoinHandle<String> handle =
                runtime.spawn(
                        TaskScope.call(scope -> {
                            try {
                                body.await();
                            } catch (CancellationException e) {
                                Task.yieldNow().await(); // delivered once
                                return "rescued";
                            }
                            return "value";
                        }));
        body.awaitPolls(1);

        assertThat(Task.blockOn(handle.cancel())).isEqualTo(new Outcome.Succeeded<>("rescued"));
    }

    @Test
    void C3_theTaskGoesOnAfterAScopeWhoseChildFailed() {
        String result =
                runtime.blockOn(() -> {
                    try {
                        TaskScope.run(
                                        scope -> {
                                            scope.spawn(Async.failed(new IOException("child")));
                                            Async.pending().await();
                                        })
                                .await();
                    } catch (IOException e) {
                        Task.yieldNow().await(); // the cancellation was that of the scope alone
                        return e.getMessage();
                    }
                    return "nothing";
                });

        assertThat(result).isEqualTo("child");
    }

    @Test
    void C3_theTasksCancellationIsStillDeliveredAfterAScopeThatFailedByItself() throws Exception {
        var cleanup = new Gate<Void>();
        JoinHandle<String> handle =
                runtime.spawn(() -> {
                    try {
                        TaskScope.run(
                                        scope -> {
                                            scope.spawn(Async.failed(new IOException("child")));
                                            try {
                                                Async.pending().await();
                                            } finally {
                                                cleanup.shield().await();
                                            }
                                        })
                                .await();
                    } catch (IOException e) {
                        log.add(e.getMessage());
                    }
                    Task.yieldNow().await();
                    return "not cancelled";
                });
        cleanup.awaitPolls(1);

        Async<Outcome<String>> ended = handle.cancel();
        cleanup.open();

        assertThat(Task.blockOn(ended)).isEqualTo(new Outcome.Cancelled<>());
        assertThat(log).containsExactly("child");
    }

    // ---- nested ----

    @Test
    void C3_nestedScopesEndFromTheInside() throws Exception {
        JoinHandle<String> handle =
                runtime.spawn(
                        TaskScope.call(outer -> {
                            outer.spawn(() -> {
                                try {
                                    Async.pending().await();
                                } finally {
                                    log.add("outer child's cleanup");
                                }
                            });
                            try {
                                return scope().await();
                            } finally {
                                log.add("inner has ended");
                            }
                        }));
        awaitStart();

        assertThat(Task.blockOn(handle.cancel())).isEqualTo(new Outcome.Cancelled<>());
        assertThat(log)
                .containsSubsequence("child's cleanup", "inner has ended")
                .containsSubsequence("body's cleanup", "inner has ended");
    }

    @Test
    void C3_aFailureOfAnInnerScopeThatIsCaughtLeavesTheOuterOneAlone() {
        Async<Integer> outer =
                TaskScope.call(scope -> {
                    JoinHandle<Integer> sibling =
                            scope.spawn(() -> {
                                Task.yieldNow().await();
                                return 5;
                            });
                    try {
                        TaskScope.run(
                                        inner -> {
                                            inner.spawn(Async.failed(new IOException("inner")));
                                            Async.pending().await();
                                        })
                                .await();
                    } catch (IOException e) {
                        log.add(e.getMessage());
                    }
                    return sibling.await();
                });

        assertThat(runtime.<Integer>blockOn(outer)).isEqualTo(5);
        assertThat(log).containsExactly("inner");
    }

    @Test
    void C3_aFailureOfAGrandchildCancelsAllUpToTheOutermostScope() throws Exception {
        var failure = new IOException("grandchild");
        JoinHandle<Void> handle =
                runtime.spawn(
                        TaskScope.run(outer -> {
                            outer.spawn(child);
                            outer.spawn(
                                    TaskScope.run(inner -> {
                                        inner.spawn(() -> {
                                            body.await();
                                            throw failure;
                                        });
                                        Async.pending().await();
                                    }));
                            Async.pending().await();
                        }));
        awaitStart();

        body.open();

        assertThatThrownBy(handle::join).cause().isSameAs(failure);
        assertThat(child.cancels()).isEqualTo(1);
        assertThat(failure.getSuppressed()).isEmpty();
    }

    // ---- within other things ----

    @Test
    void C3_aTimeoutEndsTheScopeAndItsChildren() {
        assertThatThrownBy(() -> runtime.blockOn(scope().timeout(Duration.ofMillis(1))))
                .cause()
                .isInstanceOf(TimeoutException.class);
        assertThat(log).as("all cleanup has run").isSubsetOf("child's cleanup", "body's cleanup");
        assertThat(log).contains("body's cleanup");
        assertThat(child.polls()).isEqualTo(child.cancels());
    }

    @Test
    void C3_aScopeThatLosesARaceHasEndedBeforeTheWinnersValueIsThere() throws Exception {
        var winner = new Gate<String>();
        JoinHandle<String> handle = runtime.spawn(Async.race(scope(), winner));
        awaitStart();
        winner.awaitPolls(1);

        winner.open("won");

        assertThat(handle.join()).isEqualTo("won");
        assertThat(log).containsExactlyInAnyOrder("child's cleanup", "body's cleanup");
    }

    @Test
    void C3_aChildsEndWakesAScopeThatIsAPartOfAJoin() throws Exception {
        JoinHandle<String> handle =
                runtime.spawn(Async.join(scope(), Async.ready("!"), String::concat));
        awaitStart();

        body.open();
        child.open();

        assertThat(handle.join()).isEqualTo("value!");
    }

    // ---- supervised ----

    @Test
    void C3_aSupervisedScopeLeavesTheSiblingsOfAFailedChildAlone() throws Exception {
        var failing = new Gate<Void>();
        JoinHandle<String> handle =
                runtime.spawn(
                        TaskScope.supervised()
                                .call(scope -> {
                                    JoinHandle<Void> failed = scope.spawn(failing);
                                    scope.spawn(child);
                                    String how = failed.outcome().await().toString();
                                    body.await();
                                    return how;
                                }));
        failing.awaitPolls(1);
        child.awaitPolls(1);

        failing.fail(new AssertionError("contained"));
        body.awaitPolls(1);
        body.open();
        assertThat(handle.isDone()).isFalse();
        child.open();

        assertThat(handle.join()).contains("contained");
        assertThat(child.cancels()).isZero();
    }

    @Test
    void P3_aSupervisedFailureThatNobodyAskedForIsReported() throws Exception {
        var failure = new IOException("nobody asked");
        Void nothing =
                runtime.blockOn(
                        TaskScope.supervised()
                                .run(scope -> {
                                    scope.spawn(Async.failed(failure));
                                }));
        assertThat(nothing).isNull();
        runtime.close();

        assertThat(Reports.take(unobserved)).isSameAs(failure);
    }

    @Test
    void P3_aFailureThatAScopeHandsOnIsNotReported() {
        Async<Void> scope = TaskScope.run(s -> s.spawn(Async.failed(new IOException("handed on"))));
        assertThatThrownBy(() -> runtime.blockOn(scope)).cause().hasMessage("handed on");
        runtime.close();

        assertThat(unobserved).isEmpty();
    }

    @Test
    void C3_aFailureOfASupervisedBodyCancelsTheChildren() throws Exception {
        JoinHandle<Void> handle =
                runtime.spawn(
                        TaskScope.supervised()
                                .run(scope -> {
                                    scope.spawn(child);
                                    body.await();
                                }));
        awaitStart();

        body.fail(new IOException("body"));

        assertThatThrownBy(handle::join).cause().hasMessage("body");
        assertThat(child.cancels()).isEqualTo(1);
    }

    @Test
    void C3_cancellingASupervisedScopesTaskCancelsTheChildren() throws Exception {
        JoinHandle<Void> handle =
                runtime.spawn(TaskScope.supervised().run(scope -> scope.spawn(child)));
        child.awaitPolls(1);

        assertThat(Task.blockOn(handle.cancel())).isEqualTo(new Outcome.Cancelled<>());
        assertThat(child.cancels()).isEqualTo(1);
    }
}
