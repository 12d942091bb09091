package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thrum.channel.Channel;
import java.awt.EventQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link TaskRuntime#on}: tasks driven by somebody else's threads. */
class OnExecutorTest {
    /** An event loop like Netty's: one thread, a queue, nothing else. */
    private static final class Loop implements Executor, AutoCloseable {
        private final BlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
        final Thread thread = Thread.ofPlatform().daemon().name("loop").start(this::run);

        private void run() {
            try {
                for (; ; ) {
                    queue.take().run(); // what that throws ends this thread
                }
            } catch (InterruptedException closed) {
                return;
            }
        }

        @Override
        public void execute(Runnable command) {
            queue.add(command);
        }

        @Override
        public void close() {
            thread.interrupt();
        }
    }

    private record Home(String name, Executor executor, AutoCloseable end) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Home> homes() {
        Loop loop = new Loop();
        ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor();
        ExecutorService pool = Executors.newFixedThreadPool(3);
        return Stream.of(
                new Home("event loop", loop, loop),
                new Home("virtual threads", virtual, virtual),
                new Home("pool", pool, pool),
                new Home("Swing's event queue", EventQueue::invokeLater, () -> {}));
    }

    @ParameterizedTest
    @MethodSource("homes")
    void tasksOfAllSortsWorkThere(Home home) throws Exception {
        try (home.end;
                TaskRuntime runtime = TaskRuntime.on(home.executor)) {
            Channel<Integer> channel = Channel.bounded(2);
            Set<Thread> threads = ConcurrentHashMap.newKeySet();
            JoinHandle<Integer> sum =
                    runtime.spawn(() -> {
                        assertThat(TaskRuntime.current()).isSameAs(runtime);
                        int all = 0;
                        for (var next = channel.next().await();
                                next.isPresent();
                                next = channel.next().await()) {
                            threads.add(Thread.currentThread());
                            all += next.get();
                        }
                        return all;
                    });
            JoinHandle<?> sender =
                    runtime.spawn(() -> {
                        for (int i = 1; i <= 100; i++) {
                            channel.send(i).await();
                            Task.yieldNow().await();
                        }
                        Task.sleep(Duration.ofMillis(1)).await();
                        channel.close();
                    });
            sender.join();
            assertThat(sum.join()).isEqualTo(5050);
            assertThat(threads).isNotEmpty();

            assertThatThrownBy(() ->
                            runtime.blockOn(() ->
                                    Task.spawn(() -> Async.pending().await())
                                            .timeout(Duration.ofMillis(1))
                                            .await()))
                    .hasCauseInstanceOf(TimeoutException.class);
            assertThat(runtime.spawnBlocking(() -> 3).join()).isEqualTo(3);
            assertThat(runtime.blockOn(() -> Task.spawnLocal(() -> 4).await())).isEqualTo(4);
            JoinHandle<Integer> scoped =
                    runtime.spawn(TaskScope.call(scope -> scope.spawn(() -> 5).await()));
            assertThat(scoped.join()).isEqualTo(5);
        }
    }

    @Test
    void everyStepIsOnTheThreadOfTheLoop() throws Exception {
        try (Loop loop = new Loop();
                TaskRuntime runtime = TaskRuntime.on(loop)) {
            List<Thread> seen =
                    runtime.spawn(
                                    () -> {
                                        List<Thread> threads = new ArrayList<>();
                                        threads.add(Thread.currentThread());
                                        Task.sleep(Duration.ofMillis(1)).await();
                                        threads.add(Thread.currentThread());
                                        Task.spawnBlocking(() -> 1).await();
                                        threads.add(Thread.currentThread());
                                        try {
                                            Task.yieldNow().await();
                                        } finally {
                                            threads.add(Thread.currentThread());
                                        }
                                        return threads;
                                    })
                            .join();
            assertThat(seen).hasSize(4).containsOnly(loop.thread);
        }
    }

    @Test
    void onSwingsThreadTheyAreOnSwingsThread() {
        try (TaskRuntime runtime = TaskRuntime.on(EventQueue::invokeLater)) {
            boolean[] seen =
                    runtime.spawn(
                                    () -> {
                                        boolean before = EventQueue.isDispatchThread();
                                        Task.sleep(Duration.ofMillis(1)).await();
                                        return new boolean[] {
                                            before, EventQueue.isDispatchThread()
                                        };
                                    })
                            .join();
            assertThat(seen).containsExactly(true, true);
        }
    }

