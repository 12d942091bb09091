package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class TaskLocalAccessTest {
    private final List<String> log = new CopyOnWriteArrayList<>();

    // ---- L2 ----

    @Test
    void L2_outsideOfATaskThereIsNoValue() {
        TaskLocal<String> local =
                TaskLocal.withInitial(() -> {
                    log.add("made");
                    return "";
                });

        assertThatThrownBy(local::get)
                .isInstanceOf(TaskLocalAccessException.class)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(Thread.currentThread().getName())
                .hasMessageContaining("tryWith");
        assertThatThrownBy(() -> local.with(value -> value))
                .isInstanceOf(TaskLocalAccessException.class);
        assertThatThrownBy(() -> local.use(value -> {}))
                .isInstanceOf(TaskLocalAccessException.class);
        assertThat(local.tryWith(value -> value)).isEmpty();
        assertThat(log).isEmpty();
    }

    @Test
    void L2_withUseAndTryWithHandTheValueOver() {
        TaskLocal<List<String>> local = TaskLocal.withInitial(ArrayList::new);

        Task.blockOn(() -> {
            local.use(list -> list.add("a"));
            assertThat(local.<Integer>with(List::size)).isEqualTo(1);
            assertThat(local.tryWith(List::size)).contains(1);
            assertThat(local.tryWith(list -> null)).isEmpty();
            RuntimeException failure = new TaskLocalAccessException("of the function");
            assertThatThrownBy(() ->
                            local.tryWith(list -> {
                                throw failure;
                            }))
                    .isSameAs(failure);
        });
    }

    @Test
    void L2_followsTheTaskFromThreadToThread() {
        TaskLocal<int[]> local = TaskLocal.withInitial(() -> new int[1]);
        List<JoinHandle<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(
                    Task.spawn(() -> {
                        for (int round = 0; round < 100; round++) {
                            local.get()[0]++;
                            Task.yieldNow().await();
                        }
                        return local.get()[0];
                    }));
        }

        assertThat(Task.blockOn(Async.joinAll(all))).hasSize(100).containsOnly(100);
    }
}
