package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thrum.support.Probe;
import dev.thrum.timer.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link Task#interval}. */
class IntervalTest {
    private static final Duration PERIOD = Duration.ofMillis(10);

    @Test
    void T5_theFirstTickIsOnePeriodAfterTheFirstPollAndNoneIsEarly() {
        List<Long> at = new ArrayList<>();
        long start = System.nanoTime();
        long last =
                Task.blockOn(() -> {
                    Interval interval = Task.interval(Duration.ofMillis(2));
                    long number = 0;
                    for (int i = 0; i < 5; i++) {
                        number = interval.tick().await();
                        at.add(System.nanoTime() - start);
                    }
                    return number;
                });

        assertThat(last).isGreaterThanOrEqualTo(5);
        for (int i = 0; i < at.size(); i++) {
            assertThat(at.get(i)).isGreaterThanOrEqualTo((i + 1) * 2_000_000L);
        }
    }

    @Test
    void theClockStartsAtTheFirstPollNotWhenItIsMade() {
        Interval interval = Task.interval(Duration.ofMillis(5));
        Async<Long> tick = interval.tick();
        long start = System.nanoTime();
        long number = Task.blockOn(tick);

        assertThat(number).isPositive();
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(5_000_000L);
    }

    @Test
    void whoComesLateGetsOneTickAtOnceAndItsNumberTellsHowManyWereMissed() {
        Interval interval = Task.interval(PERIOD);
        List<Long> numbers =
                Task.blockOn(() -> {
                    List<Long> got = new ArrayList<>();
                    got.add(interval.tick().await());
                    Task.spawnBlocking(() -> busyFor(PERIOD.multipliedBy(5))).await();
                    Probe<Long> late = Probe.polled(interval.tick());
                    assertThat(late.isDone()).isTrue(); // it does not wait
                    got.add(late.value());
                    got.add(interval.tick().await());
                    return got;
                });

        assertThat(numbers.get(1) - numbers.get(0)).isGreaterThanOrEqualTo(5);
        assertThat(numbers.get(2)).isGreaterThan(numbers.get(1));
    }

    private static void busyFor(Duration duration) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < duration.toNanos()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void C2_aTickThatIsCancelledIsNotTakenAway() {
        Interval interval = Task.interval(Duration.ofMillis(50));
        long number =
                Task.blockOn(() -> {
                    var other = Task.yieldNow().map(v -> 0L);
                    long nothing = Async.race(interval.tick(), other).await();
                    return nothing + interval.tick().await();
                });

        assertThat(number).isPositive();
    }

    @Test
    void C2_aCancelledTickLeavesNoTimerBehind() {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            Timers timers = runtime.timers;
            runtime.blockOn(() -> {
                Interval interval = Task.interval(Duration.ofHours(1));
                for (int i = 0; i < 100; i++) {
                    Async.race(interval.tick(), Task.yieldNow()).await();
                }
            });
            assertThat(timers.size()).isZero();
        }
    }

    @Test
    void aPeriodTooLongToCountNeverTicks() {
        Interval interval = Task.interval(Duration.ofSeconds(Long.MAX_VALUE));
        assertThat(Probe.polled(interval.tick()).isDone()).isFalse();
        Interval centuries = Task.interval(Duration.ofDays(365L * 200));
        assertThat(Probe.polled(centuries.tick()).isDone()).isFalse();
    }

    @Test
    void A1_aTickIsOneShot() {
        Interval interval = Task.interval(Duration.ofMillis(1));
        Async<Long> tick = interval.tick();
        Task.blockOn(tick);

        assertThatThrownBy(() -> Task.blockOn(tick)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void S10_badPeriodsAreRefusedAtTheCall() {
        assertThatThrownBy(() -> Task.interval(null)).hasMessage("period");
        assertThatThrownBy(() -> Task.interval(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT0S");
        assertThatThrownBy(() -> Task.interval(Duration.ofMillis(-1)))
                .hasMessageContaining("PT-0.001S");
    }
}
