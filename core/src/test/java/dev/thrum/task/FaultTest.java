package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * P5: whatever is thrown, wherever: the only worker goes on, and so do the tasks, timers and
 * handles that have nothing to do with it.
 */
class FaultTest {
    private Reports reports;
    private TaskRuntime runtime;
    private Throwable fault;
    private Thread worker;
    private final Door<String> door = new Door<>();
    private JoinHandle<String> bystander;
    private JoinHandle<String> timed;

    @BeforeEach
    void start() throws Exception {
        reports = new Reports();
        runtime = TaskRuntime.builder().workers(1).build();
        settle();
    }

    /** Tasks that wait while things go wrong. */
    private void settle() throws Exception {
        worker = runtime.spawn(() -> Thread.currentThread()).join();
        bystander = runtime.spawn(() -> door.await());
        timed =
                runtime.spawn(() -> {
                    Task.sleep(Duration.ofMillis(5)).await();
                    return "timed";
                });
        door.awaitPolled();
    }

    @AfterEach
    void nothingElseIsLost() throws Exception {
        door.open("bystander");
        assertThat(bystander.join()).isEqualTo("bystander");
        assertThat(timed.join()).isEqualTo("timed");
        assertThat(runtime.spawn(() -> Thread.currentThread()).join()).isSameAs(worker);
        assertThat(runtime.spawnBlocking(() -> "blocking").join()).isEqualTo("blocking");
        assertThat(runtime.blockOn(() -> Task.spawnLocal(() -> "local").await()))
                .isEqualTo("local");
        assertThat(runtime.aliveTasks()).isEmpty();
        runtime.close();
        worker.join();
        reports.close();
    }

    /** Throwables in the making: some are the JVM's own. */
    enum Kind {
        EXCEPTION(() -> new RuntimeException("fault")),
        ERROR(() -> new AssertionError("fault")),
        OUT_OF_MEMORY(FaultTest::outOfMemory),
        STACK_OVERFLOW(FaultTest::stackOverflow);

        private final Supplier<Throwable> make;

        Kind(Supplier<Throwable> make) {
            this.make = make;
        }
    }

    private static Throwable outOfMemory() {
        try {
            return new IllegalStateException("got " + new long[Integer.MAX_VALUE].length);
        } catch (OutOfMemoryError error) {
            return error;
        }
    }

    @SuppressWarnings("InfiniteRecursion") // on purpose
    private static int depth(int before) {
        return 1 + depth(before + 1);
    }

    private static Throwable stackOverflow() {
        try {
            return new IllegalStateException("got " + depth(0));
        } catch (StackOverflowError error) {
            return error;
        }
    }

    private RuntimeException thrown() {
        throw Throwables.sneak(fault);
    }

    /** Where something goes wrong; gives the task that it goes wrong for. */
    private enum Place {
        POLL(test ->
                test.builder()
                        .spawn(cx -> {
                            throw test.thrown();
                        })),
        POLL_AFTER_AN_AWAIT(test ->
                test.builder()
                        .spawn(() -> {
                            Task.yieldNow().await();
                            throw test.thrown();
                        })),
        COMMAND(test -> {
            test.runtime
                    .asExecutor()
                    .execute(() -> {
                        throw test.thrown();
                    });
            return test.builder().spawn(Async.failed(test.fault));
        }),
        LOCAL_ON_A_WORKER(test ->
                test.runtime
                        .spawn(() ->
                                Task.builder()
                                        .isolated()
                                        .spawnLocal(() -> {
                                            Task.yieldNow().await();
                                            throw test.thrown();
                                        }))
                        .join()),
        LOCAL_IN_BLOCK_ON(test ->
                test.runtime.blockOn(() -> {
                    JoinHandle<Object> local =
                            Task.builder()
                                    .isolated()
                                    .spawnLocal(() -> {
                                        Task.yieldNow().await();
                                        throw test.thrown();
                                    });
                    local.outcome().await();
                    return local;
                })),
        BLOCKING(test ->
                test.builder()
                        .spawnBlocking(() -> {
                            throw test.thrown();
                        })),
        INITIALISER(test -> {
            TaskLocal<Object> local =
                    TaskLocal.withInitial(() -> {
                        throw test.thrown();
                    });
            return test.builder().spawn(() -> local.get());
        }),
        ON_CANCEL(test -> {
            JoinHandle<Object> handle = test.builder().spawn(new BadlyCancelled(test));
            test.runtime.spawn(() -> 1).join(); // it waits
            handle.cancel();
            return handle;
        }),
        ON_CANCEL_OF_WHAT_IS_AWAITED(test -> {
            JoinHandle<Object> handle =
                    test.builder().spawn(() -> new BadlyCancelled(test).await());
            test.runtime.spawn(() -> 1).join();
            handle.cancel();
            return handle;
        });

        interface Action {
            JoinHandle<Object> start(FaultTest test) throws Exception;
        }

        private final Action action;

        Place(Action action) {
            this.action = action;
        }
    }

    private record BadlyCancelled(FaultTest test) implements Async<Object> {
        @Override
        public Poll<Object> poll(Context cx) {
            return Poll.pending();
        }

        @Override
        public boolean onCancel(Context cx) {
            throw test.thrown();
        }
    }

    private Task.Builder builder() {
        return runtime.taskBuilder().isolated();
    }

    static Stream<Arguments> everything() {
        return Stream.of(Kind.values())
                .flatMap(kind -> Stream.of(Place.values()).map(place -> Arguments.of(kind, place)));
    }

