package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A thread that blocks again and again uses one object for many roots, and nobody can tell. */
class SpareRootTest extends BlockedOnOften {
    /** What the next root of this thread will be; null if it will be a new object. */
    private @Nullable RootTask<?> spare() {
        return Objects.requireNonNull(Current.knownForeignThread()).reusableRoot(runtime);
    }

    @Test
    void T2_rootsThatNobodyKnowsAreOneObject() {
        RootTask<?> spare = spare();
        assertThat(spare).isNotNull();
        for (int i = 0; i < 20; i++) {
            int given = i;
            assertThat(runtime.blockOn(() -> given)).isEqualTo(given);
            assertThat(spare()).isSameAs(spare);
        }
    }

    @Test
    void T7_eachIsATaskOfItsOwn() {
        List<Task> tasks = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            runtime.blockOn(() -> {});
            runtime.blockOn(() -> {
                tasks.add(Task.current());
            });
        }
        assertThat(tasks).doesNotHaveDuplicates();
        assertThat(tasks).extracting(Task::id).isSorted();
        assertThat(tasks).extracting(Task::isCancelled).containsOnly(false);
    }

    @Test
    void T7_theNumberOfOneThatIsUsedAgainIsAboveThoseBefore() {
        TaskId before = runtime.spawn(() -> {}).task().id();
        RootTask<?> spare = Objects.requireNonNull(spare());
        TaskId own = runtime.blockOn(() -> Task.current().id());
        assertThat(spare.id).isEqualTo(own.value());
        assertThat(own).isGreaterThan(before);
        assertThat(runtime.spawn(() -> {}).task().id()).isGreaterThan(own);
    }

    @Test
    void T2_oneThatWasSeenIsNotUsedAgain() {
        runtime.blockOn(() -> {
            Task unused = Task.current();
        });
        assertThat(spare()).isNull();
    }

    @Test
    void T2_oneThatHasAwaitedIsNotUsedAgain() {
        runtime.blockOn(() -> {
            Task.yieldNow().await();
        });
        assertThat(spare()).isNull();
    }

    @Test
    void T2_oneThatHasFailedIsNotUsedAgain() {
        assertThatThrownBy(() ->
                        runtime.blockOn(() -> {
                            throw new IllegalStateException("once");
                        }))
                .hasMessage("once");
        assertThat(spare()).isNull();
        runtime.blockOn(() -> {});
    }

    @Test
    void T2_oneThatWasInterruptedIsNotUsedAgain() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> runtime.blockOn(() -> {}))
                .isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(spare()).isNull();
        runtime.blockOn(() -> {});
    }

    @Test
    void T2_anotherRuntimeHasItsOwn() {
        RootTask<?> spare = spare();
        try (TaskRuntime other = TaskRuntime.builder().workers(1).build()) {
            for (int i = 0; i < 20; i++) {
                assertThat(other.blockOn(TaskRuntime::current)).isSameAs(other);
                assertThat(runtime.blockOn(() -> 1)).isEqualTo(1);
            }
        }
        assertThat(spare).isNotNull();
    }

    @Test
    void T2_oneWithinAnotherIsItsOwn() {
        RootTask<?> spare = spare();
        List<Task> tasks = new ArrayList<>();
        runtime.blockOn(() -> {
            runtime.blockOn(() -> {
                tasks.add(Task.current());
            });
        });
        assertThat(spare()).isSameAs(spare);
        runtime.blockOn(() -> {
            tasks.add(Task.current());
        });
        assertThat(tasks).doesNotHaveDuplicates();
    }

    @Test
    void P2_aPanicReachesTheRootItDescendsFromAndNoLaterOne() throws Exception {
        Door<@Nullable Void> door = new Door<>();
        List<JoinHandle<?>> spawned = new ArrayList<>();
        runtime.blockOn(() -> {
            spawned.add(
                    runtime.spawn(() -> {
                        door.await();
                        throw new AssertionError("of a root that is over");
                    }));
        });
        door.awaitPolled();
        runtime.blockOn(() -> {
            door.open(null);
            assertThat(catchThrowable(() -> spawned.getFirst().join()))
                    .hasMessage("of a root that is over");
        });
        runtime.blockOn(() -> {});
    }

    @Test
    void L1_theLocalsOfOneAreNotThoseOfTheNext() {
        TaskLocal<List<Integer>> local = TaskLocal.withInitial(ArrayList::new);
        for (int i = 0; i < 20; i++) {
            int given = i;
            runtime.blockOn(() -> {
                local.get().add(given);
                assertThat(local.get()).containsExactly(given);
            });
        }
    }

    @Test
    void A1_whatOneHasPolledByHandIsNotTheNextOnes() {
        Async<Void> sleep = Task.sleep(Duration.ofDays(1));
        runtime.blockOn(() -> {
            assertThat(sleep.poll(Context.of(Waker.noop())).isPending()).isTrue();
        });
        assertThatThrownBy(() ->
                        runtime.blockOn(() -> {
                            sleep.poll(Context.of(Waker.noop()));
                        }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("polled it first");
    }

    @Test
    void R1_closeCancelsOneAndWaitsForIt() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        FutureTask<@Nullable RootTask<?>> blocking =
                new FutureTask<>(() -> {
                    blockOften();
                    RootTask<?> spare = spare();
                    runtime.blockOn(() -> {
                        running.countDown();
                        end.await();
                    });
                    assertThat(spare()).isNull();
                    return spare;
                });
        Thread thread = Thread.ofPlatform().start(blocking);
        Door.await(running);
        List<TaskCell<?>> alive = runtime.aliveTasks();
        assertThat(alive).hasSize(1);

        Thread closer = Thread.ofPlatform().start(runtime::close);
        TaskCell<?> root = alive.getFirst();
        while (root.joiner == null) { // close() waits for the end
            Thread.onSpinWait();
        }
        assertThat(root.isCancelRequested()).isTrue();
        end.countDown();
        closer.join();
        thread.join();
        assertThat(blocking.get()).isSameAs(root);
    }

    @Test
    void R1_nothingBeginsOnceClosed() {
        runtime.close();
        assertThatThrownBy(() -> runtime.blockOn(() -> {}))
                .isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void R1_aThreadKeepsNoRuntimeAlive() {
        assertThat(Garbage.collects(runtimeThatIsNotClosed())).isTrue();
    }

    private static WeakReference<TaskRuntime> runtimeThatIsNotClosed() {
        TaskRuntime other = TaskRuntime.on(command -> {});
        for (int i = 0; i < 20; i++) {
            other.blockOn(() -> {});
        }
        return new WeakReference<>(other);
    }

    @Test
    void J1_aThreadThatHasEndedIsNotKeptAlive() throws Exception {
        assertThat(Garbage.collects(threadThatHasBlocked())).isTrue();
    }

    private WeakReference<Thread> threadThatHasBlocked() throws InterruptedException {
        Thread thread = Thread.ofPlatform().start(this::blockOften);
        thread.join();
        return new WeakReference<>(thread);
    }

    @Test
    void A1_whatABodyWrittenByHandHasPolledIsNotTheNextOnes() {
        Async<Void> sleep = Task.sleep(Duration.ofDays(1));
        for (int i = 0; i < 20; i++) {
            runtime.blockOn(handWritten(i == 19 ? sleep : Task.sleep(Duration.ofDays(1))));
        }
        assertThatThrownBy(() ->
                        runtime.blockOn(() -> {
                            sleep.timeout(Duration.ofMillis(1))
                                    .await(); // so as to fail, not to hang
                        }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("polled it first");
    }

    private static Async<Boolean> handWritten(Async<Void> polled) {
        return cx -> Poll.ready(polled.poll(cx).isPending());
    }

    @Test
    void R1_threadsThatComeAndGoAreFound() throws Exception {
        for (int i = 0; i < 40; i++) {
            Thread thread = Thread.ofPlatform().start(this::blockOften);
            thread.join();
        }
        List<TaskCell<?>> alive = new ArrayList<>();
        runtime.blockOn(() -> {
            alive.addAll(runtime.aliveTasks());
        });
        assertThat(alive).hasSize(1);
    }

    @Test
    void R1_aThreadIsFoundOnWhicheverRuntimeItBlocks() {
        try (TaskRuntime other = TaskRuntime.builder().workers(1).build()) {
            for (int round = 0; round < 20; round++) {
                for (TaskRuntime each : List.of(runtime, other)) {
                    for (int i = 0; i < 20; i++) {
                        each.blockOn(() -> {});
                    }
                    assertThat(each.blockOn(() -> each.aliveTasks().size())).isEqualTo(1);
                }
            }
        }
    }
}
