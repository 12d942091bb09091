package dev.thrum.timer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The wheel by itself: what only shows between two turns at the lock. */
class WheelTest {

    private static final int RUNS = 1_000;

    private final List<Probe> log = new ArrayList<>();

    @Test
    void aSlotIsDealtOutInPiecesOfAnySize() {
        Wheel wheel = new Wheel(0, 0, 0);
        for (int i = 0; i < 10; i++) {
            add(wheel, new Probe("p" + i, log), 5_000 + i % 3);
        }

        assertThat(wheel.settle(4_999, 0)).as("nothing is due").isTrue();
        assertThat(wheel.settle(5_000, 4)).isFalse();
        assertThat(wheel.exactFirst()).isEqualTo(5_000);
        assertThat(wheel.settle(5_000, 4)).isFalse();
        assertThat(wheel.settle(5_000, 4)).isTrue();
        assertThat(wheel.poll(5_000)).hasToString("p0");
        assertThat(wheel.sizeHint()).isEqualTo(9);
    }

    @Test
    void whatIsArmedForASlotThatIsDealtOutKeepsItsTurn() {
        Wheel wheel = new Wheel(0, 0, 0);
        for (int i = 0; i < 3; i++) {
            add(wheel, new Probe("p" + i, log), 5_001);
        }
        add(wheel, new Probe("first", log), 5_000);

        assertThat(wheel.settle(6_000, 2)).isFalse();
        add(wheel, new Probe("p3", log), 5_001);
        add(wheel, new Probe("behind", log), 5_002);
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            settle(wheel, 6_000);
            order.add(String.valueOf(wheel.poll(6_000)));
        }

        assertThat(order).containsExactly("first", "p0", "p1", "p2", "p3", "behind");
    }

    @Test
    void cancelMayEmptyASlotThatIsDealtOut() {
        Wheel wheel = new Wheel(0, 0, 0);
        List<Probe> probes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            probes.add(new Probe("p" + i, log));
            add(wheel, probes.get(i), 5_000 + i);
        }

        assertThat(wheel.settle(6_000, 1)).isFalse();
        probes.forEach(wheel::remove);
        assertThat(wheel.exactFirst()).isEqualTo(Wheel.NONE);
        assertThat(wheel.settle(6_000, 1)).isTrue();
        assertThat(wheel.poll(6_000)).isNull();
        assertThat(wheel.first()).isEqualTo(Wheel.NONE);
    }

    @Test
    void theHighestShardNumberFitsIntoAPlace() {
        Wheel wheel = new Wheel(0, 0, Wheel.MAX_SHARDS - 1);
        Probe probe = new Probe();
        add(wheel, probe, Long.MAX_VALUE);

        assertThat(Wheel.shardOf(probe.place)).isEqualTo(Wheel.MAX_SHARDS - 1);
        assertThat(wheel.holds(probe)).isTrue();
        assertThat(new Wheel(0, 0, 0).holds(probe)).isFalse();
    }

    /** Arms and cancels between any two moves; the order is that of a stable sort. */
    @Test
    void T5_theOrderIsStrictHoweverDealingIsInterrupted() {
        for (int run = 0; run < RUNS; run++) {
            try {
                interrupted(new SplittableRandom(run));
            } catch (Throwable failure) {
                throw new AssertionError("seed " + run, failure);
            }
        }
    }

    private void interrupted(SplittableRandom random) {
        Wheel wheel = new Wheel(0, 0, 3);
        List<Probe> armed = new ArrayList<>();
        long range = 1L << random.nextInt(3, 40);
        long now = 0;
        // Deadlines are behind now, thus never late; a poll may be pending between two arms.
        for (int step = 0; step < 300; step++) {
            switch (random.nextInt(6)) {
                case 0, 1, 2 -> {
                    Probe probe = new Probe("p" + step, log);
                    long grain = random.nextBoolean() ? 1 : Math.max(1, range / 4);
                    add(wheel, probe, now + 1 + random.nextLong(range) / grain * grain);
                    armed.add(probe);
                }
                case 3 -> {
                    if (!armed.isEmpty()) {
                        wheel.remove(armed.remove(random.nextInt(armed.size())));
                    }
                }
                case 4 -> now += random.nextLong(1 + range / 4);
                default -> {
                    if (wheel.settle(now, random.nextInt(4))) {
                        take(wheel, armed, now);
                    }
                }
            }
            assertThat(wheel.sizeHint()).isEqualTo(armed.size());
            assertThat(wheel.exactFirst())
                    .isEqualTo(
                            armed.stream()
                                    .mapToLong(probe -> probe.deadline)
                                    .min()
                                    .orElse(Wheel.NONE));
        }
        while (!armed.isEmpty()) {
            settle(wheel, Long.MAX_VALUE);
            take(wheel, armed, Long.MAX_VALUE);
        }
        assertThat(wheel.first()).isEqualTo(Wheel.NONE);
    }

    private static void add(Wheel wheel, Probe probe, long deadline) {
        wheel.add(probe, wheel.slotFor(deadline), deadline);
    }

    private static void settle(Wheel wheel, long now) {
        for (int turn = 0; !wheel.settle(now, 1); turn++) {
            assertThat(turn).as("turns").isLessThan(10_000);
        }
    }

    private static void take(Wheel wheel, List<Probe> armed, long now) {
        Probe expected =
                armed.stream()
                        .filter(probe -> probe.deadline <= now)
                        .min(
                                Comparator.comparingLong(
                                        probe -> probe.deadline)) // the first of equals
                        .orElse(null);
        assertThat(wheel.poll(now)).isSameAs(expected);
        armed.remove(expected);
    }
}
