package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link JoinSet#limited}: at most so many tasks run at a time, in the order of spawning. */
class JoinSetLimitTest {
    private final TaskRuntime runtime = TaskRuntime.builder().workers(2).build();

    @AfterEach
    void close() {
        runtime.close();
    }

    private <T> JoinHandle<T> spawn(JoinSet<T> set, Async<T> async) {
        return runtime.blockOn(Async.async(() -> set.spawn(async)));
    }

    private static <T> void drain(JoinSet<T> set) {
        while (Task.blockOn(set.next()).isPresent()) {
            // until none is left
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 50})
    void neverMoreThanTheLimitRunAndAllDo(int limit) {
        JoinSet<Integer> set = JoinSet.limited(limit);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        int sum =
                runtime.blockOn(() -> {
                    for (int i = 0; i < 500; i++) {
                        int yields = i % 4;
                        set.spawn(() -> {
                            most.accumulateAndGet(running.incrementAndGet(), Math::max);
                            try {
                                for (int k = 0; k < yields; k++) {
                                    Task.yieldNow().await();
                                }
                            } finally {
                                running.decrementAndGet();
                            }
                            return 1;
                        });
                    }
                    int all = 0;
                    for (var done = set.next().await();
                            done.isPresent();
                            done = set.next().await()) {
                        all += done.get().await();
                    }
                    return all;
                });

        assertThat(sum).isEqualTo(500);
        assertThat(most.get()).isBetween(1, limit);
        if (limit <= 3) {
            assertThat(most).hasValue(limit);
        }
    }

    @Test
    void turnsComeInTheOrderOfSpawningNotOfTheFirstPoll() throws Exception {
        List<Integer> order = new CopyOnWriteArrayList<>();
        JoinSet<Boolean> set = JoinSet.limited(1);
        try (TaskRuntime single = TaskRuntime.builder().workers(1).build()) {
            CountDownLatch busy = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            JoinHandle<?> blocker =
                    single.spawn(cx -> {
                        busy.countDown();
                        Door.await(go);
                        return Poll.ready(null);
                    });
            Door.await(busy);
            // From outside, then from within: a worker's own queue goes before what is handed in.
            single.blockOn(() -> {
                set.spawn(() -> order.add(1));
                set.spawn(() -> order.add(2));
            });
            JoinHandle<?> within =
                    single.spawn(() -> {
                        set.spawn(() -> order.add(3));
                        set.spawn(() -> order.add(4));
                    });
            go.countDown();
            blocker.join();
            within.join();
            drain(set);
        }
        assertThat(order).containsExactly(1, 2, 3, 4);
    }

    @Test
    void orderIsThatOfSpawningWhicheverWorkerPolls() {
        for (int round = 0; round < 50; round++) {
            List<Integer> order = new CopyOnWriteArrayList<>();
            JoinSet<Boolean> set = JoinSet.limited(1);
            runtime.blockOn(() -> {
                for (int i = 0; i < 20; i++) {
                    int number = i;
                    set.spawn(() -> order.add(number));
                }
                while (set.next().await().isPresent()) {
                    Task.yieldNow().await();
                }
            });
            assertThat(order).isSorted().hasSize(20);
        }
    }

    @Test
    void aTaskHasItsTurnUntilItsCleanupHasRun() throws Exception {
        JoinSet<Integer> set = JoinSet.limited(1);
        Gate<Integer> work = new Gate<>();
        Gate<Integer> cleanup = new Gate<>();
        JoinHandle<Integer> first =
                spawn(
                        set,
                        Async.async(() -> {
                            try {
                                return work.await();
                            } finally {
                                cleanup.shield().await();
                            }
                        }));
        work.awaitPolls(1);
        Gate<Integer> second = new Gate<>();
        JoinHandle<Integer> next = spawn(set, second);

        first.cancel();
        cleanup.awaitPolls(1);
        assertThat(set).hasToString("JoinSet[running=1, waiting=1, finished=0]");
        assertThat(second.polls()).isZero();
        cleanup.open(1);
        second.open(2);
        assertThat(next.join()).isEqualTo(2);
    }

