package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ContextPropagationTest {
    private static final ThreadLocal<String> USER = new ThreadLocal<>();
    private static final ContextPropagation USERS = ContextPropagation.of(USER);

    private final TaskRuntime runtime = TaskRuntime.builder().workers(2).context(USERS).build();

    @AfterEach
    void close() {
        USER.remove();
        runtime.close();
    }

    private static AsyncCallable<List<String>> beforeAndAfterAwaits() {
        return () -> {
            String first = USER.get();
            Task.yieldNow().await();
            String second = USER.get();
            Task.spawn(() -> Task.yieldNow().await()).await();
            return List.of(first, second, USER.get());
        };
    }

    @Test
    void aSpawnedTaskHasWhatItsSpawnerHadAtEachPoll() {
        USER.set("ann");
        JoinHandle<List<String>> task = runtime.spawn(beforeAndAfterAwaits());
        USER.set("bob"); // too late
        assertThat(task.join()).containsExactly("ann", "ann", "ann");
    }

    @Test
    void everyKindOfTaskHasIt() {
        USER.set("ann");
        assertThat(runtime.blockOn(beforeAndAfterAwaits())).containsExactly("ann", "ann", "ann");
        assertThat(runtime.spawnBlocking(USER::get).join()).isEqualTo("ann");
        CompletableFuture<String> command = new CompletableFuture<>();
        Executor executor = runtime.asExecutor();
        executor.execute(() -> command.complete(USER.get()));
        assertThat(command.join()).isEqualTo("ann");
        runtime.blockOn(() -> {
            assertThat(Task.spawnLocal(beforeAndAfterAwaits()).await())
                    .containsExactly("ann", "ann", "ann");
            assertThat(Task.builder().name("named").spawn(() -> USER.get()).await())
                    .isEqualTo("ann");
            assertThat(
                            TaskScope.call((TaskScope scope) ->
                                            scope.spawn(beforeAndAfterAwaits()).await())
                                    .await())
                    .containsExactly("ann", "ann", "ann");
            JoinSet<String> set = JoinSet.limited(1);
            set.spawn(() -> USER.get());
            assertThat(set.next().await().orElseThrow().await()).isEqualTo("ann");
        });
    }

    @Test
    void childrenHaveWhatTheirParentHas() {
        USER.set("ann");
        JoinHandle<String> child =
                runtime.spawn(() -> {
                    Task.yieldNow().await();
                    return Task.spawnBlocking(() -> Task.spawn(() -> USER.get()).join()).await();
                });
        assertThat(child.join()).isEqualTo("ann");
    }

    @Test
    void aThreadHasAfterAPollWhatItHadBefore() {
        try (TaskRuntime one = TaskRuntime.builder().workers(1).context(USERS).build()) {
            USER.set("ann");
            JoinHandle<Void> failing =
                    one.spawn(() -> {
                        USER.set("changed");
                        Task.yieldNow().await();
                        assertThat(USER.get()).isEqualTo("ann");
                        throw new IllegalStateException("also when it fails");
                    });
            assertThat(Task.blockOn(failing.outcome()).toString()).contains("also when it fails");
            one.spawnBlocking(() -> USER.get()).join();
            USER.remove();
            assertThat(one.spawn(() -> String.valueOf(USER.get())).join()).isEqualTo("null");
        }
        USER.set("bob");
        runtime.blockOn(() -> USER.set("within"));
        assertThat(USER.get()).isEqualTo("bob");
    }

    @Test
    void localTasksOfOneThreadDoNotSeeEachOthers() {
        runtime.blockOn(() -> {
            USER.set("ann");
            JoinHandle<List<String>> ann = Task.spawnLocal(beforeAndAfterAwaits());
            USER.set("bob");
            JoinHandle<List<String>> bob = Task.spawnLocal(beforeAndAfterAwaits());
            assertThat(ann.await()).containsOnly("ann");
            assertThat(bob.await()).containsOnly("bob");
        });
    }

    @Test
    void C2_whatIsAwaitedIsToldOfACancellationInTheContext() {
        AtomicReference<String> seen = new AtomicReference<>();
        Async<Void> waits =
                new Async<>() {
                    @Override
                    public Poll<Void> poll(Context cx) {
                        return Poll.pending();
                    }

                    @Override
                    public boolean onCancel(Context cx) {
                        seen.set(USER.get());
                        return true;
                    }
                };
        USER.set("ann");
        AtomicInteger cleanup = new AtomicInteger();
        JoinHandle<Void> task =
                runtime.spawn(() -> {
                    try {
                        waits.await();
                    } finally {
                        Task.yieldNow().await();
                        cleanup.addAndGet(USER.get().length());
                    }
                });
        USER.remove();
        runtime.spawn(
                        () -> {
                            for (int i = 0; i < 100; i++) {
                                Task.yieldNow().await();
                            }
                        })
                .join();
        assertThat(runtime.blockOn(task.cancel())).isInstanceOf(Outcome.Cancelled.class);
        assertThat(seen.get()).isIn("ann", null); // null if it had not started
        assertThat(cleanup.get()).isEqualTo(seen.get() == null ? 0 : 3);
    }

    @Test
    void aTaskMayCarryAnotherContextThanItsRuntimes() {
        ThreadLocal<String> other = new ThreadLocal<>();
        other.set("other");
        USER.set("ann");
        JoinHandle<String> task =
                runtime.taskBuilder()
                        .context(ContextPropagation.of(other))
                        .spawn(() -> other.get() + USER.get());
        assertThat(task.join()).isEqualTo("othernull");
        try (TaskRuntime none = TaskRuntime.builder().workers(1).build()) {
            assertThat(none.taskBuilder().context(USERS).spawn(() -> USER.get()).join())
                    .isEqualTo("ann");
        }
    }

    @Test
    void withoutPropagationNothingIsWrapped() {
        Async<String> body = Async.ready("x");
        assertThat(InContext.of(null, body)).isSameAs(body);
    }

    @Test
    void itIsCapturedOnceAndRestoredOncePerPoll() {
        AtomicInteger captured = new AtomicInteger();
        AtomicInteger open = new AtomicInteger();
        AtomicInteger restored = new AtomicInteger();
        ContextPropagation counting =
                () -> {
                    captured.incrementAndGet();
                    return () -> {
                        restored.incrementAndGet();
                        assertThat(open.incrementAndGet()).isEqualTo(1);
                        return open::decrementAndGet;
                    };
                };
        try (TaskRuntime one = TaskRuntime.builder().workers(1).context(counting).build()) {
            one.spawn(
                            () -> {
                                assertThat(open).hasValue(1);
                                Task.yieldNow().await();
                                Task.yieldNow().await();
                            })
                    .toCompletableFuture()
                    .join();
        }
        assertThat(captured).hasValue(1);
        assertThat(restored).hasValue(3);
        assertThat(open).hasValue(0);
    }

    @Test
    void whatItThrowsIsThrownByTheSpawnOrIsTheTasksFailure() {
        ContextPropagation noCapture =
                () -> {
                    throw new IllegalStateException("capture");
                };
        ContextPropagation noRestore =
                () ->
                        () -> {
                            throw new IllegalStateException("restore");
                        };
        assertThatThrownBy(() -> runtime.taskBuilder().context(noCapture).spawn(() -> {}))
                .hasMessage("capture");
        assertThatThrownBy(() -> runtime.taskBuilder().context(noRestore).spawn(() -> {}).join())
                .hasMessage("restore");
        assertThatThrownBy(() -> runtime.taskBuilder().context(noRestore).blockOn(() -> {}))
                .hasMessage("restore");
    }

    @Test
    void nothingIsCapturedForAClosedRuntime() {
        AtomicInteger captured = new AtomicInteger();
        TaskRuntime closed =
                TaskRuntime.builder()
                        .workers(1)
                        .context(() -> {
                            captured.incrementAndGet();
                            return () -> () -> {};
                        })
                        .build();
        closed.close();
        assertThatThrownBy(() -> closed.spawn(() -> {}))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> closed.blockOn(() -> {}))
                .isInstanceOf(RejectedExecutionException.class);
        assertThat(captured).hasValue(0);
    }

    @Test
    void S10_nullIsNamed() {
        assertThatThrownBy(() -> TaskRuntime.builder().context(null)).hasMessage("context");
        assertThatThrownBy(() -> Task.builder().context(null)).hasMessage("context");
        assertThatThrownBy(() -> ContextPropagation.of(USER, null)).hasMessage("local");
    }
}
