package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class SpawnTest {

    @Test
    void T1_runsWithoutBlockOnAndWithoutAnybodyPollingTheHandle() throws Exception {
        CountDownLatch ran = new CountDownLatch(1);

        JoinHandle<Void> handle = Task.spawn(() -> ran.countDown());

        Door.await(ran);
        assertThat(handle.task().name()).isEmpty();
    }

    @Test
    void T1_givesValueOfTheBody() {
        assertThat(Task.spawn(() -> 1 + 2).join()).isEqualTo(3);
    }

    @Test
    void T1_returnsBeforeTheBodyRunsAlsoOnAWorker() {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            boolean ranWithin =
                    runtime.spawn(
                                    () -> {
                                        AtomicBoolean ran = new AtomicBoolean();
                                        JoinHandle<Void> child = Task.spawn(() -> ran.set(true));
                                        boolean within = ran.get();
                                        child.await();
                                        return within;
                                    })
                            .join();

            assertThat(ranWithin).isFalse();
        }
    }

    @Test
    void T1_returnsThoughTheOnlyWorkerIsBusy() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            CountDownLatch go = new CountDownLatch(1);
            runtime.spawn(cx -> {
                Door.await(go);
                return Poll.ready(null);
            });

            JoinHandle<Integer> second = runtime.spawn(() -> 2);

            assertThat(second.isDone()).isFalse();
            go.countDown();
            assertThat(second.join()).isEqualTo(2);
        }
    }

    @Test
    void T1_runsOnAWorkerNotOnTheCaller() {
        Thread runner = Task.spawn(() -> Thread.currentThread()).join();

        assertThat(runner).isNotSameAs(Thread.currentThread());
        assertThat(runner.isDaemon()).isTrue();
    }

    @Test
    void T1_callableFromAnyThread() throws Exception {
        List<Integer> values = new ArrayList<>();
        values.add(Task.spawn(() -> 1).join());
        values.add(Task.spawn(() -> Task.spawn(() -> 2).await()).join());
        values.add(Task.spawnBlocking(() -> Task.spawn(() -> 3)).join().join());
        values.add(Task.blockOn(() -> Task.spawn(() -> 4).await()));
        values.add(Task.blockOn(() -> Task.spawnLocal(() -> Task.spawn(() -> 5).await()).await()));
        AtomicReference<JoinHandle<Integer>> fromVirtual = new AtomicReference<>();
        Thread.ofVirtual().start(() -> fromVirtual.set(Task.spawn(() -> 6))).join();
        values.add(fromVirtual.get().join());

        assertThat(values).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void T1_droppingTheHandleDoesNotStopTheTask() throws Exception {
        Door<String> door = new Door<>();
        SynchronousQueue<String> result = new SynchronousQueue<>();
        Task.spawn(() -> result.put(door.await()));
        door.awaitPolled();
        Garbage.collect();

        door.open("went on");

        assertThat(result.take()).isEqualTo("went on");
    }

    @Test
    void T1_outlivesItsParentAndTheRoot() throws Exception {
        Door<String> door = new Door<>();
        CountDownLatch ended = new CountDownLatch(1);
        JoinHandle<String> grandChild =
                Task.blockOn(() ->
                        Task.spawn(() ->
                                        Task.spawn(() -> {
                                            String said = door.await();
                                            ended.countDown();
                                            return said;
                                        }))
                                .await());
        door.awaitPolled();
        assertThat(grandChild.isDone()).isFalse();

        door.open("still here");

        Door.await(ended);
        assertThat(grandChild.join()).isEqualTo("still here");
    }

    @Test
    void T1_goesToTheCurrentRuntimeAndOutsideOfAnyToTheGlobalOne() {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).threadName("own").build()) {
            TaskRuntime inside =
                    runtime.blockOn(() -> Task.spawn(() -> TaskRuntime.current()).await());
            String thread =
                    runtime.spawn(() -> Task.spawn(() -> Thread.currentThread().getName()).await())
                            .join();

            assertThat(inside).isSameAs(runtime);
            assertThat(thread).isEqualTo("own-1");
            assertThat(Task.spawn(() -> TaskRuntime.current()).join())
                    .isSameAs(TaskRuntime.global());
        }
    }

    @Test
    void T1_whatHappenedBeforeIsVisibleAndSoIsWhatTheTaskDid() {
        int[] plain = new int[2];
        plain[0] = 6;

        Task.spawn(() -> plain[1] = plain[0] * 7).join();

        assertThat(plain[1]).isEqualTo(42);
    }

    @Test
    void T1_manyFromTheRootAndInAChain() {
        int sum =
                Task.blockOn(() -> {
                    List<JoinHandle<Integer>> all = new ArrayList<>();
                    for (int i = 0; i < 500; i++) {
                        int value = i;
                        all.add(Task.spawn(() -> value));
                    }
                    int total = 0;
                    for (JoinHandle<Integer> one : all) {
                        total += one.await();
                    }
                    return total;
                });

        assertThat(sum).isEqualTo(499 * 500 / 2);
        assertThat(Task.blockOn(chain(1000))).isEqualTo(1000);
    }

    private static Async<Integer> chain(int depth) {
        return Async.async(() -> depth == 0 ? 0 : 1 + Task.spawn(chain(depth - 1)).await());
    }

    // ---- T1 in whole programs ----

    static final class ExitsWhileDetachedTasksRun {
        public static void main(String[] args) {
            TaskLocal<String> local =
                    TaskLocal.withInitial(() -> "", value -> System.out.println("destroyed"));
            Task.blockOn(() -> {
                CountDownLatch running = new CountDownLatch(3);
                Task.spawn(() -> {
                    local.get();
                    running.countDown();
                    Async.pending().await();
                });
                Task.spawn(cx -> {
                    running.countDown();
                    while (true) {
                        Thread.onSpinWait();
                    }
                });
                Task.spawnBlocking(() -> {
                    running.countDown();
                    Thread.sleep(Duration.ofDays(1));
                });
                Task.spawnBlocking(() -> running.await()).await();
            });
            System.out.println("main ends");
        }
    }

    @Test
    void T1_theProgramEndsWithMainThoughDetachedTasksRun() throws Exception {
        Program.Result result =
                new Program(ExitsWhileDetachedTasksRun.class).with("-Dthrum.thread.count=4").run();

        assertThat(result.err()).isEmpty();
        assertThat(result.out()).isEqualToIgnoringNewLines("main ends");
        assertThat(result.exitCode()).isZero();
    }

    // ---- T8 ----

    private final Door<Integer> door = new Door<>();

    private int serve() throws Exception {
        return door.await() + 1;
    }

    private void overloaded() throws Exception {
        door.await();
    }

    private void overloaded(int argument) {
        throw new AssertionError("called with " + argument);
    }

    static int fixed() throws Exception {
        return Async.ready(7).await();
    }

    record Serve(Async<Integer> async) implements AsyncCallable<Integer> {
        @Override
        public Integer call() throws Exception {
            return async.await() + 2;
        }
    }

    @Test
    void T8_lambdasReferencesAndObjectsThatAwait() {
        door.open(40);

        assertThat(Task.spawn(() -> door.await()).join()).isEqualTo(40);
        assertThat(Task.spawn(this::serve).join()).isEqualTo(41);
        assertThat(Task.spawn(SpawnTest::fixed).join()).isEqualTo(7);
        assertThat(Task.spawn(new Serve(door)).join()).isEqualTo(42);
        int anonymous =
                Task.spawn(
                                new AsyncCallable<Integer>() {
                                    @Override
                                    public Integer call() throws Exception {
                                        return door.await() + 3;
                                    }
                                })
                        .join();
        assertThat(anonymous).isEqualTo(43);
        assertThat(Task.spawn((AsyncRunnable) this::overloaded).join()).isNull();
    }

    @Test
    void T8_asyncsWrittenByHand() {
        UnaryOperator<Integer> same = value -> value;
        Async<Integer> lambda = cx -> Poll.ready(same.apply(5));
        door.open(6);

        assertThat(Task.spawn(lambda).join()).isEqualTo(5);
        assertThat(Task.spawn(door).join()).isEqualTo(6);
        assertThat(Task.spawn(Async.ready(7)).join()).isEqualTo(7);
        assertThat(Task.spawn(Async.async(() -> door.await() + 2)).join()).isEqualTo(8);
        assertThat(Task.spawn(Task.spawn(() -> 9)).join()).isEqualTo(9);
    }

    // ---- names and bad input ----

    @Test
    void T8_builderNamesEveryKindOfTask() {
        Task.Builder builder = Task.builder().name("child1");
        List<Optional<String>> names =
                Task.blockOn(() ->
                        List.of(
                                builder.spawn(() -> Task.current().name()).await(),
                                builder.spawnLocal(() -> Task.current().name()).await(),
                                builder.spawnBlocking(() -> Task.current().name()).await()));

        assertThat(names).hasSize(3).containsOnly(Optional.of("child1"));
        assertThat(builder.blockOn(() -> Task.current().name())).contains("child1");
        assertThat(builder.spawn(Async.ready(1)).task().name()).contains("child1");
        assertThat(Task.spawn(() -> Task.current().name()).join()).isEmpty();
    }

    @Test
    void badInput_nullIsRefusedAtTheCallByName() {
        assertThatThrownBy(() -> Task.spawn((Async<?>) null)).hasMessage("async");
        assertThatThrownBy(() -> Task.spawn((AsyncCallable<?>) null)).hasMessage("body");
        assertThatThrownBy(() -> Task.spawn((AsyncRunnable) null)).hasMessage("body");
        assertThatThrownBy(() -> Task.builder().name(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("name");
        assertThatThrownBy(() -> Task.sleep(null)).hasMessage("duration");
        assertThatThrownBy(() -> Async.async((AsyncRunnable) null)).hasMessage("body");
    }
}
