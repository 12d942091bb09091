package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** C3: the life of a scope. */
class ScopeTest {

    private final TaskRuntime runtime = TaskRuntime.builder().workers(2).build();
    private final List<String> log = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        runtime.close();
    }

    @Test
    void C3_aScopeGivesTheValueOfItsBody() {
        Async<Integer> sum =
                TaskScope.call(scope -> {
                    JoinHandle<Integer> a = scope.spawn(() -> 40);
                    JoinHandle<Integer> b = scope.spawn(Async.ready(2));
                    return a.await() + b.await();
                });

        assertThat(runtime.blockOn(sum)).isEqualTo(42);
    }

    @Test
    void C3_aScopeWithoutChildrenIsItsBody() {
        assertThat(runtime.<String>blockOn(TaskScope.call(scope -> null))).isNull();
        Void nothing = runtime.blockOn(TaskScope.run(scope -> log.add("ran")));
        assertThat(nothing).isNull();
        assertThat(log).containsExactly("ran");
    }

    @Test
    void C3_aScopeIsCold() {
        TaskScope.run(scope -> log.add("ran"));

        assertThat(log).isEmpty();
    }

    @Test
    void C3_aScopeIsOneShot() {
        Async<Integer> scope = TaskScope.call(s -> 1);

        assertThat(runtime.<Integer>blockOn(scope)).isEqualTo(1);
        assertThatThrownBy(() -> runtime.blockOn(scope))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("one-shot");
    }

    @Test
    void C3_aScopeEndsOnlyWhenItsChildrenHaveEnded() throws Exception {
        var first = new Gate<Integer>();
        var second = new Gate<Integer>();
        JoinHandle<String> handle =
                runtime.spawn(
                        TaskScope.call(scope -> {
                            scope.spawn(first);
                            scope.spawn(() -> {
                                second.await();
                                Task.yieldNow().await();
                                log.add("child");
                            });
                            log.add("body");
                            return "value";
                        }));
        first.awaitPolls(1);
        second.awaitPolls(1);

        first.open(1);
        first.awaitPolls(2);
        assertThat(handle.isDone()).isFalse();
        second.open(2);

        assertThat(handle.join()).isEqualTo("value");
        assertThat(log).containsExactlyInAnyOrder("body", "child");
    }

    @Test
    void C3_aScopeEndsOnlyWhenItsBodyHasEnded() throws Exception {
        var gate = new Gate<Integer>();
        JoinHandle<Integer> handle =
                runtime.spawn(
                        TaskScope.call(scope -> {
                            scope.spawn(() -> 1).await();
                            return gate.await();
                        }));
        gate.awaitPolls(1);

        assertThat(handle.isDone()).isFalse();
        gate.open(2);

        assertThat(handle.join()).isEqualTo(2);
    }

    @Test
    void C3_childrenSpawnChildrenWhichAreWaitedForAsWell() {
        runtime.blockOn(
                TaskScope.run(scope -> {
                    for (int i = 0; i < 10; i++) {
                        scope.spawn(() -> {
                            Task.yieldNow().await();
                            scope.spawn(() -> {
                                Task.yieldNow().await();
                                scope.spawn(() -> {
                                    log.add("grandchild");
                                });
                            });
                        });
                    }
                }));

        assertThat(log).hasSize(10);
    }

    @Test
    void C3_childrenAreSpawnedByOtherThreadsWhileTheScopeRuns() {
        Async<Integer> sum =
                TaskScope.call(
                        scope -> Task.spawnBlocking(() -> scope.spawn(() -> 7)).await().await());

        assertThat(runtime.<Integer>blockOn(sum)).isEqualTo(7);
    }

    @Test
    void C3_spawningInAScopeThatHasEndedIsRefused() {
        var kept = new AtomicReference<TaskScope>();
        runtime.blockOn(TaskScope.run(kept::set));

        assertThatThrownBy(() -> kept.get().spawn(() -> log.add("ran")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the scope has ended");
        assertThat(kept.get()).hasToString("TaskScope[ended]");
        assertThat(log).isEmpty();
    }

    @Test
    void C3_spawningInAScopeThatFailedIsRefused() {
        var kept = new AtomicReference<TaskScope>();
        Async<Void> failing =
                TaskScope.run(scope -> {
                    kept.set(scope);
                    throw new IllegalArgumentException("body");
                });
        assertThatThrownBy(() -> runtime.blockOn(failing)).hasMessage("body");

        assertThatThrownBy(() -> kept.get().spawn(() -> 1))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void C3_childrenHaveNamesAndTheRuntimeOfTheScope() {
        Async<List<String>> names =
                TaskScope.call(scope -> {
                    JoinHandle<String> named =
                            scope.spawn("child1", () -> Task.current().name().orElseThrow());
                    JoinHandle<Void> other =
                            scope.spawn(
                                    "child2",
                                    () -> {
                                        assertThat(TaskRuntime.current()).isSameAs(runtime);
                                    });
                    other.await();
                    return List.of(named.await(), other.task().name().orElseThrow());
                });

        assertThat(runtime.<List<String>>blockOn(names)).containsExactly("child1", "child2");
    }

    @Test
    void C3_nullsAreRefusedAtTheCall() {
        assertThatThrownBy(() -> TaskScope.call(null)).hasMessageContaining("body");
        assertThatThrownBy(() -> TaskScope.run(null)).hasMessageContaining("body");
        assertThatThrownBy(() -> TaskScope.supervised().call(null)).hasMessageContaining("body");
        assertThatThrownBy(() -> TaskScope.supervised().run(null)).hasMessageContaining("body");
        runtime.blockOn(
                TaskScope.run(scope -> {
                    assertThatThrownBy(() -> scope.spawn((Async<?>) null))
                            .hasMessageContaining("async");
                    assertThatThrownBy(() -> scope.spawn((AsyncCallable<?>) null))
                            .hasMessageContaining("body");
                    assertThatThrownBy(() -> scope.spawn(null, () -> 1))
                            .hasMessageContaining("name");
                }));
    }
}