    @ParameterizedTest
    @MethodSource("everything")
    void P5_theTaskFailsWithItAndNothingElseIsLost(Kind kind, Place place) throws Exception {
        fault = kind.make.get();

        JoinHandle<Object> handle = place.action.start(this);

        assertThat(Task.blockOn(handle.outcome())).isEqualTo(new Outcome.Failed<>(fault));
    }

    // ---- what goes wrong beside the body ----

    @ParameterizedTest
    @MethodSource("kinds")
    void P5_inADestructor(Kind kind) {
        fault = kind.make.get();
        List<String> destroyed = new CopyOnWriteArrayList<>();
        TaskLocal<String> first = TaskLocal.withInitial(() -> "first", destroyed::add);
        TaskLocal<String> bad =
                TaskLocal.withInitial(
                        () -> "",
                        value -> {
                            throw thrown();
                        });
        TaskLocal<String> last = TaskLocal.withInitial(() -> "last", destroyed::add);
        JoinHandle<String> handle = runtime.spawn(() -> first.get() + bad.get() + last.get());

        assertThat(handle.join()).isEqualTo("firstlast");
        assertThat(destroyed).containsExactly("last", "first");
        assertThat(reports.logged)
                .singleElement()
                .satisfies(record -> assertThat(record.getThrown()).isSameAs(fault));
    }

    static Kind[] kinds() {
        return Kind.values();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void P5_inAWakerAtTheEndOfATask(Kind kind) throws Exception {
        fault = kind.make.get();
        Door<String> awaited = new Door<>();
        JoinHandle<String> handle = runtime.spawn(awaited);
        Waker bad =
                Waker.of(() -> {
                    throw thrown();
                });
        handle.poll(Context.of(bad));
        List<JoinHandle<String>> awaiters = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            awaiters.add(runtime.spawn(() -> handle.await()));
        }
        runtime.spawn(() -> 1).join(); // all wait
        awaited.open("woken all the same");

        for (JoinHandle<String> awaiter : awaiters) {
            assertThat(awaiter.join()).isEqualTo("woken all the same");
        }
        assertThat(Reports.take(reports.uncaught)).isSameAs(fault);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void P5_inAWakerOfATimer(Kind kind) throws Exception {
        fault = kind.make.get();
        Waker bad =
                Waker.of(() -> {
                    throw thrown();
                });
        Async<Void> sleep = Task.sleep(Duration.ofNanos(1));
        runtime.spawn(
                        cx -> {
                            sleep.poll(Context.of(bad));
                            return Poll.ready(null);
                        })
                .join();

        assertThat(Reports.take(reports.uncaught)).isSameAs(fault);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void P5_inAHandlerOfPanics(Kind kind) throws Exception {
        fault = kind.make.get();
        AssertionError panic = new AssertionError("panic");
        replaceRuntime(
                TaskRuntime.builder()
                        .workers(1)
                        .onPanic((task, ignored) -> {
                            throw thrown();
                        })
                        .build());
        JoinHandle<Object> handle = runtime.spawn(Async.failed(panic));

        assertThat(Task.blockOn(handle.outcome())).isEqualTo(new Outcome.Failed<>(panic));
        assertThat(Reports.take(reports.uncaught)).isSameAs(fault);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void P5_inAHandlerOfUnobservedFailures(Kind kind) throws Exception {
        fault = kind.make.get();
        replaceRuntime(
                TaskRuntime.builder()
                        .workers(1)
                        .onUnobservedFailure((task, ignored) -> {
                            throw thrown();
                        })
                        .build());
        for (int i = 0; i < 3; i++) {
            runtime.spawn(Async.failed(new RuntimeException("unobserved")));
        }
        runtime.spawn(() -> 1).join();

        assertThat(Garbage.collectedUntil(() -> reports.uncaught.size() == 3)).isTrue();
        assertThat(reports.uncaught).containsOnly(fault);
    }

    private void replaceRuntime(TaskRuntime other) throws Exception {
        door.open("bystander");
        runtime.close();
        runtime = other;
        settle();
    }

    @Test
    void P5_inTheUncaughtExceptionHandlerItself() {
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> {
            throw new IllegalStateException("handler");
        });
        AssertionError panic = new AssertionError("without a root");
        JoinHandle<Object> handle = runtime.spawn(Async.failed(panic));

        assertThat(Task.blockOn(handle.outcome())).isEqualTo(new Outcome.Failed<>(panic));
    }

    @Test
    void P5_inADependentOfAFuture() throws Exception {
        Door<String> awaited = new Door<>();
        CompletableFuture<String> future = runtime.spawn(awaited).toCompletableFuture();
        CompletableFuture<String> dependent =
                future.thenApply(value -> {
                    throw new StackOverflowError("in a dependent");
                });
        awaited.open("value");

        assertThat(future.get()).isEqualTo("value");
        assertThat(dependent.handle((value, thrown) -> thrown).get())
                .hasRootCauseInstanceOf(StackOverflowError.class);
    }

    @Test
    void P5_manyAtOnceLoseNoneOfTheOthers() {
        List<JoinHandle<Integer>> good = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            int number = i;
            if (i % 2 == 0) {
                runtime.spawn(
                                () -> {
                                    Task.yieldNow().await();
                                    throw new AssertionError("number " + number);
                                })
                        .cancel();
                runtime.taskBuilder().isolated().spawn(Async.failed(new Error())).outcome();
            }
            good.add(
                    runtime.spawn(() -> {
                        Task.yieldNow().await();
                        return number;
                    }));
        }

        assertThat(runtime.blockOn(Async.joinAll(good))).hasSize(2000).isSorted();
    }
}
