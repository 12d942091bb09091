package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class SpawnLocalTest {

    /** The threads that poll a body which gives way some times. */
    private static Async<Set<Thread>> pollers() {
        return Async.async(() -> {
            Set<Thread> threads = new HashSet<>();
            for (int i = 0; i < 20; i++) {
                threads.add(Thread.currentThread());
                Task.yieldNow().await();
                Task.spawn(() -> Task.yieldNow().await()).await();
            }
            return threads;
        });
    }

    @Test
    void T3_withinBlockOnIsPolledByThatThreadAlone() {
        Set<Thread> threads = Task.blockOn(() -> Task.spawnLocal(pollers()).await());

        assertThat(threads).containsOnly(Thread.currentThread());
    }

    @Test
    void T3_withinBlockOnOfAVirtualThread() throws Exception {
        FutureTask<Set<Thread>> future =
                new FutureTask<>(() -> Task.blockOn(() -> Task.spawnLocal(pollers()).await()));
        Thread virtual = Thread.ofVirtual().start(future);

        assertThat(future.get()).containsOnly(virtual);
    }

    @Test
    void T3_onAWorkerIsPinnedToThatWorkerThoughOthersAreFree() {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(4).build()) {
            List<JoinHandle<Boolean>> all = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                all.add(
                        runtime.spawn(() -> {
                            Thread home = Thread.currentThread();
                            JoinHandle<Set<Thread>> local = Task.spawnLocal(pollers());
                            return local.await().equals(Set.of(home));
                        }));
            }

            assertThat(runtime.blockOn(Async.joinAll(all))).containsOnly(true);
        }
    }

    @Test
    void T3_oneOfALocalTaskStaysOnTheSameThread() {
        Set<Thread> threads =
                Task.blockOn(
                        () -> Task.spawnLocal(() -> Task.spawnLocal(pollers()).await()).await());

        assertThat(threads).containsOnly(Thread.currentThread());
    }

    @Test
    void T3_returnsBeforeTheBodyRuns() {
        Task.blockOn(() -> {
            boolean[] ran = {false};
            JoinHandle<Void> local =
                    Task.spawnLocal(() -> {
                        ran[0] = true;
                    });
            assertThat(ran[0]).isFalse();
            local.await();
            assertThat(ran[0]).isTrue();
        });
    }

    @Test
    void T3_bodiesNeedNoThreadSafety() {
        List<Integer> plain = new ArrayList<>();
        Task.blockOn(() -> {
            List<JoinHandle<Void>> all = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                int number = i;
                all.add(
                        Task.spawnLocal(() -> {
                            for (int round = 0; round < 10; round++) {
                                plain.add(number);
                                Task.yieldNow().await();
                            }
                        }));
            }
            Async.joinAll(all).await();
        });

        assertThat(plain).hasSize(1000);
    }

    @Test
    void T3_localTasksThatYieldTakeTurns() {
        List<Integer> order = new ArrayList<>();
        Task.blockOn(() -> {
            List<JoinHandle<Void>> all = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                int number = i;
                all.add(
                        Task.spawnLocal(() -> {
                            for (int round = 0; round < 4; round++) {
                                order.add(number);
                                Task.yieldNow().await();
                            }
                        }));
            }
            Async.joinAll(all).await();
        });

        assertThat(order).containsExactly(0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2);
    }

    @Test
    void T3_neitherTheRootNorALocalTaskStarvesTheOther() {
        int turns =
                Task.blockOn(() -> {
                    boolean[] end = {false};
                    int[] count = {0};
                    JoinHandle<Void> busy =
                            Task.spawnLocal(() -> {
                                while (!end[0]) {
                                    count[0]++;
                                    Task.yieldNow().await();
                                }
                            });
                    while (count[0] < 10) {
                        Task.yieldNow().await();
                    }
                    end[0] = true;
                    busy.await();
                    return count[0];
                });

        assertThat(turns).isGreaterThanOrEqualTo(10);
    }

    @Test
    void T3_isWokenByOtherThreads() {
        int woken =
                Task.blockOn(() -> {
                    Door<Integer> door = new Door<>();
                    JoinHandle<Integer> local = Task.spawnLocal(door);
                    Task.spawnBlocking(() -> {
                        door.awaitPolled();
                        door.open(5);
                    });
                    Task.sleep(Duration.ofMillis(1)).await();
                    return local.await();
                });

        assertThat(woken).isEqualTo(5);
    }

    @Test
    void T3_nestedBlockOnDrivesThemToo() {
        int value =
                Task.blockOn(() -> {
                    JoinHandle<Integer> local = Task.spawnLocal(() -> 1);
                    int inner = Task.blockOn(local);
                    int deeper =
                            Task.spawnLocal(() -> Task.blockOn(Task.spawnLocal(() -> 2))).await();
                    return inner + deeper;
                });

        assertThat(value).isEqualTo(3);
    }

    @Test
    void T3_nestedBlockOnOnAWorkerDrivesThatWorkersOnes() {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            JoinHandle<Integer> handle =
                    runtime.spawn(() -> Task.blockOn(Task.spawnLocal(() -> Task.blockOn(() -> 3))));

            assertThat(handle.join()).isEqualTo(3);
        }
    }

    @Test
    void T3_leftTasksGoOnInTheNextBlockOnOfTheThread() throws Exception {
        List<String> log = new ArrayList<>();
        FutureTask<Void> thread =
                new FutureTask<>(() -> {
                    Door<Void> door = new Door<>();
                    JoinHandle<Void> left =
                            Task.blockOn(() -> {
                                JoinHandle<Void> local =
                                        Task.spawnLocal(() -> {
                                            log.add("start");
                                            door.await();
                                            log.add("end");
                                        });
                                Task.yieldNow().await();
                                return local;
                            });
                    log.add("between");
                    door.open(null); // outside of blockOn nobody polls it
                    assertThat(left.isDone()).isFalse();
                    Task.blockOn(left);
                    return null;
                });
        Thread.ofPlatform().start(thread);
        thread.get();

        assertThat(log).containsExactly("start", "between", "end");
    }

    @Test
    void T3_canBeAwaitedAndCancelledFromElsewhereAndEndsOnItsThread() throws Exception {
        TaskLocal<Integer> local = TaskLocal.withInitial(() -> 0, value -> ended.add(here()));
        Door<Void> door = new Door<>();
        JoinHandle<Outcome<Void>> observer =
                Task.blockOn(() -> {
                    JoinHandle<Void> victim =
                            Task.spawnLocal(() -> {
                                local.get();
                                try {
                                    door.await();
                                } finally {
                                    ended.add(here());
                                }
                            });
                    JoinHandle<Outcome<Void>> other =
                            Task.spawn(() -> {
                                Task.spawnBlocking(() -> door.awaitPolled()).await();
                                return victim.cancel().await();
                            });
                    other.outcome().await();
                    return other;
                });

        assertThat(observer.join()).isEqualTo(new Outcome.Cancelled<>());
        assertThat(ended).hasSize(2).containsOnly(here());
    }

    private final List<Thread> ended = new ArrayList<>();

    private static Thread here() {
        return Thread.currentThread();
    }

    @Test
    void T3_onAThreadThatDrivesNothingIsRefused() {
        assertThatThrownBy(() -> Task.spawnLocal(() -> 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(Thread.currentThread().getName())
                .hasMessageContaining("blockOn");
        Throwable inBlocking =
                Task.spawnBlocking(() -> catchThrowable(() -> Task.spawnLocal(() -> 1))).join();
        assertThat(inBlocking).isInstanceOf(IllegalStateException.class);
        assertThat(
                        Task.spawnBlocking(
                                        () -> Task.blockOn(() -> Task.spawnLocal(() -> 1).await()))
                                .join())
                .isEqualTo(1);
    }

    @Test
    void T3_aDeadThreadsWakersDoNoHarm() throws Exception {
        Door<Void> door = new Door<>();
        CountDownLatch polled = new CountDownLatch(1);
        Thread thread =
                Thread.ofPlatform()
                        .start(() ->
                                Task.blockOn(() -> {
                                    Task.spawnLocal(door);
                                    Task.yieldNow().await();
                                    polled.countDown();
                                }));
        thread.join();
        Door.await(polled);

        door.open(null);

        assertThat(Task.spawn(() -> "alive").join()).isEqualTo("alive");
    }

    @Test
    void badInput_nullIsRefusedByName() {
        assertThatThrownBy(() -> Task.spawnLocal((Async<?>) null)).hasMessage("async");
        assertThatThrownBy(() -> Task.spawnLocal((AsyncCallable<?>) null)).hasMessage("body");
        assertThatThrownBy(() -> Task.spawnLocal((AsyncRunnable) null)).hasMessage("body");
    }
}
