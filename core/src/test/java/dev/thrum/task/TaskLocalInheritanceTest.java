package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TaskLocalInheritanceTest {
    private static final class Value {
        final String origin;

        Value(String origin) {
            this.origin = origin;
        }

        @Override
        public String toString() {
            return origin;
        }
    }

    private final List<Value> destroyed = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger made = new AtomicInteger();

    private final TaskLocal<Value> none = local(TaskLocal.Inheritance.none());
    private final TaskLocal<Value> copied =
            local(TaskLocal.Inheritance.copied(value -> new Value("copy of " + value)));
    private final TaskLocal<Value> shared = local(TaskLocal.Inheritance.shared());

    private TaskLocal<Value> local(TaskLocal.Inheritance<Value> inheritance) {
        return TaskLocal.inheritable(
                () -> new Value("value " + made.incrementAndGet()), destroyed::add, inheritance);
    }

    @Test
    void L1_aCopiedValueIsTheChildsOwnAndASharedOneIsTheParents() {
        Task.blockOn(() -> {
            Value ofNone = none.get();
            Value ofCopied = copied.get();
            Value ofShared = shared.get();
            Task.spawn(
                            () -> {
                                assertThat(none.get()).isNotSameAs(ofNone);
                                assertThat(copied.get()).isNotSameAs(ofCopied);
                                assertThat(copied.get()).hasToString("copy of " + ofCopied);
                                assertThat(shared.get()).isSameAs(ofShared);
                            })
                    .await();
            assertThat(copied.get()).isSameAs(ofCopied);
        });
    }

    @Test
    void L1_everyKindOfTaskInheritsANestedRootToo() {
        Task.blockOn(() -> {
            Value mine = shared.get();
            assertThat(Task.spawn(() -> shared.get()).await()).isSameAs(mine);
            assertThat(Task.spawnLocal(() -> shared.get()).await()).isSameAs(mine);
            assertThat(Task.<Value>spawnBlocking(() -> shared.get()).await()).isSameAs(mine);
            assertThat(Task.<Value>blockOn(() -> shared.get())).isSameAs(mine);
            assertThat(
                            TaskScope.<Value>call((TaskScope scope) ->
                                            scope.spawn(() -> shared.get()).await())
                                    .await())
                    .isSameAs(mine);
            JoinSet<Value> set = new JoinSet<>();
            set.spawn(() -> shared.get());
            assertThat(set.next().await().orElseThrow().await()).isSameAs(mine);
            CompletableFuture<Value> command = new CompletableFuture<>();
            TaskRuntime.current().asExecutor().execute(() -> command.complete(shared.get()));
            assertThat(Async.of(command).await()).isSameAs(mine);
        });
    }

    @Test
    void L1_throughGenerationsTheSharedOneStaysAndTheCopiedOneIsCopiedAgain() {
        Task.blockOn(() -> {
            Value mine = shared.get();
            copied.get();
            String grandchild =
                    Task.spawn(() ->
                                    Task.spawn(() -> copied.get() + " " + (shared.get() == mine))
                                            .await())
                            .await();
            assertThat(grandchild).startsWith("copy of copy of value").endsWith("true");
        });
    }

    @Test
    void L1_whatTheParentHasNotMadeYetIsNotInherited() {
        Task.blockOn(() -> {
            JoinHandle<Value> child = Task.spawn(() -> shared.get());
            Value ofTheChild = child.await();
            assertThat(destroyed).containsExactly(ofTheChild); // it was the child's own
            assertThat(shared.get()).isNotSameAs(ofTheChild);
        });
    }

    @Test
    void L1_whatTheParentDoesLaterDoesNotReachTheChild() {
        TaskLocal<String> name =
                TaskLocal.inheritable(() -> "unset", TaskLocal.Inheritance.copied(n -> n + "!"));
        Task.blockOn(() -> {
            JoinHandle<String> before = Task.spawnLocal(() -> name.get());
            assertThat(name.get()).isEqualTo("unset");
            assertThat(before.await()).isEqualTo("unset");
            assertThat(Task.spawnLocal(() -> name.get()).await()).isEqualTo("unset!");
        });
    }

    @Test
    void L1_aCopyIsDestroyedWithItsTaskAndASharedValueOnceWithItsCreator() {
        Task.blockOn(() -> {
            Value ofCopied = copied.get();
            Value ofShared = shared.get();
            Task.spawn(
                            () -> {
                                copied.get();
                                shared.get();
                            })
                    .await();
            assertThat(destroyed).hasSize(1); // before the handle is ready
            assertThat(destroyed.getFirst()).hasToString("copy of " + ofCopied);
            Task.spawn(() -> {}).await(); // also if it was not looked at
            assertThat(destroyed).hasSize(2);
            assertThat(shared.get()).isSameAs(ofShared);
        });
        assertThat(destroyed).hasSize(4).doesNotHaveDuplicates();
        assertThat(destroyed.get(2).origin).startsWith("value"); // in reverse order: shared first
    }

    @Test
    void L1_aSharedValueIsDestroyedByItsCreatorThoughTheChildLivesOn() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        CompletableFuture<JoinHandle<Value>> spawned = new CompletableFuture<>();
        Task.spawn(
                        () -> {
                            shared.get();
                            spawned.complete(
                                    Task.spawn(() -> {
                                        Async.of(gate).await();
                                        return shared.get();
                                    }));
                        })
                .join();
        assertThat(destroyed).hasSize(1);
        gate.complete(null);
        assertThat(spawned.join().join()).isSameAs(destroyed.getFirst());
        assertThat(destroyed).hasSize(1);
    }

    @Test
    void L1_aCopyOfATaskThatNeverStartsIsDestroyed() {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            runtime.spawn(
                            () -> {
                                copied.get();
                                JoinHandle<Void> child = Task.spawn(() -> {});
                                child.cancel();
                                assertThat(child.outcome().await())
                                        .isInstanceOf(Outcome.Cancelled.class);
                                assertThat(destroyed).hasSize(1);
                            })
                    .join();
        }
        assertThat(destroyed).hasSize(2);
    }

    @Test
    void L1_whatADestructorCreatesIsTheTasksOwnThoughWhatStoodThereWasInherited() {
        TaskLocal<Value> late = local(TaskLocal.Inheritance.shared());
        TaskLocal<Value> early =
                TaskLocal.inheritable(
                        () -> new Value("early"),
                        value -> late.get(),
                        TaskLocal.Inheritance.copied(value -> value));
        Task.blockOn(() -> {
            early.get();
            Task.spawn(() -> {}).await();
            assertThat(destroyed).hasSize(1); // the late one of the child
        });
        assertThat(destroyed).hasSize(2);
    }

    @Test
    void L1_aCopyThatFailsIsTheSpawnsFailureAndTheCopiesBeforeAreDestroyed() {
        TaskLocal<Value> bad =
                TaskLocal.inheritable(
                        () -> new Value("bad"),
                        TaskLocal.Inheritance.copied(value -> {
                            throw new IllegalStateException("cannot be copied");
                        }));
        Task.blockOn(() -> {
            copied.get();
            bad.get();
            shared.get();
            for (Runnable spawn :
                    List.<Runnable>of(
                            () -> Task.spawn(() -> {}),
                            () -> Task.spawnLocal(() -> {}),
                            () -> Task.spawnBlocking(() -> {}),
                            () -> Task.blockOn(() -> {}))) {
                assertThatThrownBy(spawn::run).hasMessage("cannot be copied");
                assertThat(destroyed).hasSize(1);
                destroyed.clear();
            }
        });
    }

    @Test
    void R4_nothingIsCopiedForAClosedRuntime() {
        TaskRuntime closed = TaskRuntime.builder().workers(1).build();
        closed.close();
        Task.blockOn(() -> {
            copied.get();
            assertThatThrownBy(() -> closed.blockOn(() -> {}))
                    .isInstanceOf(RejectedExecutionException.class);
            assertThatThrownBy(() -> closed.spawn(() -> {}))
                    .isInstanceOf(RejectedExecutionException.class);
        });
        assertThat(destroyed).hasSize(1);
    }

    @Test
    void L1_manyInheritedValuesAreFound() {
        List<TaskLocal<Integer>> locals = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int number = i;
            locals.add(
                    TaskLocal.inheritable(
                            () -> number,
                            i % 2 == 0
                                    ? TaskLocal.Inheritance.shared()
                                    : TaskLocal.Inheritance.copied(x -> x + 100)));
        }
        Task.blockOn(() -> {
            locals.forEach(TaskLocal::get);
            Task.spawn(
                            () -> {
                                for (int i = 0; i < 20; i++) {
                                    assertThat(locals.get(i).get())
                                            .isEqualTo(i % 2 == 0 ? i : i + 100);
                                }
                            })
                    .await();
        });
    }

    @Test
    void S10_nullIsNamed() {
        assertThatThrownBy(() -> TaskLocal.inheritable(null, TaskLocal.Inheritance.none()))
                .hasMessage("initial");
        assertThatThrownBy(() -> TaskLocal.inheritable(() -> 1, null)).hasMessage("inheritance");
        assertThatThrownBy(() -> TaskLocal.inheritable(() -> 1, null, TaskLocal.Inheritance.none()))
                .hasMessage("onExit");
        assertThatThrownBy(() -> TaskLocal.Inheritance.copied(null)).hasMessage("copy");
    }
}
