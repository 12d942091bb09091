package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SleepTest {

    private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

    private final TaskRuntime runtime = TaskRuntime.builder().workers(1).build();
    private final Context cx = Context.of(Waker.noop());

    @AfterEach
    void close() {
        runtime.close();
    }

    @Test
    void T5_zeroAndNegativeAreReadyAtOnce() throws Exception {
        for (Duration none : List.of(Duration.ZERO, Duration.ofNanos(-1), FOREVER.negated())) {
            assertThat(Task.sleep(none).poll(cx)).isEqualTo(Poll.ready(null));
        }
    }

    @Test
    void T5_zeroDoesNotGiveWay() {
        List<String> log = new ArrayList<>();

        Task.blockOn(() -> {
            Task.spawnLocal(() -> log.add("local"));
            Task.sleep(Duration.ZERO).await();
            log.add("root");
        });

        assertThat(log).containsExactly("root");
    }

    @Test
    void T5_itIsNeverEarly() {
        for (int micros : new int[] {1, 10, 100, 999, 1000, 1001, 5000, 20_000}) {
            long nanos = micros * 1000L;
            long start = System.nanoTime();
            runtime.blockOn(Task.sleep(Duration.ofNanos(nanos)));
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(nanos);
        }
    }

    @Test
    void T5_itIsNeverEarlyAmongManyOthersEither() throws Exception {
        List<JoinHandle<Long>> sleepers = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            long nanos = (i * 7919L) % 20_000_000;
            sleepers.add(
                    runtime.spawn(() -> {
                        long start = System.nanoTime();
                        Task.sleep(Duration.ofNanos(nanos)).await();
                        return System.nanoTime() - start - nanos;
                    }));
        }

        for (JoinHandle<Long> sleeper : sleepers) {
            assertThat(sleeper.join()).isNotNegative();
        }
    }

    @Test
    void T5_theClockStartsAtTheFirstPoll() {
        long nanos = 20_000_000;
        Async<Void> early = Task.sleep(Duration.ofNanos(nanos));
        runtime.blockOn(Task.sleep(Duration.ofNanos(nanos)));

        long start = System.nanoTime();
        runtime.blockOn(early);

        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(nanos);
    }

    @Test
    void T5_hugeDurationsAreLegalAndDoNotEnd() {
        List<JoinHandle<Void>> handles = new ArrayList<>();
        for (Duration huge :
                List.of(
                        FOREVER,
                        FOREVER.plusNanos(999_999_999),
                        Duration.ofNanos(Long.MAX_VALUE),
                        Duration.ofDays(365L * 146),
                        Duration.ofDays(365L * 293))) {
            handles.add(runtime.spawn(Task.sleep(huge)));
        }

        runtime.blockOn(Task.sleep(Duration.ofMillis(2)));

        for (JoinHandle<Void> handle : handles) {
            assertThat(handle.isDone()).isFalse();
            assertThat(Task.blockOn(handle.cancel())).isEqualTo(new Outcome.Cancelled<>());
        }
        assertThat(runtime.timers.size()).isZero();
    }

    @Test
    void T5_aSleepWorksWhereverItIsAwaited() throws Exception {
        Duration short_ = Duration.ofNanos(100_000);
        Task.blockOn(Task.sleep(short_));
        Task.blockOn(() -> {
            Task.sleep(short_).await();
            Task.spawnLocal(
                            () -> {
                                Task.sleep(short_).await();
                            })
                    .await();
            Task.blockOn(Task.sleep(short_));
        });
        runtime.spawnBlocking(
                        () -> {
                            Task.blockOn(Task.sleep(short_));
                        })
                .join();
        Thread.ofVirtual().start(() -> Task.blockOn(Task.sleep(short_))).join();
    }

    @Test
    void T5_aSleepPolledByHandWakesTheLatestWaker() throws Exception {
        var first = new AtomicInteger();
        var second = new CountDownLatch(1);
        Async<Void> sleep = Task.sleep(Duration.ofMillis(20));
        assertThat(sleep.poll(Context.of(Waker.of(first::incrementAndGet))).isPending()).isTrue();
        Poll<Void> again = sleep.poll(Context.of(Waker.of(second::countDown)));

        if (again.isPending()) { // not on a machine that stood still
            second.await();
            assertThat(first).hasValue(0);
            assertThat(sleep.poll(cx).isReady()).isTrue();
        }
    }

    @Test
    void T5_timersOfTwoRuntimesAreIndependent() throws Exception {
        try (var other = TaskRuntime.builder().workers(1).build()) {
            JoinHandle<Void> there = other.spawn(Task.sleep(Duration.ofDays(1)));
            other.spawn(() -> {}).join();
            assertThat(other.timers.size()).isEqualTo(1);
            assertThat(runtime.timers.size()).isZero();

            // A root of one that runs on a worker of the other has the timers of its own.
            other.spawn(
                            () -> {
                                runtime.blockOn(Task.sleep(Duration.ofMillis(1)));
                            })
                    .join();
            assertThat(there.isDone()).isFalse();
        }
    }

    @Test
    void T5_aHundredThousandSleepers() {
        long done =
                runtime.blockOn(() -> {
                    List<JoinHandle<Void>> sleepers = new ArrayList<>();
                    for (int i = 0; i < 100_000; i++) {
                        sleepers.add(Task.spawn(Task.sleep(Duration.ofMillis(1 + i % 50))));
                    }
                    long count = 0;
                    for (JoinHandle<Void> sleeper : sleepers) {
                        sleeper.await();
                        count++;
                    }
                    return count;
                });

        assertThat(done).isEqualTo(100_000);
        assertThat(runtime.timers.size()).isZero();
    }

    @Test
    void S10_aNullDurationIsNamed() {
        assertThatThrownBy(() -> Task.sleep(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("duration");
        assertThatThrownBy(() -> Async.pending().timeout(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("duration");
    }
}
