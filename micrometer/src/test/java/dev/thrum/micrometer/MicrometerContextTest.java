package dev.thrum.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thrum.task.JoinHandle;
import dev.thrum.task.Task;
import dev.thrum.task.TaskRuntime;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.context.ThreadLocalAccessor;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MicrometerContextTest {
    /** What a logging library has: a map for each thread. */
    private static final class Mdc {
        private static final ThreadLocal<Map<String, String>> MAP = new ThreadLocal<>();

        static void put(String key, String value) {
            Map<String, String> changed = new HashMap<>(MAP.get() == null ? Map.of() : MAP.get());
            changed.put(key, value);
            MAP.set(Map.copyOf(changed));
        }

        static String get(String key) {
            return MAP.get() == null ? "none" : MAP.get().getOrDefault(key, "none");
        }

        static void clear() {
            MAP.remove();
        }
    }

    private static final class MdcAccessor implements ThreadLocalAccessor<Map<String, String>> {
        @Override
        public Object key() {
            return "mdc";
        }

        @Override
        public Map<String, String> getValue() {
            return Mdc.MAP.get();
        }

        @Override
        public void setValue(Map<String, String> value) {
            Mdc.MAP.set(value);
        }

        @Override
        public void setValue() {
            Mdc.clear();
        }
    }

    @BeforeEach
    void register() {
        ContextRegistry.getInstance().registerThreadLocalAccessor(new MdcAccessor());
    }

    @AfterEach
    void unregister() {
        ContextRegistry.getInstance().removeThreadLocalAccessor("mdc");
        Mdc.clear();
    }

    private static TaskRuntime runtime() {
        return TaskRuntime.builder().workers(2).context(MicrometerContext.propagation()).build();
    }

    @Test
    void tasksHaveTheMdcOfTheirSpawnerAcrossAwaitsAndInBlockingCode() {
        try (TaskRuntime runtime = runtime()) {
            Mdc.put("user", "ann");
            JoinHandle<String> task =
                    runtime.spawn(() -> {
                        String seen = Mdc.get("user");
                        for (int i = 0; i < 10; i++) {
                            Task.yieldNow().await();
                            seen += Mdc.get("user");
                        }
                        return seen + Task.spawnBlocking(() -> Mdc.get("user")).await();
                    });
            Mdc.put("user", "bob");
            assertThat(task.join()).isEqualTo("ann".repeat(12));
            assertThat(Mdc.get("user")).isEqualTo("bob");
        }
    }

    @Test
    void tasksOfManyUsersDoNotSeeEachOthers() {
        try (TaskRuntime runtime = runtime()) {
            Map<String, JoinHandle<String>> tasks = new HashMap<>();
            for (int i = 0; i < 100; i++) {
                Mdc.put("user", "user " + i);
                tasks.put(
                        "user " + i,
                        runtime.spawn(() -> {
                            Task.yieldNow().await();
                            Mdc.put("user", "changed"); // for this poll
                            Task.yieldNow().await();
                            return Mdc.get("user");
                        }));
            }
            tasks.forEach((user, task) -> assertThat(task.join()).isEqualTo(user));
        }
    }

    @Test
    void whatHadNoValueAtTheSpawnHasNoneInTheTask() {
        try (TaskRuntime runtime = runtime()) {
            runtime.blockOn(() -> {
                JoinHandle<String> local = Task.spawnLocal(() -> Mdc.get("user"));
                Mdc.put("user", "ann");
                assertThat(local.await()).isEqualTo("none");
            });
        }
    }

    @Test
    void aRegistryOfOnesOwn() {
        ContextRegistry registry = new ContextRegistry();
        ThreadLocal<String> mine = new ThreadLocal<>();
        registry.registerThreadLocalAccessor("mine", mine);
        var context =
                MicrometerContext.propagation(
                        ContextSnapshotFactory.builder().contextRegistry(registry).build());
        mine.set("x");
        Mdc.put("user", "ann");
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).context(context).build()) {
            assertThat(runtime.spawn(() -> mine.get() + Mdc.get("user")).join()).isEqualTo("xnone");
        }
    }

    @Test
    void S10_nullIsNamed() {
        assertThatThrownBy(() -> MicrometerContext.propagation(null)).hasMessage("factory");
    }
}