    @Test
    void P5_anErrorOfATaskDoesNotEndTheLoop() throws Exception {
        try (Loop loop = new Loop();
                TaskRuntime runtime = TaskRuntime.on(loop)) {
            Error error = new StackOverflowError("of a task");
            assertThatThrownBy(() ->
                            runtime.blockOn(() ->
                                    Task.spawn(
                                                    () -> {
                                                        throw error;
                                                    })
                                            .await()))
                    .isSameAs(error);
            assertThat(runtime.spawn(() -> "goes on").join()).isEqualTo("goes on");
            assertThat(loop.thread.isAlive()).isTrue();
        }
    }

    // ---- executors that misbehave ----

    /** Runs commands on a thread of its own until told to throw. */
    private static final class Moody implements Executor {
        final AtomicReference<Throwable> mood = new AtomicReference<>();
        final AtomicInteger refused = new AtomicInteger();
        volatile boolean takesAllTheSame;

        @Override
        public void execute(Runnable command) {
            Throwable thrown = mood.get();
            if (thrown == null || takesAllTheSame) {
                Thread.ofVirtual().start(command);
            }
            if (thrown != null) {
                refused.incrementAndGet();
                throw Throwables.<RuntimeException>sneak(thrown);
            }
        }
    }

    static Stream<Throwable> throwables() {
        return Stream.of(
                new RejectedExecutionException("full"),
                new IllegalStateException("bug"),
                new OutOfMemoryError("no thread"),
                new Exception("sneaky"));
    }

    @ParameterizedTest
    @MethodSource("throwables")
    void P5_aStepThatIsRefusedByWhateverEndsItsTaskAsCancelledAndIsReported(Throwable thrown)
            throws Exception {
        Moody executor = new Moody();
        try (TaskRuntime runtime = TaskRuntime.on(executor);
                Reports reports = new Reports()) {
            Door<Integer> door = new Door<>();
            JoinHandle<Integer> waiting = runtime.spawn(door);
            awaitItWaits(waiting);

            executor.mood.set(thrown);
            door.open(1); // the wake does not throw: it is somebody else's

            assertThat(Task.blockOn(waiting.outcome())).isEqualTo(new Outcome.Cancelled<>());
            assertThat(Reports.take(reports.uncaught)).isSameAs(thrown);
            JoinHandle<Integer> refused = runtime.spawn(() -> 2);
            assertThat(Task.blockOn(refused.outcome())).isEqualTo(new Outcome.Cancelled<>());
            executor.mood.set(null);
            assertThat(runtime.spawn(() -> 3).join()).isEqualTo(3);
        }
    }

    @Test
    void P5_aWakeThatIsRefusedDoesNotKeepOthersFromBeingWoken() throws Exception {
        Moody executor = new Moody();
        try (TaskRuntime moody = TaskRuntime.on(executor);
                TaskRuntime sound = TaskRuntime.builder().workers(1).build();
                Reports reports = new Reports()) {
            Door<Integer> door = new Door<>();
            JoinHandle<Integer> awaited = sound.spawn(door);
            JoinHandle<Integer> first = moody.spawn(() -> awaited.await());
            awaitItWaits(first);
            JoinHandle<Integer> second = sound.spawn(() -> awaited.await());
            awaitItWaits(second);

            executor.mood.set(new IllegalStateException("bug"));
            door.open(1);

            assertThat(second.join()).isEqualTo(1);
            assertThat(Task.blockOn(first.outcome())).isEqualTo(new Outcome.Cancelled<>());
            assertThat(Reports.take(reports.uncaught)).hasMessage("bug");
        }
    }

    @Test
    void P5_anExecutorThatThrowsAndRunsTheCommandAllTheSameLosesNothing() throws Exception {
        Moody executor = new Moody();
        executor.takesAllTheSame = true;
        executor.mood.set(new IllegalStateException("thrown behind the start of the thread"));
        try (TaskRuntime runtime = TaskRuntime.on(executor);
                Reports reports = new Reports()) {
            int succeeded = 0;
            for (int i = 0; i < 1_000; i++) {
                int number = i;
                AtomicInteger runs = new AtomicInteger();
                JoinHandle<Integer> handle =
                        runtime.spawn(cx -> {
                            runs.incrementAndGet();
                            return Poll.ready(number);
                        });
                switch (Task.blockOn(handle.outcome())) {
                    case Outcome.Succeeded<Integer>(Integer value) -> {
                        assertThat(value).isEqualTo(number);
                        assertThat(runs).hasValue(1);
                        succeeded++;
                    }
                    case Outcome.Cancelled<Integer>() -> assertThat(runs).hasValue(0);
                    case Outcome.Failed<Integer>(Throwable cause) ->
                            throw new AssertionError(cause);
                }
            }
            assertThat(succeeded).isBetween(0, 1_000);
            assertThat(reports.uncaught).hasSize(1_000);
        }
    }

