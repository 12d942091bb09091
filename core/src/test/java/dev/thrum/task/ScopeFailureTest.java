package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** C3: failures in a scope: of its body, of its children. */
class ScopeFailureTest {

    private final TaskRuntime runtime = TaskRuntime.builder().workers(2).build();
    private final List<String> log = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        runtime.close();
    }

    @Test
    void C3_theFirstFailureCancelsTheRestAndIsRethrownLaterOnesSuppressed() throws Exception {
        var failure = new IOException("first");
        var later = new IllegalStateException("later");
        var failing = new Gate<Void>();
        var sibling = new Gate<Void>();
        var cleanup = new Gate<Void>();
        JoinHandle<Void> handle =
                runtime.spawn(
                        TaskScope.run(scope -> {
                            scope.spawn(() -> {
                                try {
                                    sibling.await();
                                } finally {
                                    log.add("sibling's cleanup");
                                    cleanup.await();
                                    throw later;
                                }
                            });
                            scope.spawn(failing);
                            try {
                                Async.pending().await();
                            } catch (CancellationException e) {
                                log.add("body's cleanup");
                                Task.yieldNow().await();
                                throw e;
                            }
                        }));
        sibling.awaitPolls(1);
        failing.awaitPolls(1);

        failing.fail(failure);
        cleanup.awaitPolls(1);
        assertThat(handle.isDone()).isFalse();
        cleanup.open();

        assertThatThrownBy(handle::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isSameAs(failure);
        assertThat(failure.getSuppressed()).containsExactly(later);
        assertThat(log).containsExactlyInAnyOrder("sibling's cleanup", "body's cleanup");
    }

    @Test
    void C3_aFailureOfTheBodyCancelsTheChildren() throws Exception {
        var failure = new IOException("body");
        var gate = new Gate<Void>();
        var child = new Gate<Void>();
        JoinHandle<Void> handle =
                runtime.spawn(
                        TaskScope.run(scope -> {
                            scope.spawn(child);
                            gate.await();
                        }));
        child.awaitPolls(1);
        gate.awaitPolls(1);

        gate.fail(failure);

        assertThatThrownBy(handle::join).cause().isSameAs(failure);
        assertThat(child.cancels()).isEqualTo(1);
        child.assertRulesKept();
    }

    @Test
    void C3_aFailureThatTheBodyAwaitsIsNotSuppressedInItself() {
        var failure = new IOException("child");
        Async<Void> scope =
                TaskScope.run(s -> {
                    s.spawn(Async.<Void>failed(failure)).await();
                });

        assertThatThrownBy(() -> runtime.blockOn(scope)).cause().isSameAs(failure);
        assertThat(failure.getSuppressed()).isEmpty();
    }

    @Test
    void C3_aChildsFailureIsTheFirstWhateverTheBodyMakesOfIt() throws Exception {
        var failure = new IOException("child");
        var wrapper = new IllegalStateException("body", failure);
        var failing = new Gate<Void>();
        var go = new Gate<Void>();
        var bodyHasEnded = new CountDownLatch(1);
        JoinHandle<Void> handle =
                runtime.spawn(
                        TaskScope.run(scope -> {
                            JoinHandle<Void> child = scope.spawn(failing);
                            // Awaiters who hold up the news of the child's end, for whoever is
                            // told after them, until the body has taken notice of it.
                            for (int i = 0; i < 20; i++) {
                                Waker slow =
                                        Waker.of(() -> {
                                            go.open();
                                            awaitQuietly(bodyHasEnded);
                                        });
                                child.poll(Context.of(slow));
                            }
                            try {
                                go.await();
                                child.await();
                            } catch (IOException e) {
                                throw wrapper;
                            } finally {
                                bodyHasEnded.countDown();
                            }
                        }));
        failing.awaitPolls(1);
        go.awaitPolls(1);

        failing.fail(failure);

        assertThatThrownBy(handle::join).cause().isSameAs(failure);
        assertThat(failure.getSuppressed()).isSubsetOf(wrapper);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            Door.await(latch);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void C3_anErrorOfAChildReachesTheParentAndNotTheRoot() {
        var error = new AssertionError("child");
        String caught =
                runtime.blockOn(() -> {
                    try {
                        TaskScope.run(
                                        scope -> {
                                            scope.spawn(() -> {
                                                Task.yieldNow().await();
                                                throw error;
                                            });
                                            Async.pending().await();
                                        })
                                .await();
                        return "nothing";
                    } catch (AssertionError e) {
                        assertThat(e).isSameAs(error);
                        Task.yieldNow().await(); // the root is not cancelled
                        return "caught";
                    }
                });

        assertThat(caught).isEqualTo("caught");
        assertThat(error.getSuppressed()).isEmpty();
    }

    @Test
    void C3_anErrorOfAScopesBodyIsThrownAfterTheChildrenHaveEnded() {
        var error = new AssertionError("body");
        Async<Void> scope =
                TaskScope.run(s -> {
                    s.spawn(() -> {
                        try {
                            Async.pending().await();
                        } finally {
                            Task.yieldNow().await();
                            log.add("child");
                        }
                    });
                    Task.yieldNow().await();
                    throw error;
                });

        assertThatThrownBy(() -> runtime.blockOn(scope)).isSameAs(error);
        assertThat(log.size()).as("not started, or ended").isLessThan(2);
    }

    @Test
    void C3_aChildThatWasCancelledAloneIsNoFailure() throws Exception {
        var other = new Gate<Integer>();
        JoinHandle<Integer> handle =
                runtime.spawn(
                        TaskScope.call(scope -> {
                            JoinHandle<Object> child = scope.spawn(Async.pending());
                            JoinHandle<Integer> sibling = scope.spawn(other);
                            assertThat(child.cancel().await()).isEqualTo(new Outcome.Cancelled<>());
                            return sibling.await();
                        }));
        other.awaitPolls(1);
        other.open(3);

        assertThat(handle.join()).isEqualTo(3);
    }

    @Test
    void C3_whatIsSpawnedAfterAFailureIsCancelled() {
        Async<Void> scope =
                TaskScope.run(s -> {
                    JoinHandle<Void> failed = s.spawn(Async.failed(new IOException("first")));
                    try {
                        failed.await();
                    } catch (IOException e) {
                        s.spawn(Async.pending()); // or else the scope never ended
                    }
                });

        assertThatThrownBy(() -> runtime.blockOn(scope)).cause().hasMessage("first");
    }
}
