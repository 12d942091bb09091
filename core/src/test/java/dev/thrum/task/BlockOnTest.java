package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class BlockOnTest {

    /** What a thread of its own gives; for tests that interrupt it. */
    private static <T> FutureTask<T> onThread(Thread.Builder kind, Callable<T> code) {
        FutureTask<T> future = new FutureTask<>(code);
        kind.start(future);
        return future;
    }

    // ---- T2: the root ----

    @Test
    void T2_returnsTheValueAndNullIsOne() {
        assertThat(Task.blockOn(() -> 6 * 7)).isEqualTo(42);
        assertThat(Task.blockOn(() -> (String) null)).isNull();
        assertThat(Task.blockOn(Async.ready("hand"))).isEqualTo("hand");
        Task.blockOn(() -> Task.yieldNow().await());
    }

    @Test
    void T2_isPolledOnTheCallingThreadAtEveryPoll() {
        List<Thread> threads =
                Task.blockOn(() -> {
                    List<Thread> seen = new ArrayList<>();
                    for (int i = 0; i < 10; i++) {
                        seen.add(Thread.currentThread());
                        Task.spawn(() -> Task.yieldNow().await()).await();
                    }
                    return seen;
                });

        assertThat(threads).containsOnly(Thread.currentThread());
    }

    @Test
    void T2_isATask() {
        TaskLocal<int[]> local = TaskLocal.withInitial(() -> new int[1]);

        Task root =
                Task.builder()
                        .name("root")
                        .blockOn(() -> {
                            local.get()[0]++;
                            Task.yieldNow().await();
                            assertThat(local.get()[0]).isEqualTo(1);
                            return Task.current();
                        });

        assertThat(root.name()).contains("root");
        assertThat(root.id()).isLessThan(Task.blockOn(() -> Task.current().id()));
        assertThat(Task.tryCurrent()).isEmpty();
    }

    @Test
    void T2_uncheckedExceptionsAndErrorsComeAsTheyAre() {
        RuntimeException unchecked = new IllegalArgumentException("unchecked");
        Error error = new AssertionError("error");
        CompletionException completion = new CompletionException(new IOException("inner"));

        assertThatThrownBy(() -> Task.blockOn(Async.failed(unchecked))).isSameAs(unchecked);
        assertThatThrownBy(() -> Task.blockOn(Async.failed(error))).isSameAs(error);
        assertThatThrownBy(() -> Task.blockOn(Async.failed(completion))).isSameAs(completion);
        assertThat(error.getSuppressed()).isEmpty();
    }

    @Test
    void T2_checkedExceptionsComeInACompletionException() {
        IOException checked = new IOException("checked");

        assertThatThrownBy(() ->
                        Task.blockOn(() -> {
                            Task.yieldNow().await();
                            throw checked;
                        }))
                .isExactlyInstanceOf(CompletionException.class)
                .cause()
                .isSameAs(checked);
    }

    // ---- T2: what is there already needs no root, and nobody can tell ----

    @Test
    void T2_aHandleOfAnEndedTaskGivesWhatItEndedWith() {
        IOException checked = new IOException("checked");
        JoinHandle<String> succeeded = Task.spawn(() -> "value");
        JoinHandle<String> failed =
                Task.spawn(() -> {
                    throw checked;
                });
        JoinHandle<String> cancelled = Task.spawn(Async.pending());
        Task.blockOn(cancelled.cancel());
        Task.blockOn(succeeded.outcome());
        Task.blockOn(failed.outcome());

        for (int i = 0; i < 2; i++) {
            assertThat(succeeded.join()).isEqualTo("value");
            assertThatThrownBy(failed::join)
                    .isExactlyInstanceOf(CompletionException.class)
                    .cause()
                    .isSameAs(checked);
            assertThatThrownBy(cancelled::join).isInstanceOf(CancellationException.class);
        }
    }

    @Test
    void T2_whatIsThereAlreadyDoesNotMakeUpForAnInterrupt() {
        Thread.currentThread().interrupt();
        Throwable ofReady = catchThrowable(() -> Task.blockOn(Async.ready("value")));
        boolean flag = Thread.interrupted();

        assertThat(ofReady).isInstanceOf(CancellationException.class);
        assertThat(flag).isTrue();
    }

    @Test
    void T2_whatIsThereAlreadyDoesNotMakeUpForACancellation() {
        Throwable[] thrown = new Throwable[1];
        Task.blockOn(() -> {
            JoinHandle<?>[] self = new JoinHandle<?>[1];
            self[0] =
                    Task.spawnLocal(() -> {
                        self[0].cancel();
                        thrown[0] = catchThrowable(() -> Task.blockOn(Async.ready("value")));
                    });
            self[0].outcome().await();
        });

        assertThat(thrown[0]).isInstanceOf(CancellationException.class);
    }

    @Test
    void T2_whatIsThereAlreadyDoesNotMakeUpForAClosedRuntime() {
        TaskRuntime runtime = TaskRuntime.builder().workers(1).build();
        runtime.close();

        assertThatThrownBy(() -> runtime.blockOn(Async.ready("value")))
                .isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void T2_isPolledOncePerWake() throws Exception {
        Door<String> door = new Door<>();
        FutureTask<String> root = onThread(Thread.ofPlatform(), () -> Task.blockOn(door));
        door.awaitPolled();

        door.open("in");

        assertThat(root.get()).isEqualTo("in");
        assertThat(door.polls).hasValueLessThanOrEqualTo(2);
    }

    @Test
    void T2_aWakerLeftFromOneBlockOnDoesNotReachTheNext() {
        Door<String> first = new Door<>();
        Task.blockOn(Async.race(first, Async.ready("")));
        Waker[] left = {first.waker()};
        int[] polls = {0};

        Task.blockOn(cx -> {
            left[0].wake();
            left[0] = cx.waker();
            if (polls[0]++ == 0) {
                Thread.ofPlatform().start(cx.waker()::wake);
                return Poll.pending();
            }
            return Poll.ready(null);
        });

        assertThat(polls[0]).isEqualTo(2);
    }

    @Test
    void T2_severalThreadsAtOnce() throws Exception {
        List<FutureTask<Integer>> roots = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int value = i;
            Thread.Builder kind = i % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual();
            roots.add(
                    onThread(
                            kind,
                            () ->
                                    Task.blockOn(() -> {
                                        int sum = 0;
                                        for (int j = 0; j < 50; j++) {
                                            sum += Task.spawn(() -> value).await();
                                        }
                                        return sum;
                                    })));
        }
        for (int i = 0; i < roots.size(); i++) {
            assertThat(roots.get(i).get()).isEqualTo(50 * i);
        }
    }

    @Test
    void T2_onAVirtualThread() throws Exception {
        FutureTask<Boolean> virtual =
                onThread(
                        Thread.ofVirtual(),
                        () ->
                                Task.blockOn(() -> {
                                    Task.spawn(() -> Task.yieldNow().await()).await();
                                    return Thread.currentThread().isVirtual();
                                }));

        assertThat(virtual.get()).isTrue();
    }

    // ---- T2: nested ----

    @Test
    void T2_nestedInARoot() {
        int sum =
                Task.blockOn(() -> {
                    int one = Task.blockOn(() -> Task.blockOn(() -> 1));
                    int two = Task.blockOn(Task.spawn(() -> Task.blockOn(() -> 2)));
                    return one + two + Task.blockOn(() -> Task.spawn(() -> 3).await());
                });

        assertThat(sum).isEqualTo(6);
    }

    @Test
    void T2_nestedSeesItselfAsCurrentAndTheOuterAfterwards() {
        Task.blockOn(() -> {
            Task outer = Task.current();
            Task inner = Task.blockOn(() -> Task.current());
            assertThat(inner).isNotEqualTo(outer);
            assertThat(Task.current()).isEqualTo(outer);
            Throwable thrown = catchThrowable(() -> Task.blockOn(Async.failed(new Error("in"))));
            assertThat(thrown).hasMessage("in");
            assertThat(Task.current()).isEqualTo(outer);
        });
    }

    private static Async<Integer> nested(int depth) {
        return Async.async(() -> depth == 0 ? 0 : 1 + Task.blockOn(Task.spawn(nested(depth - 1))));
    }

    @Test
    void T2_nestedInTasksOfOneWorkerDeep() {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            assertThat(runtime.spawn(nested(50)).join()).isEqualTo(50);
            assertThat(runtime.spawn(() -> "alive").join()).isEqualTo("alive");
        }
    }

    @Test
    void T2_nestedInManyTasksOfOneWorkerThatWaitForEachOther() {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            Door<Integer> door = new Door<>();
            List<JoinHandle<Integer>> all = new ArrayList<>();
            JoinHandle<Integer> opened = runtime.spawn(door);
            for (int i = 0; i < 100; i++) {
                all.add(runtime.spawn(() -> Task.blockOn(opened)));
            }
            runtime.spawn(() -> door.open(1));

            assertThat(runtime.blockOn(Async.joinAll(all))).hasSize(100).containsOnly(1);
        }
    }

    @Test
    void T2_nestedInSpawnBlocking() {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            JoinHandle<Integer> handle =
                    runtime.spawnBlocking(() -> Task.blockOn(() -> Task.spawn(() -> 8).await()));

            assertThat(handle.join()).isEqualTo(8);
        }
    }

    @Test
    void T2_theWorkerGoesOnWithItsTaskAfterANestedBlockOn() {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            JoinHandle<Integer> handle =
                    runtime.spawn(() -> {
                        int sum = 0;
                        for (int i = 0; i < 20; i++) {
                            sum += Task.blockOn(Task.spawn(() -> 1));
                            Task.yieldNow().await();
                            sum += Task.spawn(() -> 1).await();
                        }
                        return sum;
                    });

            assertThat(handle.join()).isEqualTo(40);
        }
    }

    // ---- T2: cancelled with the task that it blocks ----

    @Test
    void T2_cancellingATaskThatBlocksCancelsWhatItBlocksOn() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            Door<String> door = new Door<>();
            JoinHandle<String> handle =
                    runtime.spawn(() -> {
                        try {
                            return Task.blockOn(door);
                        } catch (CancellationException once) {
                            Task.yieldNow().await(); // it is delivered once
                            return "cleaned up, flag " + Thread.currentThread().isInterrupted();
                        }
                    });
            door.awaitPolled();

            assertThat(Task.blockOn(handle.cancel()))
                    .isEqualTo(new Outcome.Succeeded<>("cleaned up, flag false"));
            assertThat(door.cancels).hasValue(1);
        }
    }

    @Test
    void T2_aNestedRootThatEndsAllTheSameLeavesTheCancellationToTheNextAwait() {
        CompletableFuture<JoinHandle<?>> itself = new CompletableFuture<>();
        JoinHandle<String> handle =
                Task.spawn(() -> {
                    JoinHandle<?> self = Async.<JoinHandle<?>>of(itself).await();
                    String inner =
                            Task.blockOn(cx -> {
                                self.cancel();
                                return Poll.ready("too late for it");
                            });
                    Task.yieldNow().await();
                    return inner;
                });
        itself.complete(handle);

        assertThat(Task.blockOn(handle.outcome())).isEqualTo(new Outcome.Cancelled<>());
    }

    // ---- T2: one that failed does not disturb the next ----

    @Test
    void T2_aFailedBlockOnLeavesNothingBehind() {
        for (Throwable failure : List.of(new RuntimeException("1"), new StackOverflowError("2"))) {
            assertThatThrownBy(() -> Task.blockOn(() -> Task.blockOn(Async.failed(failure))))
                    .isSameAs(failure);

            assertThat(Task.tryCurrent()).isEmpty();
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            assertThatThrownBy(() -> Task.spawnLocal(() -> 1))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(Task.blockOn(() -> Task.spawnLocal(() -> 1).await())).isEqualTo(1);
        }
    }

    @Test
    void T2_keepsNeitherItsValueNorItsOuterTaskAliveForThoseItSpawned() throws Exception {
        Door<Void> door = new Door<>();
        WeakReference<Object> value =
                new WeakReference<>(
                        Task.blockOn(() -> {
                            Task.spawn(door);
                            return new Object();
                        }));
        door.awaitPolled();

        assertThat(Garbage.collects(value)).isTrue();
        door.open(null);
    }

    @Test
    void badInput_nullIsRefusedByName() {
        assertThatThrownBy(() -> Task.blockOn((Async<?>) null)).hasMessage("async");
        assertThatThrownBy(() -> Task.blockOn((AsyncCallable<?>) null)).hasMessage("body");
        assertThatThrownBy(() -> Task.blockOn((AsyncRunnable) null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("body");
    }
}
