package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HandleTest {

    // ---- J1: awaiting ----

    @Test
    void J1_awaitGivesTheValueAnyNumberOfTimesToAnyNumberOfTasks() {
        Door<Object> door = new Door<>();
        JoinHandle<Object> handle = Task.spawn(door);
        List<JoinHandle<Object>> awaiters = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            awaiters.add(Task.spawn(() -> handle.await()));
        }
        Object value = new Object();
        door.open(value);

        assertThat(Task.blockOn(Async.joinAll(awaiters))).hasSize(20).containsOnly(value);
        assertThat(handle.join()).isSameAs(value);
        assertThat(handle.join()).isSameAs(value);
        assertThat(Task.blockOn(() -> List.of(handle.await(), handle.await())))
                .containsExactly(value, value);
    }

    @Test
    void J1_awaitRethrowsTheFailureTheSameObject() {
        for (Throwable failure : List.of(new IOException(), new RuntimeException(), new Error())) {
            JoinHandle<Object> handle = Task.builder().isolated().spawn(Async.failed(failure));

            Throwable first = Task.blockOn(caughtFrom(handle));
            Throwable second = Task.blockOn(caughtFrom(handle));

            assertThat(first).isSameAs(failure);
            assertThat(second).isSameAs(failure);
        }
    }

    private static Async<Throwable> caughtFrom(Async<?> async) {
        return Async.async(() -> {
            try {
                async.await();
                throw new AssertionError("it gave a value");
            } catch (Throwable thrown) {
                return thrown;
            }
        });
    }

    @Test
    void J1_awaitOfACancelledTaskThrowsCancellationException() {
        JoinHandle<Object> handle = Task.spawn(Async.pending());
        handle.cancel();

        assertThat(Task.blockOn(caughtFrom(handle)))
                .isInstanceOf(CancellationException.class)
                .hasMessageContaining(handle.task().toString());
        assertThatThrownBy(handle::join).isInstanceOf(CancellationException.class);
    }

    @Test
    void J1_outcomeNeverThrows() {
        IOException failure = new IOException();
        JoinHandle<Integer> cancelled = Task.spawn(Async.pending());
        cancelled.cancel();

        List<Outcome<Integer>> outcomes =
                Task.blockOn(() ->
                        List.of(
                                Task.spawn(() -> 1).outcome().await(),
                                Task.spawn(Async.<Integer>failed(failure)).outcome().await(),
                                cancelled.outcome().await(),
                                cancelled.outcome().await()));

        assertThat(outcomes)
                .containsExactly(
                        new Outcome.Succeeded<>(1),
                        new Outcome.Failed<>(failure),
                        new Outcome.Cancelled<>(),
                        new Outcome.Cancelled<>());
        String matched =
                switch (outcomes.get(1)) {
                    case Outcome.Succeeded<Integer>(Integer value) -> "value " + value;
                    case Outcome.Failed<Integer>(Throwable cause) -> "failed " + cause;
                    case Outcome.Cancelled<Integer>() -> "cancelled";
                };
        assertThat(matched).startsWith("failed");
    }

    @Test
    void J1_isDoneOnceTheTaskHasEnded() {
        Door<Integer> door = new Door<>();
        JoinHandle<Integer> handle = Task.spawn(door);
        assertThat(handle.isDone()).isFalse();
        door.open(1);
        handle.join();

        assertThat(handle.isDone()).isTrue();
    }

    @Test
    void J1_joinOnAnyThread() throws Exception {
        Door<Integer> door = new Door<>();
        JoinHandle<Integer> handle = Task.spawn(door);
        List<Integer> seen = new CopyOnWriteArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread.Builder kind = i % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual();
            threads.add(kind.start(() -> seen.add(handle.join())));
        }
        door.open(4);
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(seen).containsExactly(4, 4, 4, 4);
    }

    @Test
    void J1_awaitedInAnotherRuntime() {
        try (TaskRuntime one = TaskRuntime.builder().workers(1).build();
                TaskRuntime two = TaskRuntime.builder().workers(1).build()) {
            Door<Integer> door = new Door<>();
            JoinHandle<Integer> handle = one.spawn(door);
            JoinHandle<Integer> awaiter = two.spawn(() -> handle.await() + 1);
            door.open(1);

            assertThat(awaiter.join()).isEqualTo(2);
        }
    }

    @Test
    void J1_isReadyOnlyAfterCleanupAndDestructors() throws Exception {
        Door<Void> door = new Door<>();
        List<String> log = new CopyOnWriteArrayList<>();
        TaskLocal<String> local = TaskLocal.withInitial(() -> "", value -> log.add("destructor"));
        JoinHandle<Void> victim =
                Task.spawn(() -> {
                    local.get();
                    try {
                        door.await();
                    } finally {
                        for (int i = 0; i < 10; i++) {
                            Task.yieldNow().await();
                        }
                        log.add("cleanup");
                    }
                });
        door.awaitPolled();

        Task.blockOn(() -> {
            victim.cancel().await();
            log.add("ready");
        });

        assertThat(log).containsExactly("cleanup", "destructor", "ready");
    }

    // ---- J1: futures ----

    @Test
    void J1_aFutureGetsTheOutcome() throws Exception {
        IOException failure = new IOException();
        Door<Integer> door = new Door<>();
        CompletableFuture<Integer> early = Task.spawn(door).toCompletableFuture();
        assertThat(early).isNotDone();
        door.open(1);

        assertThat(early.get()).isEqualTo(1);
        assertThat(Task.spawn(() -> 2).toCompletableFuture().thenApply(two -> two + 1).get())
                .isEqualTo(3);
        assertThatThrownBy(() -> Task.spawn(Async.failed(failure)).toCompletableFuture().get())
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isSameAs(failure);
        JoinHandle<?> cancelled = Task.spawn(Async.pending());
        cancelled.cancel();
        assertThatThrownBy(() -> cancelled.toCompletableFuture().join())
                .isInstanceOf(CancellationException.class);
        assertThatThrownBy(() -> Task.spawn(Async.failed(failure)).toCompletableFuture().join())
                .isInstanceOf(CompletionException.class);
    }

    @Test
    void J1_cancellingTheFutureCancelsTheTaskButThatOfADependentDoesNot() throws Exception {
        Door<Integer> door = new Door<>();
        JoinHandle<Integer> handle = Task.spawn(door);
        door.awaitPolled();
        CompletableFuture<Integer> future = handle.toCompletableFuture();
        CompletableFuture<Integer> dependent = future.thenApply(value -> value);
        dependent.cancel(true);
        assertThat(Task.spawn(() -> handle.isDone()).join()).isFalse();

        assertThat(future.cancel(true)).isTrue();

        assertThat(Task.blockOn(handle.outcome())).isEqualTo(new Outcome.Cancelled<>());
        assertThat(door.cancels).hasValue(1);
    }

    @Test
    void J1_dependentsOfAFutureFindNoTaskLocals() throws Exception {
        TaskLocal<String> local = TaskLocal.withInitial(() -> "value");
        Door<Integer> door = new Door<>();
        CompletableFuture<Optional<String>> seen =
                Task.builder()
                        .isolated()
                        .spawn(() -> {
                            local.get();
                            return door.await();
                        })
                        .toCompletableFuture()
                        .handle((value, failure) -> local.tryWith(found -> found));
        door.awaitPolled();
        door.fail(new IOException());

        assertThat(seen.get()).isEmpty();
    }

    // ---- J2: cancel ----

    @Test
    void J2_cancelActsWithoutBeingAwaited() throws Exception {
        Door<Void> door = new Door<>();
        CountDownLatch cleaned = new CountDownLatch(1);
        JoinHandle<Void> handle =
                Task.spawn(() -> {
                    try {
                        door.await();
                    } finally {
                        cleaned.countDown();
                    }
                });
        door.awaitPolled();

        handle.cancel();

        Door.await(cleaned);
    }

    @Test
    void J2_aTaskThatHadFinishedKeepsItsOutcome() {
        JoinHandle<Integer> value = Task.spawn(() -> 1);
        value.join();
        IOException failure = new IOException();
        JoinHandle<Integer> failed = Task.spawn(Async.failed(failure));
        Task.blockOn(failed.outcome());

        assertThat(Task.blockOn(value.cancel())).isEqualTo(new Outcome.Succeeded<>(1));
        assertThat(Task.blockOn(failed.cancel())).isEqualTo(new Outcome.Failed<>(failure));
        assertThat(value.task().isCancelled()).isFalse();
    }

    @Test
    void J2_isIdempotent() throws Exception {
        Door<Void> door = new Door<>();
        Door<String> cleanup = new Door<>();
        JoinHandle<String> handle =
                Task.spawn(() -> {
                    try {
                        door.await();
                        return "not cancelled";
                    } catch (CancellationException e) {
                        return cleanup.await();
                    }
                });
        door.awaitPolled();
        handle.cancel();
        cleanup.awaitPolled();
        handle.cancel();
        handle.cancel();
        cleanup.open("cleaned once");

        assertThat(Task.blockOn(handle.cancel()))
                .isEqualTo(new Outcome.Succeeded<>("cleaned once"));
        assertThat(cleanup.cancels).hasValue(0);
        assertThat(handle.task().isCancelled()).isTrue();
    }

    @Test
    void J2_somebodyElsesCancellationExceptionIsAFailure() {
        JoinHandle<Void> other = Task.spawn(Async.pending());
        other.cancel();
        JoinHandle<Void> handle = Task.spawn(() -> other.await());

        assertThat(Task.blockOn(handle.outcome()))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed ->
                                assertThat(failed.cause())
                                        .isInstanceOf(CancellationException.class)
                                        .hasMessageContaining(other.task().toString()));
    }

    // ---- what a handle and a task keep alive ----

    @Test
    void J1_neitherTheBodyNorTheTasksViewKeepsTheResultAlive() {
        Task[] view = new Task[1];
        WeakReference<Object> result = new WeakReference<>(resultOfATask(view));

        assertThat(Garbage.collects(result)).isTrue();
        assertThat(view[0].name()).contains("kept");
    }

    private static Object resultOfATask(Task[] view) {
        JoinHandle<Object> handle = Task.builder().name("kept").spawn(() -> new Object());
        view[0] = handle.task();
        return handle.join();
    }

    @Test
    void J1_anEndedTaskKeepsItsBodysCapturesAliveNoLonger() {
        List<JoinHandle<?>> handles = new ArrayList<>();
        WeakReference<Object> captured = spawnCapturing(handles);

        assertThat(Garbage.collects(captured)).isTrue();
        assertThat(handles).allMatch(JoinHandle::isDone);
    }

    private static WeakReference<Object> spawnCapturing(List<JoinHandle<?>> handles) {
        Object captured = new Object();
        handles.add(Task.spawn(() -> captured.hashCode()));
        handles.add(Task.spawnBlocking(() -> captured.hashCode()));
        handles.add(Task.spawn(cx -> Poll.ready(captured.hashCode())));
        handles.forEach(JoinHandle::join);
        return new WeakReference<>(captured);
    }

    @Test
    void J1_theRuntimeKeepsNoEndedTask() {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(2).build()) {
            List<WeakReference<?>> references = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                references.add(endedTask(runtime));
            }
            for (WeakReference<?> reference : references) {
                assertThat(Garbage.collects(reference)).isTrue();
            }
            assertThat(runtime.aliveTasks()).isEmpty();
        }
    }

    private static WeakReference<?> endedTask(TaskRuntime runtime) {
        JoinHandle<Integer> handle =
                runtime.spawn(() -> Task.spawn(() -> 1).await() + Task.spawnLocal(() -> 1).await());
        handle.join();
        return new WeakReference<>(handle);
    }

    /** As many as wait are kept, and not many more, though nobody says which are out of date. */
    @Test
    void J1_aPollerThatComesWithAnotherWakerEachTimeCollectsNoWakers() throws Exception {
        var gate = new Gate<Integer>();
        JoinHandle<Integer> handle = Task.spawn(gate);
        gate.awaitPolls(1);
        List<WeakReference<Waker>> wakers = new ArrayList<>();
        for (int i = 0; i < 200_000; i++) {
            int[] counted = new int[1];
            Waker waker = Waker.of(() -> counted[0]++);
            wakers.add(new WeakReference<>(waker));
            assertThat(handle.poll(Context.of(waker)).isPending()).isTrue();
        }
        Garbage.collect();
        long kept = wakers.stream().filter(waker -> waker.get() != null).count();
        assertThat(kept).isLessThan(70_000);

        var times = new AtomicInteger();
        var woken = new CountDownLatch(1);
        handle.poll(
                Context.of(
                        Waker.of(() -> {
                            times.incrementAndGet();
                            woken.countDown();
                        })));
        gate.open(1);
        woken.await(); // the end is seen before everybody has been woken
        handle.join();
        assertThat(times).hasValue(1);
    }

    /** Who is forgotten is woken: a thousand parts of one task, each with a waker of its own. */
    @Test
    void W3_manyPollersByHandOfOneTaskAreAllWoken() throws Exception {
        var gate = new Gate<Integer>();
        JoinHandle<Integer> handle = Task.spawn(gate);
        gate.awaitPolls(1);
        int parts = 1_000;
        Set<Integer> due = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < parts; i++) {
            due.add(i);
        }
        AtomicInteger ready = new AtomicInteger();
        Async<Integer> byHand =
                cx -> {
                    for (int part : List.copyOf(due)) {
                        due.remove(part);
                        Waker waker =
                                () -> {
                                    due.add(part);
                                    cx.waker().wake();
                                };
                        if (handle.poll(Context.of(waker)).isReady()) {
                            ready.incrementAndGet();
                        }
                    }
                    return ready.get() == parts ? Poll.ready(parts) : Poll.pending();
                };
        JoinHandle<Integer> all = Task.spawn(byHand);
        while (!all.toString().contains("waiting")) {
            Thread.onSpinWait();
        }
        gate.open(1);

        assertThat(all.join()).isEqualTo(parts);
    }

    @Test
    void J1_awaitersThatLeaveAreForgotten() {
        JoinHandle<Integer> longLived = Task.spawn(Async.pending());
        WeakReference<?> awaiter = cancelledAwaiter(longLived);

        assertThat(Garbage.collects(awaiter)).isTrue();
        assertThat(Set.of(longLived)).hasSize(1);
        longLived.cancel();
    }

    private static WeakReference<?> cancelledAwaiter(JoinHandle<Integer> joined) {
        JoinHandle<Integer> awaiter = Task.spawn(() -> joined.await());
        Task.blockOn(awaiter.cancel());
        return new WeakReference<>(awaiter);
    }
}