    @Test
    void C1_oneThatIsCancelledBeforeItsTurnNeverRunsAndTakesNoTurn() throws Exception {
        JoinSet<Integer> set = JoinSet.limited(1);
        Door<Integer> first = new Door<>();
        spawn(set, first);
        first.awaitPolled();
        Door<Integer> cancelled = new Door<>();
        JoinHandle<Integer> waiting = spawn(set, cancelled);
        JoinHandle<Integer> last = spawn(set, Async.ready(3));

        assertThat(Task.blockOn(waiting.cancel())).isEqualTo(new Outcome.Cancelled<>());
        assertThat(last.isDone()).isFalse();
        first.open(1);

        assertThat(last.join()).isEqualTo(3);
        assertThat(cancelled.polls).hasValue(0);
    }

    @Test
    void oneThatIsDroppedByItsRuntimeGivesItsTurnUp() throws Exception {
        JoinSet<Integer> set = JoinSet.limited(1);
        TaskRuntime closed =
                TaskRuntime.builder().workers(1).closeTimeout(Duration.ofMillis(1)).build();
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        closed.spawn(cx -> {
            busy.countDown();
            Door.await(go); // so that what is queued behind is not polled before the end
            return Poll.ready(null);
        });
        Door.await(busy);
        try (Reports reports = new Reports()) {
            closed.blockOn(() -> {
                set.spawn(new Door<Integer>()); // has the turn, is never polled
                set.spawn(new Door<Integer>()); // waits for it
            });
            JoinHandle<Integer> elsewhere = spawn(set, Async.ready(7));
            closed.close();
            go.countDown();

            assertThat(elsewhere.join()).isEqualTo(7);
            assertThat(reports.logged).isNotEmpty();
        }
    }

    /** Linear: a hundred thousand take well under a second; quadratic, a minute. */
    @Test
    @Timeout(60)
    void cancellingAHundredThousandThatWaitIsCheap() throws Exception {
        JoinSet<Integer> set = JoinSet.limited(1);
        runtime.blockOn(() -> {
            for (int i = 0; i < 100_000; i++) {
                set.spawn(new Door<Integer>());
            }
        });
        set.cancelAll();
        drain(set);

        assertThat(set.size()).isZero();
    }

    @Test
    void noneIsLetInByCancelAllJustToBeCancelled() throws Exception {
        JoinSet<Integer> set = JoinSet.limited(2);
        List<Door<Integer>> doors = new ArrayList<>();
        runtime.blockOn(() -> {
            for (int i = 0; i < 200; i++) {
                Door<Integer> door = new Door<>();
                doors.add(door);
                set.spawn(door);
            }
        });
        doors.get(0).awaitPolled();
        doors.get(1).awaitPolled();

        set.cancelAll();
        drain(set);

        assertThat(doors).filteredOn(door -> door.polls.get() > 0).hasSize(2);
    }

    @Test
    void A7_cancelledAtAnyMomentNoTurnIsLost() {
        JoinSet<Integer> set = JoinSet.limited(3);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger taken = new AtomicInteger();
        runtime.blockOn(() -> {
            List<JoinHandle<?>> spawners = new ArrayList<>();
            for (int s = 0; s < 4; s++) {
                SplittableRandom random = new SplittableRandom(s);
                spawners.add(
                        Task.spawn(() -> {
                            for (int i = 0; i < 500; i++) {
                                JoinHandle<Integer> one =
                                        set.spawn(() -> {
                                            int now = running.incrementAndGet();
                                            try {
                                                Task.yieldNow().await();
                                            } finally {
                                                running.decrementAndGet();
                                            }
                                            return now;
                                        });
                                for (int k = random.nextInt(4); k > 0; k--) {
                                    Task.yieldNow().await();
                                }
                                if (random.nextBoolean()) {
                                    one.cancel();
                                }
                            }
                        }));
            }
            for (var spawner : spawners) {
                spawner.await();
            }
            for (var done = set.next().await(); done.isPresent(); done = set.next().await()) {
                taken.incrementAndGet();
                if (done.get().outcome().await() instanceof Outcome.Succeeded<Integer>(var now)) {
                    assertThat(now).isBetween(1, 3);
                }
            }
        });
        assertThat(taken).hasValue(2_000);
        assertThat(set).hasToString("JoinSet[running=0, waiting=0, finished=0]");
    }
}
