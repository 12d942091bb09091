package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TaskLocalTest {
    private final List<String> log = new CopyOnWriteArrayList<>();

    /** A task-local whose value is its name, and whose life is logged. */
    private TaskLocal<String> logged(String name) {
        return TaskLocal.withInitial(
                () -> {
                    log.add("make " + name);
                    return name;
                },
                value -> log.add("destroy " + value));
    }

    // ---- L1: creation ----

    @Test
    void L1_isCreatedAtTheFirstAccessOncePerTask() {
        AtomicInteger made = new AtomicInteger();
        TaskLocal<int[]> local =
                TaskLocal.withInitial(() -> {
                    made.incrementAndGet();
                    return new int[1];
                });

        Task.blockOn(() -> {
            assertThat(made).hasValue(0);
            for (int i = 0; i < 10; i++) {
                local.get()[0]++;
                Task.yieldNow().await();
            }
            assertThat(local.get()).containsExactly(10);
            assertThat(made).hasValue(1);
        });
        Task.blockOn(() -> assertThat(local.get()).containsExactly(0));
        assertThat(made).hasValue(2);
    }

    @Test
    void L1_isNotInherited() {
        TaskLocal<int[]> local = TaskLocal.withInitial(() -> new int[1]);

        List<Integer> values =
                Task.blockOn(() -> {
                    local.get()[0] = 1;
                    return List.of(
                            Task.spawn(() -> local.get()[0]).await(),
                            Task.spawnLocal(() -> local.get()[0]).await(),
                            Task.spawnBlocking(() -> local.get()[0]).await(),
                            Task.blockOn(() -> local.get()[0]),
                            local.get()[0]);
                });

        assertThat(values).containsExactly(0, 0, 0, 0, 1);
    }

    @Test
    void L1_eachTaskOfOneWorkerReadsItsOwnAgainAndAgain() {
        var first = TaskLocal.withInitial(() -> new long[1]);
        var second = TaskLocal.withInitial(() -> new long[1]);
        try (var runtime = TaskRuntime.builder().workers(1).build()) {
            var handles = new ArrayList<JoinHandle<Long>>();
            for (int task = 1; task <= 3; task++) {
                long mine = task;
                handles.add(
                        runtime.spawn(() -> {
                            first.get()[0] = mine;
                            second.get()[0] = -mine;
                            for (int poll = 0; poll < 3; poll++) {
                                for (int read = 0; read < 4; read++) {
                                    assertThat(first.get()[0]).isEqualTo(mine);
                                }
                                assertThat(second.get()[0]).isEqualTo(-mine);
                                // A task of its own, within a poll of this one:
                                assertThat(
                                                Task.<Long>blockOn(
                                                        () -> first.get()[0] + first.get()[0]))
                                        .isZero();
                                assertThat(first.get()[0]).isEqualTo(mine);
                                Task.yieldNow().await();
                            }
                            return mine;
                        }));
            }
            assertThat(handles.stream().map(JoinHandle::join)).containsExactly(1L, 2L, 3L);
        }
    }

    @Test
    void L1_anInitialiserMayTouchOthersAndIsCalledOnce() {
        TaskLocal<String> inner = logged("inner");
        TaskLocal<String> outer =
                TaskLocal.withInitial(
                        () -> "outer of " + inner.get(), value -> log.add("destroy " + value));

        Task.blockOn(() -> {
            assertThat(outer.get()).isEqualTo("outer of inner");
            assertThat(inner.get()).isEqualTo("inner");
        });

        assertThat(log).containsExactly("make inner", "destroy outer of inner", "destroy inner");
    }

    @Test
    void L1_anInitialiserThatTouchesItselfIsRefused() {
        List<TaskLocal<String>> self = new ArrayList<>();
        self.add(TaskLocal.withInitial(() -> self.getFirst().get()));

        Task.blockOn(() ->
                assertThatThrownBy(() -> self.getFirst().get())
                        .isInstanceOf(IllegalStateException.class)
                        .isNotInstanceOf(TaskLocalAccessException.class)
                        .hasMessageContaining("initialiser"));
    }

    @Test
    void L1_anInitialiserThatThrowsIsTriedAgain() {
        AtomicInteger calls = new AtomicInteger();
        TaskLocal<String> local =
                TaskLocal.withInitial(() -> {
                    if (calls.incrementAndGet() == 1) {
                        throw new IllegalArgumentException("not yet");
                    }
                    return "made";
                });

        Task.blockOn(() -> {
            assertThatThrownBy(local::get).hasMessage("not yet");
            assertThat(local.get()).isEqualTo("made");
        });
    }

    @Test
    void L1_manyInOneTask() {
        List<TaskLocal<Integer>> locals = new ArrayList<>();
        List<Integer> destroyed = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int number = i;
            locals.add(TaskLocal.withInitial(() -> number, destroyed::add));
        }

        Task.blockOn(() -> {
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 100; i++) {
                    assertThat(locals.get(i).get()).isEqualTo(i);
                }
                Task.yieldNow().await();
            }
        });

        assertThat(destroyed).hasSize(100).isSortedAccordingTo((a, b) -> b - a);
    }

    @Test
    void L1_nullIsAValue() {
        List<Object> destroyed = new ArrayList<>();
        AtomicInteger made = new AtomicInteger();
        TaskLocal<String> local =
                TaskLocal.withInitial(
                        () -> {
                            made.incrementAndGet();
                            return null;
                        },
                        destroyed::add);

        Task.blockOn(() -> {
            assertThat(local.get()).isNull();
            assertThat(local.get()).isNull();
        });

        assertThat(made).hasValue(1);
        assertThat(destroyed).hasSize(1).containsOnlyNulls();
    }

    // ---- L1: destruction ----

    @Test
    void L1_isDestroyedOnceInReverseOrderHoweverTheTaskEnds() throws Exception {
        for (String how : List.of("value", "exception", "error", "cancelled")) {
            log.clear();
            TaskLocal<String> first = logged("first");
            TaskLocal<String> second = logged("second");
            Door<String> door = new Door<>();
            JoinHandle<String> handle =
                    Task.builder()
                            .isolated()
                            .spawn(() -> {
                                first.get();
                                second.get();
                                return door.await();
                            });
            door.awaitPolled();
            switch (how) {
                case "value" -> door.open("");
                case "exception" -> door.fail(new IOException());
                case "error" -> door.fail(new AssertionError());
                default -> handle.cancel();
            }
            Task.blockOn(handle.outcome());

            assertThat(log)
                    .as(how)
                    .containsExactly(
                            "make first", "make second", "destroy second", "destroy first");
        }
    }

    @Test
    void L1_inEveryKindOfTaskOnTheThreadThatEndedIt() {
        List<Thread> ran = new CopyOnWriteArrayList<>();
        List<Thread> destroyed = new CopyOnWriteArrayList<>();
        TaskLocal<String> local =
                TaskLocal.withInitial(() -> "", value -> destroyed.add(Thread.currentThread()));
        Runnable access =
                () -> {
                    local.get();
                    ran.add(Thread.currentThread());
                };

        Task.blockOn(() -> {
            Task.spawn(() -> access.run()).await();
            Task.spawnLocal(() -> access.run()).await();
            Task.spawnBlocking(() -> access.run()).await();
            Task.spawn(
                            cx -> {
                                access.run();
                                return Poll.ready(null);
                            })
                    .await();
            access.run();
        });

        assertThat(destroyed).hasSize(5).isEqualTo(ran);
    }

    @Test
    void L1_destructorsSeeTheTaskAndTheLocalsThatAreLeft() {
        TaskLocal<String> first = logged("first");
        List<Task> current = new ArrayList<>();
        TaskLocal<String> second =
                TaskLocal.withInitial(
                        () -> "second",
                        value -> {
                            log.add("destroy second with " + first.get());
                            current.add(Task.current());
                        });

        Task task =
                Task.blockOn(() -> {
                    first.get();
                    second.get();
                    return Task.current();
                });

        assertThat(log).containsExactly("make first", "destroy second with first", "destroy first");
        assertThat(current).containsExactly(task);
    }

    @Test
    void L1_oneThatIsDestroyedCannotBeAccessed() {
        List<Throwable> thrown = new ArrayList<>();
        TaskLocal<String> second = logged("second");
        TaskLocal<String> first =
                TaskLocal.withInitial(
                        () -> "first",
                        value -> {
                            thrown.add(catchThrowable(second::get));
                            assertThat(second.tryWith(found -> found)).isEmpty();
                        });

        Task.blockOn(() -> {
            first.get();
            second.get();
        });

        assertThat(thrown)
                .singleElement()
                .isInstanceOf(TaskLocalAccessException.class)
                .asString()
                .contains("destroyed");
        assertThat(log).containsExactly("make second", "destroy second");
    }

    @Test
    void L1_oneThatADestructorCreatesIsDestroyedToo() {
        TaskLocal<String> late = logged("late");
        TaskLocal<String> first = TaskLocal.withInitial(() -> "", value -> late.get());

        Task.blockOn(() -> first.get());

        assertThat(log).containsExactly("make late", "destroy late");
    }

    @Test
    void L1_worksDuringTheCleanupOfACancelledTask() throws Exception {
        TaskLocal<String> local = logged("local");
        Door<Void> door = new Door<>();
        JoinHandle<Void> handle =
                Task.spawn(() -> {
                    local.get();
                    try {
                        door.await();
                    } finally {
                        Task.yieldNow().await();
                        log.add("cleanup with " + local.get());
                    }
                });
        door.awaitPolled();
        Task.blockOn(handle.cancel());

        assertThat(log).containsExactly("make local", "cleanup with local", "destroy local");
    }

    @Test
    void L1_aDestructorThatThrowsIsReportedAndTheOthersRun() {
        RuntimeException broken = new RuntimeException("broken destructor");
        List<Object> reported = new CopyOnWriteArrayList<>();
        try (TaskRuntime runtime =
                TaskRuntime.builder()
                        .workers(1)
                        .onUnobservedFailure((task, failure) -> {
                            reported.add(task);
                            reported.add(failure);
                        })
                        .build()) {
            TaskLocal<String> first = logged("first");
            TaskLocal<String> second =
                    TaskLocal.withInitial(
                            () -> "",
                            value -> {
                                throw broken;
                            });
            TaskLocal<String> third = logged("third");
            JoinHandle<String> handle =
                    runtime.spawn(() -> first.get() + second.get() + third.get());

            assertThat(handle.join()).isEqualTo("firstthird");
            assertThat(log).endsWith("destroy third", "destroy first");
            assertThat(reported).containsExactly(handle.task(), broken);
        }
    }

    @Test
    void L1_handlersOfAFailureFindNoLocalsAndMakeNone() {
        TaskLocal<String> local = logged("local");
        List<Object> seen = new CopyOnWriteArrayList<>();
        try (TaskRuntime runtime =
                TaskRuntime.builder()
                        .workers(1)
                        .onPanic((task, panic) -> seen.add(local.tryWith(value -> value)))
                        .build()) {
            JoinHandle<Object> handle = runtime.spawn(Async.failed(new AssertionError()));
            Task.blockOn(handle.outcome());
        }

        assertThat(seen).hasSize(1).containsOnly(Optional.empty());
        assertThat(log).isEmpty();
    }

    @Test
    void L1_theValueIsNotKeptAliveAfterTheEnd() {
        TaskLocal<Object> local = TaskLocal.withInitial(Object::new);
        List<WeakReference<Object>> values = new ArrayList<>();
        JoinHandle<Void> handle =
                Task.spawn(() -> {
                    values.add(new WeakReference<>(local.get()));
                });
        handle.join();

        assertThat(Garbage.collects(values.getFirst())).isTrue();
        assertThat(handle.isDone()).isTrue();
    }

    @Test
    void badInput_nullIsRefusedByName() {
        TaskLocal<String> local = TaskLocal.withInitial(() -> "");

        assertThatThrownBy(() -> TaskLocal.withInitial(null)).hasMessage("initial");
        assertThatThrownBy(() -> TaskLocal.withInitial(() -> "", null)).hasMessage("onExit");
        assertThatThrownBy(() -> local.with(null)).hasMessage("function");
        assertThatThrownBy(() -> local.tryWith(null)).hasMessage("function");
        assertThatThrownBy(() -> local.use(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("consumer");
    }
}
