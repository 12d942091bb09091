package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class TaskTest {
    // ---- T7: ids, names, the current task ----

    @Test
    void T7_currentInATaskIsThatTaskOfEveryKind() {
        Task.blockOn(() -> {
            CountDownLatch known = new CountDownLatch(1);
            List<JoinHandle<Task>> handles =
                    List.of(
                            Task.spawn(() -> {
                                Task.yieldNow().await();
                                return Task.current();
                            }),
                            Task.spawnLocal(() -> Task.current()),
                            Task.spawnBlocking(() -> {
                                known.await();
                                return Task.current();
                            }),
                            Task.spawn(cx -> Poll.ready(Task.current())));
            known.countDown();
            for (JoinHandle<Task> handle : handles) {
                Task seen = handle.await();
                assertThat(seen).isEqualTo(handle.task()).hasSameHashCodeAs(handle.task());
                assertThat(seen.id()).isEqualTo(handle.task().id());
                assertThat(seen).isNotEqualTo(Task.current());
            }
            assertThat(Task.tryCurrent()).contains(Task.current());
        });
    }

    @Test
    void T7_partsOfATaskAreThatTask() {
        Task.blockOn(() -> {
            Async<Task> block = Async.async(() -> Task.current());
            Async<Task> hand = cx -> Poll.ready(Task.current());
            assertThat(Async.joinAll(List.of(block, hand)).await()).containsOnly(Task.current());
        });
    }

    @Test
    void T7_outsideThereIsNone() {
        assertThat(Task.tryCurrent()).isEqualTo(Optional.empty());
        assertThatThrownBy(Task::current)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(Thread.currentThread().getName())
                .hasMessageContaining("tryCurrent");
    }

    @Test
    void T7_idsAscendByCreation() {
        List<TaskId> ids = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            ids.add(Task.spawn(() -> 1).task().id());
            ids.add(Task.spawnBlocking(() -> 1).task().id());
            ids.add(Task.blockOn(() -> Task.current().id()));
            ids.add(Task.blockOn(() -> Task.spawnLocal(() -> 1).task().id()));
        }

        assertThat(ids).isSorted().doesNotHaveDuplicates();
        assertThat(ids.getFirst()).hasToString(Long.toString(ids.getFirst().value()));
    }

    static final class FirstId {
        public static void main(String[] args) {
            System.out.print(Task.builder().name("a").spawn(() -> 1).task());
        }
    }

    @Test
    void T7_idsStartAtOne() throws Exception {
        assertThat(new Program(FirstId.class).run().out()).isEqualTo("task 1 \"a\"");
    }

    @Test
    void T7_toStringShowsIdAndName() {
        JoinHandle<Integer> named = Task.builder().name("child1").spawn(() -> 1);
        JoinHandle<Integer> nameless = Task.spawn(() -> 1);

        assertThat(named.task().toString()).isEqualTo("task " + named.task().id() + " \"child1\"");
        assertThat(nameless.task().toString()).isEqualTo("task " + nameless.task().id());
        assertThat(named.toString()).contains("child1");
    }
}