    @Test
    void P5_anExecutorThatRunsACommandTwiceRunsATaskOnce() throws Exception {
        CountDownLatch twice = new CountDownLatch(2);
        Executor doubling =
                command -> {
                    for (int i = 0; i < 2; i++) {
                        Thread.ofVirtual()
                                .start(() -> {
                                    command.run();
                                    twice.countDown();
                                });
                    }
                };
        try (TaskRuntime runtime = TaskRuntime.on(doubling)) {
            AtomicInteger runs = new AtomicInteger();
            JoinHandle<Integer> handle =
                    runtime.spawn(cx -> {
                        runs.incrementAndGet();
                        return Poll.ready(1);
                    });
            handle.join();
            Door.await(twice);
            assertThat(runs).hasValue(1);
        }
    }

    // ---- the end ----

    @Test
    void R1_closingCancelsTheTasksAndLeavesTheExecutorAlone() throws Exception {
        try (Loop loop = new Loop()) {
            TaskRuntime runtime = TaskRuntime.on(loop);
            Gate<Integer> gate = new Gate<>();
            JoinHandle<Integer> handle = runtime.spawn(gate);
            gate.awaitPolls(1);

            runtime.close();

            assertThat(Task.blockOn(handle.outcome())).isEqualTo(new Outcome.Cancelled<>());
            CountDownLatch ran = new CountDownLatch(1);
            loop.execute(ran::countDown);
            Door.await(ran);
            assertThatThrownBy(() -> runtime.spawn(() -> 1))
                    .isInstanceOf(RejectedExecutionException.class);
        }
    }

    @Test
    void R1_closedByATaskOnTheOnlyThreadTheOthersCleanUp() throws Exception {
        try (Loop loop = new Loop()) {
            TaskRuntime runtime = TaskRuntime.on(loop);
            CountDownLatch cleaned = new CountDownLatch(1);
            Gate<Integer> gate = new Gate<>();
            JoinHandle<Integer> other =
                    runtime.spawn(() -> {
                        try {
                            return gate.await();
                        } finally {
                            Task.sleep(Duration.ofMillis(1)).await();
                            cleaned.countDown();
                        }
                    });
            gate.awaitPolls(1);

            JoinHandle<Boolean> closing =
                    runtime.spawn(() -> {
                        runtime.close();
                        return other.isDone();
                    });

            assertThat(closing.join()).isFalse();
            assertThat(Task.blockOn(other.outcome())).isEqualTo(new Outcome.Cancelled<>());
            assertThat(cleaned.getCount()).isZero();
        }
    }

    @Test
    void itMayHaveTheSettingsThatAreNotOfItsThreads() throws Exception {
        ThreadLocal<String> user = new ThreadLocal<>();
        user.set("ann");
        try (Loop loop = new Loop();
                TaskRuntime runtime =
                        TaskRuntime.builder().context(ContextPropagation.of(user)).buildOn(loop)) {
            assertThat(runtime.spawn(() -> user.get()).join()).isEqualTo("ann");
            assertThatThrownBy(() -> TaskRuntime.builder().workers(1).buildOn(loop))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("own threads");
        }
    }

    @Test
    void theExecutorMayEndBeforeTheRuntime() throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try (TaskRuntime runtime = TaskRuntime.on(pool);
                Reports reports = new Reports()) {
            Gate<Integer> gate = new Gate<>();
            JoinHandle<Integer> handle = runtime.spawn(gate);
            gate.awaitPolls(1);
            pool.shutdown();
            gate.open(1);

            assertThat(Task.blockOn(handle.outcome())).isEqualTo(new Outcome.Cancelled<>());
            assertThat(Reports.take(reports.uncaught))
                    .isInstanceOf(RejectedExecutionException.class);
        }
    }

    @Test
    void S10_nullIsRefused() {
        assertThatThrownBy(() -> TaskRuntime.on(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("executor");
    }

    private static void awaitItWaits(JoinHandle<?> handle) {
        while (!handle.toString().contains("waiting")) {
            Thread.onSpinWait();
        }
    }
}
