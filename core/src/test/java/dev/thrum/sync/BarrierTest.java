package dev.thrum.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thrum.task.JoinHandle;
import dev.thrum.task.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BarrierTest {
    private final Barrier barrier = new Barrier(3);

    @Test
    void B102_theLastToArriveLeads_andNobodyElse() {
        Polled<Boolean> first = Polled.waiting(barrier.arrive());
        Polled<Boolean> second = Polled.waiting(barrier.arrive());
        assertThat(barrier).hasToString("Barrier[2 of 3 waiting]");
        assertThat(Polled.of(barrier.arrive()).get()).isTrue();
        assertThat(first.wakes() + second.wakes()).isEqualTo(2);
        assertThat(first.get()).isFalse();
        assertThat(second.get()).isFalse();
        assertThat(barrier).hasToString("Barrier[0 of 3 waiting]");
    }

    @Test
    void B102_eachRoundHasOneLeader_andNobodyRunsAhead() {
        int rounds = 300;
        AtomicInteger arrived = new AtomicInteger();
        AtomicInteger leaders = new AtomicInteger();
        Task.blockOn(() -> {
            List<JoinHandle<?>> tasks = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                tasks.add(
                        Task.spawn(() -> {
                            for (int round = 1; round <= rounds; round++) {
                                arrived.incrementAndGet();
                                if (barrier.arrive().await()) {
                                    leaders.incrementAndGet();
                                }
                                assertThat(arrived.get()).isBetween(3 * round, 3 * round + 2);
                            }
                        }));
            }
            for (var task : tasks) {
                task.await();
            }
        });
        assertThat(leaders).hasValue(rounds);
    }

    @Test
    void S9_aBarrierForOneNeverWaits() {
        Barrier alone = new Barrier(1);
        assertThat(Task.blockOn(alone.arrive())).isTrue();
        assertThat(Task.blockOn(alone.arrive())).isTrue();
    }

    @Test
    void C2_anArrivalThatIsCancelledIsTakenBack() {
        Polled<Boolean> cancelled = Polled.waiting(barrier.arrive());
        Polled<Boolean> first = Polled.waiting(barrier.arrive());
        assertThat(cancelled.cancel()).isTrue();
        Polled<Boolean> second = Polled.waiting(barrier.arrive());
        assertThat(first.isReady()).isFalse();
        assertThat(Polled.of(barrier.arrive()).get()).isTrue();
        assertThat(first.get()).isFalse();
        assertThat(second.get()).isFalse();
    }

    @Test
    void C2_anArrivalThatCompletedARoundCounts_andGivesItsResult() {
        Polled<Boolean> first = Polled.waiting(barrier.arrive());
        Polled.waiting(barrier.arrive());
        Polled.of(barrier.arrive()).get();
        assertThat(first.cancel()).isFalse();
        assertThat(first.get()).isFalse();
        assertThat(barrier).hasToString("Barrier[0 of 3 waiting]");
    }

    @Test
    void A7_arrivalsThatTimeOutLeaveNothing() {
        Task.blockOn(() -> {
            for (int i = 0; i < 5; i++) {
                var arrival = barrier.arrive().timeout(Duration.ofNanos(1 + i));
                assertThatThrownBy(() -> Task.blockOn(arrival)).isNotNull();
            }
        });
        assertThat(barrier).hasToString("Barrier[0 of 3 waiting]");
    }

    @Test
    void S10_fewerThanOneIsRefused() {
        assertThatThrownBy(() -> new Barrier(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0");
        assertThatThrownBy(() -> new Barrier(-7))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-7");
    }
}
