package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class RuntimeTest {

    /** The threads that take part in so many tasks that wait for each other. */
    private static Set<Thread> workers(TaskRuntime runtime, int count) {
        CyclicBarrier barrier = new CyclicBarrier(count);
        List<JoinHandle<Thread>> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(
                    runtime.spawn(cx -> {
                        barrier.await();
                        return Poll.ready(Thread.currentThread());
                    }));
        }
        return Set.copyOf(runtime.blockOn(Async.joinAll(all)));
    }

    private static Set<String> names(Set<Thread> threads) {
        return threads.stream().map(Thread::getName).collect(Collectors.toSet());
    }

    // ---- R1 ----

    @Test
    void R1_theGlobalOneIsOne() throws Exception {
        TaskRuntime[] other = new TaskRuntime[1];
        Thread.ofPlatform().start(() -> other[0] = TaskRuntime.global()).join();

        assertThat(other[0]).isNotNull().isSameAs(TaskRuntime.global());
        assertThat(TaskRuntime.current()).isSameAs(TaskRuntime.global());
    }

    @Test
    void R1_aTaskOfEveryKindSeesItsOwnAsCurrent() {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            List<TaskRuntime> seen =
                    runtime.blockOn(() ->
                            List.of(
                                    TaskRuntime.current(),
                                    Task.spawn(() -> TaskRuntime.current()).await(),
                                    Task.spawnLocal(() -> TaskRuntime.current()).await(),
                                    Task.spawnBlocking(() -> TaskRuntime.current()).await(),
                                    Task.blockOn(() -> TaskRuntime.current())));

            assertThat(seen).hasSize(5).containsOnly(runtime);
            assertThat(TaskRuntime.current()).isNotSameAs(runtime);
        }
    }

    @Test
    void R1_runtimesAreIndependent() throws Exception {
        try (TaskRuntime one = TaskRuntime.builder().workers(1).threadName("one").build()) {
            TaskRuntime two = TaskRuntime.builder().workers(1).threadName("two").build();
            CountDownLatch latch = new CountDownLatch(1);
            JoinHandle<String> ofOne =
                    one.spawn(cx -> {
                        Door.await(latch);
                        return Poll.ready(Thread.currentThread().getName());
                    });
            String inTwo =
                    one.blockOn(() -> two.spawn(() -> Thread.currentThread().getName()).await());

            assertThat(inTwo).isEqualTo("two-1"); // though the worker of one is busy
            two.close();
            latch.countDown();
            assertThat(ofOne.join()).isEqualTo("one-1");
        }
    }

    @Test
    void R1_itsMethodsStartTasksOnIt() {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            assertThat(runtime.spawn(() -> 1).join()).isEqualTo(1);
            assertThat(runtime.spawn(Async.ready(2)).join()).isEqualTo(2);
            assertThat(runtime.spawnBlocking(() -> 3).join()).isEqualTo(3);
            assertThat(runtime.blockOn(() -> 4)).isEqualTo(4);
            assertThat(runtime.blockOn(Async.ready(5))).isEqualTo(5);
            assertThat(runtime.taskBuilder().name("n").spawn(() -> Task.current().name()).join())
                    .contains("n");
        }
    }

    @Test
    void R1_asExecutorRunsEachCommandAsATaskOnTheWorkers() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).threadName("x").build()) {
            Executor executor = runtime.asExecutor();

            String thread =
                    CompletableFuture.supplyAsync(
                                    () -> Task.current().id() + Thread.currentThread().getName(),
                                    executor)
                            .get();

            assertThat(thread).matches("\\d+x-1");
            assertThatThrownBy(() -> executor.execute(null))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessage("command");
        }
    }

    @Test
    void R1_whatACommandThrowsIsReported() throws Exception {
        RuntimeException failure = new RuntimeException("of a command");
        CompletableFuture<Throwable> reported = new CompletableFuture<>();
        try (TaskRuntime runtime =
                TaskRuntime.builder()
                        .workers(1)
                        .onUnobservedFailure((task, thrown) -> reported.complete(thrown))
                        .build()) {
            runtime.asExecutor()
                    .execute(() -> {
                        throw failure;
                    });

            assertThat(Garbage.collectedUntil(reported::isDone)).isTrue();
            assertThat(reported.get()).isSameAs(failure);
        }
    }

    // ---- R2 ----

    @Test
    void R2_asManyWorkersAsAskedForAllDaemonsWithNumberedNames() {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(3).threadName("shop").build()) {
            Set<Thread> threads = workers(runtime, 3);

            assertThat(names(threads)).containsExactlyInAnyOrder("shop-1", "shop-2", "shop-3");
            assertThat(threads).allMatch(Thread::isDaemon);
        }
    }

    @Test
    void R2_threadsStartWhenFirstNeeded() {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(3).threadName("lazy").build()) {
            runtime.blockOn(() -> 1);
            assertThat(Thread.getAllStackTraces().keySet())
                    .noneMatch(thread -> thread.getName().startsWith("lazy-"));
            runtime.spawn(() -> 1).join();
        }
    }

    @Test
    void R2_idleWorkersAreParkedWithoutATimeout() {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(3).build()) {
            Set<Thread> threads = workers(runtime, 3);

            while (!threads.stream()
                    .allMatch(thread -> thread.getState() == Thread.State.WAITING)) {
                Thread.onSpinWait(); // a worker that never parks for good makes this test hang
            }
        }
    }

    static final class Defaults {
        public static void main(String[] args) {
            int count = Runtime.getRuntime().availableProcessors();
            Set<String> names = names(workers(TaskRuntime.global(), count));
            System.out.println(count + " " + new TreeSet<>(names));
        }
    }

    @Test
    void R2_byDefaultAsManyAsProcessors() throws Exception {
        assertThat(new Program(Defaults.class).with("-XX:ActiveProcessorCount=3").run().out())
                .isEqualToIgnoringNewLines("3 [thrum-1, thrum-2, thrum-3]");
    }

    // ---- R3 ----

    static final class PrintsWorkers {
        public static void main(String[] args) {
            for (int i = 0; i < 2; i++) { // the same at every use
                try {
                    int count = Settings.threadCount();
                    Set<String> names = names(workers(TaskRuntime.global(), count));
                    System.out.print(new TreeSet<>(names));
                } catch (IllegalArgumentException e) {
                    System.out.print(e.getMessage() + ";");
                }
                try {
                    Task.spawn(() -> 1).join();
                } catch (IllegalArgumentException e) {
                    System.out.print("spawn refused;");
                }
            }
        }
    }

    @Test
    void R3_theEnvironmentIsTheDefault() throws Exception {
        Program.Result result =
                new Program(PrintsWorkers.class)
                        .variable("THRUM_THREAD_COUNT", "2")
                        .variable("THRUM_THREAD_NAME", "env")
                        .run();

        assertThat(result.out()).isEqualTo("[env-1, env-2][env-1, env-2]");
    }

    @Test
    void R3_thePropertyGoesBeforeTheEnvironment() throws Exception {
        Program.Result result =
                new Program(PrintsWorkers.class)
                        .with("-Dthrum.thread.count=3", "-Dthrum.thread.name=prop")
                        .variable("THRUM_THREAD_COUNT", "not even read")
                        .variable("THRUM_THREAD_NAME", "env")
                        .run();

        assertThat(result.out()).isEqualTo("[prop-1, prop-2, prop-3]".repeat(2));
    }

    @Test
    void R3_aBadVariableIsNamedAtEveryUse() throws Exception {
        Program.Result result =
                new Program(PrintsWorkers.class).variable("THRUM_THREAD_COUNT", "many").run();

        assertThat(result.err()).isEmpty();
        assertThat(result.out().split("spawn refused;"))
                .hasSize(2)
                .allMatch(said -> said.contains("THRUM_THREAD_COUNT") && said.contains("\"many\""));
    }

    private static Throwable buildWith(String property, String value) {
        String before = System.getProperty(property);
        System.setProperty(property, value);
        try {
            return catchThrowable(() -> TaskRuntime.builder().build().close());
        } finally {
            if (before == null) {
                System.clearProperty(property);
            } else {
                System.setProperty(property, before);
            }
        }
    }

    @Test
    void R3_aBadPropertyIsNamedWithItsValue() {
        for (String bad : List.of("0", "-1", "1.5", "", "ten", "99999999999")) {
            assertThat(buildWith("thrum.thread.count", bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("thrum.thread.count")
                    .hasMessageContaining("\"" + bad + "\"");
        }
        assertThat(buildWith("thrum.thread.name", " "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("thrum.thread.name");
        assertThat(buildWith("thrum.thread.count", "2")).isNull();
    }

    @Test
    void R3_settingsAreTheDefaultsOfEveryRuntimeAndNotReadIfGiven() {
        String before = System.getProperty("thrum.thread.name");
        System.setProperty("thrum.thread.name", "set");
        try (TaskRuntime asSet = TaskRuntime.builder().workers(1).build();
                TaskRuntime given = TaskRuntime.builder().workers(1).threadName("own").build()) {
            assertThat(names(workers(asSet, 1))).containsExactly("set-1");
            assertThat(names(workers(given, 1))).containsExactly("own-1");
        } finally {
            if (before == null) {
                System.clearProperty("thrum.thread.name");
            } else {
                System.setProperty("thrum.thread.name", before);
            }
        }
    }

    // ---- R4 ----

    @Test
    void R4_nothingStartsOnAClosedRuntime() {
        TaskRuntime runtime = TaskRuntime.builder().workers(1).build();
        runtime.close();

        for (ThrowingCallable start :
                List.<ThrowingCallable>of(
                        () -> runtime.spawn(() -> 1),
                        () -> runtime.spawn(Async.ready(1)),
                        () -> runtime.spawnBlocking(() -> 1),
                        () -> runtime.blockOn(() -> 1),
                        () -> runtime.taskBuilder().name("n").spawn(() -> 1),
                        () -> Task.blockOn(() -> runtime.taskBuilder().spawnLocal(() -> 1)),
                        () -> runtime.asExecutor().execute(() -> {}))) {
            assertThatThrownBy(start)
                    .isInstanceOf(RejectedExecutionException.class)
                    .hasMessageContaining("closed");
        }
        assertThat(runtime.toString()).contains("closed");
        assertThat(Task.spawn(() -> "others go on").join()).isEqualTo("others go on");
    }

    // ---- bad input ----

    @Test
    void badInput_isRefusedWithItsValue() {
        TaskRuntime.Builder builder = TaskRuntime.builder();

        assertThatThrownBy(() -> builder.workers(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("workers")
                .hasMessageContaining("0");
        assertThatThrownBy(() -> builder.workers(-3)).hasMessageContaining("-3");
        assertThatThrownBy(() -> builder.threadName(" "))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.threadName(null)).hasMessage("prefix");
        assertThatThrownBy(() -> builder.closeTimeout(null)).hasMessage("timeout");
        assertThatThrownBy(() -> builder.closeTimeout(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-0.001");
    }
}
