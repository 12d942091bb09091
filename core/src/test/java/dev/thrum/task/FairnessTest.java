package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A5 and T6, on one worker: what it does not run does not run. */
class FairnessTest {

    private final TaskRuntime runtime = TaskRuntime.builder().workers(1).build();
    private final List<Object> log = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        runtime.close();
    }

    /** Runs all bodies on the worker, the first of them only when all are queued. */
    private void runTogether(List<AsyncRunnable> bodies) throws Exception {
        var spawned = new CountDownLatch(1);
        List<JoinHandle<Void>> handles = new ArrayList<>();
        handles.add(runtime.spawn(() -> spawned.await()));
        for (AsyncRunnable body : bodies) {
            handles.add(runtime.spawn(body));
        }
        spawned.countDown();
        for (JoinHandle<Void> handle : handles) {
            handle.join();
        }
    }

    private AsyncRunnable logs(Object entry) {
        return () -> log.add(entry);
    }

    @Test
    void T6_aYieldingTaskGoesBehindAllThatAreReady() throws Exception {
        List<AsyncRunnable> bodies = new ArrayList<>();
        bodies.add(() -> {
            log.add("before");
            Task.yieldNow().await();
            log.add("after");
        });
        for (int i = 0; i < 300; i++) {
            bodies.add(logs(i));
        }

        runTogether(bodies);

        assertThat(log.getFirst()).isEqualTo("before");
        assertThat(log.getLast()).isEqualTo("after");
        assertThat(log).hasSize(302);
    }

    @Test
    void T6_aYieldingTaskGoesBehindOnesThatOtherThreadsHaveJustSpawned() {
        runtime.spawn(
                        () -> {
                            Thread other =
                                    Thread.ofPlatform()
                                            .start(() -> {
                                                for (int i = 0; i < 100; i++) {
                                                    runtime.spawn(logs(i));
                                                }
                                            });
                            other.join();
                            Task.yieldNow().await();
                            log.add("after");
                        })
                .join();

        assertThat(log).hasSize(101);
        assertThat(log.getLast()).isEqualTo("after");
    }

    @Test
    void T6_yieldingTasksTakeTurns() throws Exception {
        List<AsyncRunnable> bodies = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int task = i;
            bodies.add(() -> {
                for (int round = 0; round < 3; round++) {
                    log.add(task);
                    Task.yieldNow().await();
                }
            });
        }

        runTogether(bodies);

        assertThat(log).containsExactly(0, 1, 2, 0, 1, 2, 0, 1, 2);
    }

    @Test
    void T6_aRootGoesBehindAllLocalTasksOfItsThread() {
        Task.blockOn(() -> {
            for (int i = 0; i < 100; i++) {
                Task.spawnLocal(logs(i));
            }
            Task.yieldNow().await();
            log.add("root");
        });

        assertThat(log).hasSize(101);
        assertThat(log.getLast()).isEqualTo("root");
    }

    @Test
    void T6_rootAndLocalTasksTakeTurns() {
        Task.blockOn(() -> {
            JoinHandle<Void> local =
                    Task.spawnLocal(() -> {
                        for (int round = 0; round < 3; round++) {
                            log.add("local");
                            Task.yieldNow().await();
                        }
                    });
            for (int round = 0; round < 3; round++) {
                log.add("root");
                Task.yieldNow().await();
            }
            local.await();
        });

        assertThat(log).containsExactly("root", "local", "root", "local", "root", "local");
    }

    @Test
    void T6_aLocalTaskOfAWorkerGoesBehindSharedOnes() throws Exception {
        AsyncRunnable spawnsLocal =
                () -> {
                    JoinHandle<Void> local =
                            Task.spawnLocal(() -> {
                                while (log.size() < 100) {
                                    Task.yieldNow().await();
                                    assertThat(log).hasSize(100);
                                }
                            });
                    local.await();
                };
        List<AsyncRunnable> bodies = new ArrayList<>(List.of(spawnsLocal));
        IntStream.range(0, 100).forEach(i -> bodies.add(logs(i)));

        runTogether(bodies);
    }

    @Test
    void T6_aRootThatYieldsInAPollOfAWorkerLetsTheOthersRun() throws Exception {
        var done = new AtomicBoolean();

        runtime.spawn(
                        () -> {
                            runtime.spawn(() -> done.set(true));
                            Task.blockOn(() -> {
                                while (!done.get()) {
                                    Task.yieldNow().await();
                                }
                            });
                        })
                .join();

        assertThat(done).isTrue();
    }

    @Test
    void T6_aTaskThatWakesItselfForEverStarvesNobody() throws Exception {
        JoinHandle<Object> spinning =
                runtime.spawn(cx -> {
                    cx.waker().wake();
                    return Poll.pending();
                });

        assertThat(runtime.spawn(() -> 1).join()).isEqualTo(1);
        assertThat(runtime.spawn(Task.sleep(Duration.ofNanos(1))).join()).isNull();
        assertThat(Task.blockOn(spinning.cancel())).isEqualTo(new Outcome.Cancelled<>());
    }

    @Test
    void T6_aChainOfSpawnsStarvesNobody() throws Exception {
        var goesOn = new AtomicBoolean(true);
        var ended = new CountDownLatch(1);
        spawnWhile(goesOn, ended);

        assertThat(runtime.spawn(() -> 1).join()).isEqualTo(1);
        goesOn.set(false);
        ended.await();
    }

    private void spawnWhile(AtomicBoolean goesOn, CountDownLatch ended) {
        runtime.spawn(cx -> {
            if (goesOn.get()) {
                spawnWhile(goesOn, ended);
            } else {
                ended.countDown();
            }
            return Poll.ready(null);
        });
    }

    @Test
    void A5_aReadyValueDoesNotSuspend() throws Exception {
        runTogether(
                List.of(
                        () -> {
                            for (int i = 0; i < 100; i++) {
                                Async.ready(i).await();
                            }
                            log.add("first");
                        },
                        logs("second")));

        assertThat(log).containsExactly("first", "second");
    }

    @Test
    void A5_aTaskOfReadyAwaitsGivesWayAfter128() throws Exception {
        var awaits = new AtomicInteger();
        runTogether(
                List.of(
                        () -> {
                            for (int i = 0; i < 1000; i++) {
                                Async.ready(i).await();
                                awaits.incrementAndGet();
                            }
                        },
                        () -> log.add(awaits.get())));

        assertThat(log).containsExactly(128);
    }

    @Test
    void A5_theBudgetCountsAwaitsOfNestedBlocksAndOfHandWrittenAsyncs() throws Exception {
        var awaits = new AtomicInteger();
        Async<Integer> handWritten = cx -> Poll.ready(awaits.incrementAndGet());
        runTogether(
                List.of(
                        () -> {
                            for (int i = 0; i < 1000; i++) {
                                Async<Integer> nested = Async.async(() -> handWritten.await());
                                nested.await();
                            }
                        },
                        () -> log.add(awaits.get())));

        assertThat(log).containsExactly(64);
    }

    @Test
    void A5_theBudgetIsThatOfTheTaskAlsoInParts() throws Exception {
        var awaits = new AtomicInteger();
        runTogether(
                List.of(
                        () -> {
                            Async<Void> a = countsTo(awaits, 1000);
                            Async<Void> b = countsTo(awaits, 1000);
                            Async<Void> c = countsTo(awaits, 1000).shield();
                            Async.joinAll(List.of(a, Async.race(b), c)).await();
                        },
                        () -> log.add(awaits.get())));

        assertThat(log).hasSize(1);
        // One await of the budget is that of joinAll itself.
        assertThat((Integer) log.getFirst()).isEqualTo(127);
        assertThat(awaits).hasValue(3000);
    }

    private static Async<Void> countsTo(AtomicInteger awaits, int limit) {
        return Async.async(() -> {
            for (int i = 0; i < limit; i++) {
                Async.ready(i).await();
                awaits.incrementAndGet();
            }
        });
    }

    @Test
    void A5_aRootGivesWayToLocalTasks() {
        Task.blockOn(() -> {
            JoinHandle<Void> local = Task.spawnLocal(logs("local"));
            var awaits = 0;
            while (!local.isDone()) {
                Async.ready(1).await();
                awaits++;
            }
            assertThat(awaits).isEqualTo(129); // the last one gave way
        });
    }

    @Test
    void A5_aLocalTaskGivesWayToTheRoot() {
        Task.blockOn(() -> {
            var stop = new AtomicBoolean();
            JoinHandle<Void> local =
                    Task.spawnLocal(() -> {
                        while (!stop.get()) {
                            Async.ready(1).await();
                        }
                    });
            Task.yieldNow().await();
            stop.set(true);
            local.await();
        });
    }
}
