package dev.thrum.timer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random arms, cancels and steps of the clock, compared with a sorted map. */
class TimersModelTest {

    private static final int RUNS = 2_000;
    private static final int STEPS = 100;

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void T5_firesWhatASortedMapWouldFire(int shards) {
        for (int run = 0; run < RUNS; run++) {
            long seed = 31L * run + shards;
            try {
                new Model(seed, shards, true).run();
            } catch (Throwable failure) {
                throw new AssertionError("seed " + seed + ", " + shards + " shards", failure);
            }
        }
    }

    @Test
    void T5_nextDeadlineIsExactUnlessSomethingWasCancelled() {
        for (int run = 0; run < RUNS; run++) {
            long seed = -1L - run;
            try {
                new Model(seed, 2, false).run();
            } catch (Throwable failure) {
                throw new AssertionError("seed " + seed, failure);
            }
        }
    }

    /** The reference: delays since the origin in order, each with its entries in arming order. */
    private static final class Model {

        private final SplittableRandom random;
        private final boolean cancels;
        private final int shards;
        private final long origin;
        private final Timers timers;
        private final TreeMap<Long, List<Entry>> armed = new TreeMap<>();
        private final List<Entry> entries = new ArrayList<>();

        /** The clock, and the latest that expire was told, in nanoseconds since the origin. */
        private long now;

        private long told;
        private long arms;
        private long round;
        private boolean draining;
        private int firedInRound;
        private final Map<Integer, Entry> lastOfShard = new HashMap<>();

        Model(long seed, int shards, boolean cancels) {
            this.random = new SplittableRandom(seed);
            this.shards = shards;
            this.cancels = cancels;
            this.origin =
                    switch (random.nextInt(4)) {
                        case 0 -> 0;
                        case 1 -> random.nextLong();
                        case 2 -> Long.MAX_VALUE - random.nextLong(1L << 40);
                        default -> -random.nextLong(1L << 50);
                    };
            this.timers = new Timers(shards, origin, deadline -> {});
            int count = 1 + random.nextInt(random.nextInt(10) == 0 ? 400 : 30);
            for (int i = 0; i < count; i++) {
                entries.add(new Entry());
            }
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                switch (random.nextInt(8)) {
                    case 0, 1, 2, 3 -> arm(entries.get(random.nextInt(entries.size())));
                    case 4 -> cancel(entries.get(random.nextInt(entries.size())));
                    case 5 -> armMany();
                    default -> advance();
                }
                check();
            }
            draining = true;
            while (!armed.isEmpty()) {
                now = Math.max(now, armed.firstKey());
                expire();
                check();
            }
        }

        private void arm(Entry entry) {
            if (entry.delay != Entry.IDLE) {
                return;
            }
            entry.delay = delay();
            entry.number = arms++;
            entry.shard = random.nextInt(shards);
            entry.round = round;
            entry.ordinary = entry.delay > told;
            armed.computeIfAbsent(entry.delay, key -> new ArrayList<>()).add(entry);
            timers.arm(entry, origin + entry.delay, entry.shard);
        }

        private void armMany() {
            for (Entry entry : entries) {
                arm(entry);
            }
        }

        private void cancel(Entry entry) {
            if (!cancels) {
                return;
            }
            assertThat(timers.cancel(entry)).isEqualTo(entry.delay != Entry.IDLE);
            if (entry.delay != Entry.IDLE) {
                remove(entry);
            }
        }

        private void remove(Entry entry) {
            List<Entry> same = armed.get(entry.delay);
            assertThat(same.remove(entry)).isTrue();
            if (same.isEmpty()) {
                armed.remove(entry.delay);
            }
            entry.delay = Entry.IDLE;
        }

        /** All magnitudes, the past, duplicates, and both sides of the boundaries of digits. */
        private long delay() {
            return switch (random.nextInt(10)) {
                case 0 -> now - random.nextLong(1_000);
                case 1 -> armed.isEmpty() ? now : armed.lastKey();
                case 2 -> armed.isEmpty() ? now : armed.firstKey();
                case 3 -> {
                    int shift = 6 * random.nextInt(1, 8);
                    yield (((now >>> shift) + random.nextInt(1, 66)) << shift)
                            + random.nextInt(-1, 2);
                }
                case 4 -> random.nextInt(20) == 0 ? 1L << 61 : now + random.nextLong(1L << 60);
                default -> now + random.nextLong(1L << random.nextInt(1, 45));
            };
        }

        private void advance() {
            long next = timers.nextDeadline();
            switch (random.nextInt(5)) {
                case 0 -> {}
                case 1 -> now += random.nextLong(1L << random.nextInt(1, 50));
                case 2 -> now = next == Long.MAX_VALUE ? now : Math.max(now, next - origin);
                case 3 -> now = armed.isEmpty() ? now : Math.max(now, armed.firstKey() - 1);
                default -> now = armed.isEmpty() ? now : Math.max(now, armed.lastKey() / 2);
            }
            expire();
        }

        private void expire() {
            round++;
            firedInRound = 0;
            lastOfShard.clear();
            told = now;
            int count = timers.expire(origin + now, random.nextInt());
            assertThat(count).isEqualTo(firedInRound);
            for (List<Entry> due : armed.headMap(now, true).values()) {
                // Only what was armed meanwhile, for a moment that had been reached, may be left.
                assertThat(due).allMatch(entry -> entry.round == round);
            }
        }

        private void fired(Entry entry) {
            firedInRound++;
            assertThat(entry.isArmed()).isFalse();
            assertThat(entry.delay).as("armed").isNotEqualTo(Entry.IDLE);
            assertThat(entry.delay).as("early").isLessThanOrEqualTo(now);
            if (entry.ordinary) {
                Entry last = lastOfShard.put(entry.shard, entry.copy());
                if (last != null) {
                    assertThat(entry.compareTo(last)).as("order within a shard").isPositive();
                }
            }
            remove(entry);
            if (!draining) {
                switch (random.nextInt(16)) {
                    case 0 -> arm(entry);
                    case 1 -> arm(entries.get(random.nextInt(entries.size())));
                    case 2 -> cancel(entries.get(random.nextInt(entries.size())));
                    default -> {}
                }
            }
        }

        private void check() {
            int size = armed.values().stream().mapToInt(List::size).sum();
            assertThat(timers.size()).isEqualTo(size);
            long next = timers.nextDeadline();
            long exact = timers.earliestDeadline();
            if (armed.isEmpty()) {
                assertThat(exact).isEqualTo(Long.MAX_VALUE);
                assertThat(cancels || next == Long.MAX_VALUE).isTrue();
                return;
            }
            long first = armed.firstKey();
            assertThat(exact - origin).isEqualTo(first);
            if (first <= told) {
                assertThat(next - origin).isLessThanOrEqualTo(told);
            } else if (cancels) {
                assertThat(next - origin).isLessThanOrEqualTo(first);
            } else {
                assertThat(next - origin).isEqualTo(first);
            }
        }

        private final class Entry extends TimerEntry implements Comparable<Entry> {

            static final long IDLE = Long.MIN_VALUE;

            long delay = IDLE;
            long number;
            int shard;
            long round;
            boolean ordinary;

            Entry copy() {
                Entry copy = new Entry();
                copy.delay = delay;
                copy.number = number;
                return copy;
            }

            @Override
            public int compareTo(Entry other) {
                return delay != other.delay
                        ? Long.compare(delay, other.delay)
                        : Long.compare(number, other.number);
            }

            @Override
            protected void fired() {
                Model.this.fired(this);
            }
        }
    }
}
