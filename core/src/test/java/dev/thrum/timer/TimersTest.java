package dev.thrum.timer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What timers promise, one thread, one promise a test. */
class TimersTest {

    private final List<Probe> log = new ArrayList<>();
    private final List<Long> announced = new ArrayList<>();
    private final Timers timers = new Timers(1, 0, announced::add);

    private Probe probe(String name) {
        return new Probe(name, log);
    }

    private Probe armed(String name, long deadline) {
        Probe probe = probe(name);
        timers.arm(probe, deadline);
        return probe;
    }

    @Test
    void T5_anEntryFiresAtItsDeadlineAndNotANanosecondBefore() {
        Probe probe = armed("a", 1_000_003);

        assertThat(timers.expire(1_000_002)).isZero();
        assertThat(timers.expire(1_000_003)).isEqualTo(1);
        assertThat(probe.count).isEqualTo(1);
        assertThat(timers.expire(Long.MAX_VALUE)).isZero();
    }

    @Test
    void T5_whatIsCancelledDoesNotFire() {
        Probe probe = armed("a", 10);

        assertThat(timers.cancel(probe)).isTrue();
        assertThat(timers.cancel(probe)).isFalse();
        assertThat(probe.isArmed()).isFalse();
        assertThat(timers.expire(10)).isZero();
    }

    @Test
    void T5_cancelOfWhatIsNotArmedIsFalse() {
        assertThat(timers.cancel(probe("never armed"))).isFalse();

        Probe fired = armed("fired", 1);
        timers.expire(1);
        assertThat(timers.cancel(fired)).isFalse();
    }

    /** Both neighbours of each digit boundary, alone: found whichever level it was put at. */
    @ParameterizedTest
    @ValueSource(longs = {0, -5_000_000_000L, Long.MAX_VALUE - 70, Long.MIN_VALUE + 3, 123_456_789})
    void T5_neverEarlyAtAnyBoundaryOfAnyLevel(long origin) {
        for (int level = 0; level <= 10; level++) {
            for (long slot : new long[] {1, 2, 63}) {
                for (long offset = -1; offset <= 1; offset++) {
                    long delay = (slot << (6 * level)) + offset;
                    if (delay <= 0 || delay >= 1L << 62 || delay >>> (6 * level) > 64) {
                        continue;
                    }
                    Timers fresh = new Timers(1, origin, TimersTest::nobody);
                    Probe probe = new Probe();
                    long deadline = Timers.after(origin, delay);
                    fresh.arm(probe, deadline);

                    assertThat(fresh.nextDeadline()).isEqualTo(deadline);
                    assertThat(fresh.expire(origin + delay / 2)).isZero();
                    assertThat(fresh.expire(deadline - 1)).isZero();
                    assertThat(fresh.expire(deadline)).isEqualTo(1);
                    assertThat(fresh.nextDeadline()).isEqualTo(Long.MAX_VALUE);
                }
            }
        }
    }

    /** The same moments all at once, so that every slot has to be dealt out, level by level. */
    @ParameterizedTest
    @ValueSource(longs = {0, -5_000_000_000L, Long.MAX_VALUE - 70, Long.MIN_VALUE + 3, 123_456_789})
    void T5_slotsAreDealtOutExactlyAtAnyBoundaryOfAnyLevel(long origin) {
        Timers fresh = new Timers(1, origin, TimersTest::nobody);
        List<Long> delays = new ArrayList<>();
        for (int level = 0; level <= 10; level++) {
            for (long slot = 1; slot < (level == 10 ? 4 : 64); slot++) {
                for (long offset = -1; offset <= 1; offset++) {
                    long delay = (slot << (6 * level)) + offset;
                    if (delay > 0) {
                        delays.add(delay);
                        delays.add(delay);
                    }
                }
            }
        }
        for (int i = delays.size() - 1; i >= 0; i--) {
            fresh.arm(new Probe(Integer.toString(i), log), origin + delays.get(i));
        }
        List<Long> sorted = delays.stream().distinct().sorted().toList();
        int fired = 0;
        for (long delay : sorted) {
            assertThat(fresh.nextDeadline()).isEqualTo(origin + delay);
            assertThat(fresh.expire(origin + delay - 1)).isZero();
            int due = fresh.expire(origin + delay);
            assertThat(due).isEqualTo((int) delays.stream().filter(d -> d == delay).count());
            fired += due;
        }
        assertThat(fired).isEqualTo(delays.size());
        assertThat(fresh.size()).isZero();
    }

    @Test
    void T5_maxValueNeverFiresAndCanBeCancelled() {
        Probe probe = armed("never", Long.MAX_VALUE);

        assertThat(probe.isArmed()).isTrue();
        assertThat(timers.size()).isEqualTo(1);
        assertThat(timers.nextDeadline()).isEqualTo(Long.MAX_VALUE);
        assertThat(timers.earliestDeadline()).isEqualTo(Long.MAX_VALUE);
        assertThat(timers.expire(Long.MAX_VALUE)).isZero();
        assertThat(announced).isEmpty();
        assertThat(timers.cancel(probe)).isTrue();
        assertThat(timers.size()).isZero();
    }

    @Test
    void T5_theLastMomentThatIsNotNeverFires() {
        Probe probe = armed("far", Long.MAX_VALUE - 1);

        assertThat(timers.expire(Long.MAX_VALUE - 2)).isZero();
        assertThat(timers.expire(Long.MAX_VALUE - 1)).isEqualTo(1);
        assertThat(probe.count).isEqualTo(1);
    }

    @Test
    void T5_farFutureFromANegativeOriginIsNotThePast() {
        Timers negative = new Timers(1, -1_000_000_000_000_000L, TimersTest::nobody);
        negative.arm(new Probe(), Long.MAX_VALUE - 1);

        assertThat(negative.expire(0)).isZero();
        assertThat(negative.nextDeadline()).isEqualTo(Long.MAX_VALUE - 1);
    }

    @Test
    void T5_momentsWrapAround() {
        long origin = Long.MAX_VALUE - 5;
        Timers wrapping = new Timers(1, origin, TimersTest::nobody);
        long deadline = origin + 10; // a large negative number
        wrapping.arm(new Probe(), deadline);

        assertThat(wrapping.expire(Long.MAX_VALUE)).isZero();
        assertThat(wrapping.expire(deadline - 1)).isZero();
        assertThat(wrapping.nextDeadline()).isEqualTo(deadline);
        assertThat(wrapping.expire(deadline)).isEqualTo(1);
    }

    @Test
    void T5_aPositionOfMaxValueIsNotTakenForNever() {
        Timers last = new Timers(1, Long.MAX_VALUE, TimersTest::nobody);
        last.arm(new Probe(), Long.MAX_VALUE - 3); // past

        assertThat(last.nextDeadline()).isEqualTo(Long.MAX_VALUE - 1);
        assertThat(last.expire(Long.MAX_VALUE)).isEqualTo(1);
    }

    @Test
    void T5_aDeadlineInThePastFiresInTheNextExpire() {
        timers.expire(1_000);
        armed("long past", -1_000_000);
        armed("origin", 0);
        armed("now", 1_000);
        armed("later", 1_001);

        assertThat(timers.nextDeadline()).isLessThanOrEqualTo(1_000);
        assertThat(timers.expire(1_000)).isEqualTo(3);
        assertThat(timers.expire(1_001)).isEqualTo(1);
    }

    @Test
    void T5_nothingFiresBeforeTheOrigin() {
        armed("past", -10);

        assertThat(timers.expire(-5)).isZero();
        assertThat(timers.expire(0)).isEqualTo(1);
    }

    @Test
    void T5_afterAddsAndSaturates() {
        assertThat(Timers.after(10, 5)).isEqualTo(15);
        assertThat(Timers.after(10, 0)).isEqualTo(10);
        assertThat(Timers.after(10, -5)).isEqualTo(10);
        assertThat(Timers.after(10, Long.MIN_VALUE)).isEqualTo(10);
        assertThat(Timers.after(10, Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
        assertThat(Timers.after(-10, 1L << 62)).isEqualTo(Long.MAX_VALUE);
        assertThat(Timers.after(Long.MAX_VALUE - 5, 5)).isEqualTo(Long.MIN_VALUE);
        assertThat(Timers.after(Long.MAX_VALUE - 5, 8)).isEqualTo(Long.MIN_VALUE + 2);
    }

    @Test
    void T5_entriesFireInTheOrderOfDeadlinesAndEqualOnesInTheOrderOfArming() {
        armed("3a", 3_000_000);
        armed("1a", 1_000_000);
        armed("2a", 2_000_000);
        armed("1b", 1_000_000);
        armed("1 + 1 ns", 1_000_001);
        armed("2b", 2_000_000);
        armed("1c", 1_000_000);

        timers.expire(60_000_000_000L);

        assertThat(log)
                .extracting(Probe::toString)
                .containsExactly("1a", "1b", "1c", "1 + 1 ns", "2a", "2b", "3a");
    }

    @Test
    void T5_equalDeadlinesKeepTheirOrderThroughAllLevels() {
        armed("a", 1L << 40);
        armed("early", 1L << 30);
        timers.expire(1L << 30);
        armed("b", 1L << 40);
        armed("before", (1L << 40) - 1);
        timers.expire((1L << 40) - 1);
        armed("c", 1L << 40);
        log.clear();

        timers.expire(1L << 40);

        assertThat(log).extracting(Probe::toString).containsExactly("a", "b", "c");
    }

    @Test
    void T5_firedMayArmItsEntryAgain() {
        Probe periodic = probe("tick");
        periodic.then(() -> timers.arm(periodic, 100L * (periodic.count + 1)));
        timers.arm(periodic, 100);

        assertThat(timers.expire(99)).isZero();
        assertThat(timers.expire(100)).isEqualTo(1);
        assertThat(timers.expire(1_050)).as("in order, catching up").isEqualTo(9);
        assertThat(timers.nextDeadline()).isEqualTo(1_100);
    }

    @Test
    void T5_anEntryThatArmsItselfForThePastDoesNotKeepExpireBusy() {
        Probe eager = probe("eager");
        eager.then(() -> timers.arm(eager, 5));
        timers.arm(eager, 5);
        armed("other", 7);

        assertThat(timers.expire(10)).isEqualTo(2);
        assertThat(timers.nextDeadline()).isLessThanOrEqualTo(10);
        assertThat(timers.expire(10)).isEqualTo(1);
        assertThat(timers.expire(10)).isEqualTo(1);
        assertThat(eager.count).isEqualTo(3);
        assertThat(timers.cancel(eager)).isTrue();
        assertThat(timers.expire(10)).isZero();
        assertThat(timers.nextDeadline()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void T5_firedMayCancelOthersThatAreDueAsWell() {
        Probe[] victim = new Probe[1];
        List<Boolean> results = new ArrayList<>();
        armed("a", 1).then(() -> results.add(timers.cancel(victim[0])));
        armed("b", 2).then(() -> results.add(timers.cancel(victim[0])));
        victim[0] = armed("victim", 3);
        armed("c", 4);

        assertThat(timers.expire(10)).isEqualTo(3);
        assertThat(log).extracting(Probe::toString).containsExactly("a", "b", "c");
        assertThat(results).containsExactly(true, false);
    }

    @Test
    void T5_firedMayCancelAndArmAnotherForLater() {
        Probe other = armed("other", 3);
        armed("a", 1)
                .then(() -> {
                    timers.cancel(other);
                    timers.arm(other, 50);
                });

        assertThat(timers.expire(10)).isEqualTo(1);
        assertThat(timers.expire(49)).isZero();
        assertThat(timers.expire(50)).isEqualTo(1);
    }

    @Test
    void T5_firedMayExpire() {
        armed("a", 1).then(() -> assertThat(timers.expire(10)).isEqualTo(2));
        armed("b", 2);
        armed("c", 3);

        assertThat(timers.expire(10)).isEqualTo(1);
        assertThat(log).extracting(Probe::toString).containsExactly("a", "b", "c");
    }

    @Test
    void T5_whatFiredThrowsGoesToTheHandlerAndTheOthersFire() {
        List<Throwable> thrown = new ArrayList<>();
        Throwable[] causes = {new IllegalStateException("x"), new StackOverflowError()};
        Thread thread = Thread.currentThread();
        var before = thread.getUncaughtExceptionHandler();
        thread.setUncaughtExceptionHandler((who, failure) -> thrown.add(failure));
        try {
            armed("a", 1).then(() -> sneak(causes[0]));
            armed("b", 2).then(() -> sneak(causes[1]));
            armed("c", 3);

            assertThat(timers.expire(10)).isEqualTo(3);
        } finally {
            thread.setUncaughtExceptionHandler(before);
        }
        assertThat(thrown).containsExactly(causes);
        assertThat(log).hasSize(3);
    }

    @Test
    void T5_whatTheHandlerThrowsComesOutOfExpireAndTheRestStaysDue() {
        Thread thread = Thread.currentThread();
        var before = thread.getUncaughtExceptionHandler();
        thread.setUncaughtExceptionHandler((who, failure) -> sneak(failure));
        try {
            armed("a", 1).then(() -> sneak(new IllegalStateException("x")));
            armed("b", 2);

            assertThatThrownBy(() -> timers.expire(10)).hasMessage("x");
        } finally {
            thread.setUncaughtExceptionHandler(before);
        }
        assertThat(timers.nextDeadline()).isLessThanOrEqualTo(10);
        assertThat(timers.expire(10)).isEqualTo(1);
        assertThat(log).hasSize(2);
    }

    @Test
    void T5_theListenerHearsOfEachNewEarliestDeadlineAndOfNoOther() {
        Timers sharded = new Timers(2, 0, announced::add);
        sharded.arm(new Probe(), 100, 0);
        sharded.arm(new Probe(), 200, 1);
        sharded.arm(new Probe(), 150, 1);
        sharded.arm(new Probe(), 100, 0);
        sharded.arm(new Probe(), 50, 1);
        sharded.arm(new Probe(), 70, 0);

        assertThat(announced).containsExactly(100L, 50L);
    }

    @Test
    void T5_theListenerHearsOfAnEqualDeadlineInAnotherShard() {
        Timers sharded = new Timers(2, 0, announced::add);
        sharded.arm(new Probe(), 100, 0);
        sharded.arm(new Probe(), 100, 1);

        assertThat(announced).containsExactly(100L, 100L);
    }

    @Test
    void T5_armAndCancelOverAndOverWakesNobodyAgain() {
        for (int i = 0; i < 100; i++) {
            timers.cancel(armed("timeout", 30_000 + i));
        }

        assertThat(announced).containsExactly(30_000L);
        assertThat(timers.expire(30_000)).isZero();
        assertThat(timers.nextDeadline()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void T5_aLoneSleeperIsWokenForOnce() {
        armed("lone", 3_600_000_000_000L);

        assertThat(timers.nextDeadline()).isEqualTo(3_600_000_000_000L);
        assertThat(timers.expire(timers.nextDeadline())).isEqualTo(1);
    }

    @Test
    void T5_earliestDeadlineHeedsCancels() {
        Probe first = armed("first", 1_000_000);
        armed("second", 1_000_100);
        armed("third", 1_000_050);
        Probe past = armed("past", -7);

        assertThat(timers.earliestDeadline()).isEqualTo(-7);
        timers.cancel(past);
        assertThat(timers.earliestDeadline()).isEqualTo(1_000_000);
        timers.cancel(first);
        assertThat(timers.earliestDeadline()).isEqualTo(1_000_050);
        assertThat(timers.nextDeadline()).isLessThanOrEqualTo(1_000_050);
    }

    @Test
    void armingTwiceIsRefusedByName() {
        Probe probe = armed("twice", 5);

        assertThatThrownBy(() -> timers.arm(probe, 6))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("armed already")
                .hasMessageContaining(Probe.class.getName());
        assertThat(timers.size()).isEqualTo(1);
        assertThat(timers.expire(5)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 65537, Integer.MAX_VALUE})
    void anImpossibleNumberOfShardsIsRefused(int shards) {
        assertThatThrownBy(() -> new Timers(shards, 0, TimersTest::nobody))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Integer.toString(shards));
    }

    @Test
    void sizeCountsAllShardsAndToStringTellsIt() {
        Timers sharded = new Timers(3, 0, TimersTest::nobody);
        assertThat(sharded).hasToString("Timers[armed=0, shards=4, next=none]");
        for (int hint = -5; hint < 5; hint++) {
            sharded.arm(new Probe(), 100 + hint, hint);
        }

        assertThat(sharded.size()).isEqualTo(10);
        assertThat(sharded).hasToString("Timers[armed=10, shards=4, next=95 ns]");
        assertThat(sharded.expire(104, 2)).isEqualTo(10);
    }

    @Test
    void nothingIsAllocatedByArmCancelAndExpire() {
        var threads =
                (com.sun.management.ThreadMXBean)
                        java.lang.management.ManagementFactory.getThreadMXBean();
        Probe[] probes = new Probe[1_000];
        for (int i = 0; i < probes.length; i++) {
            probes[i] = new Probe("p", new NoLog());
        }
        Timers silent = new Timers(1, 0, TimersTest::nobody);
        long start = 0;
        long least = Long.MAX_VALUE;
        // The least of some rounds: what the VM allocates once, by linking, is not meant.
        for (int i = 0; i < 20; i++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            start = round(silent, probes, start);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }

        assertThat(least).as("bytes per 1000 arms").isZero();
    }

    private static long round(Timers timers, Probe[] probes, long start) {
        for (int i = 0; i < probes.length; i++) {
            timers.arm(probes[i], start + 1 + i * 7_919L % 1_000_000);
        }
        for (int i = 0; i < probes.length; i += 3) {
            timers.cancel(probes[i]);
        }
        timers.expire(start + 500_000);
        timers.expire(start + 1_000_000);
        return start + 1_000_000;
    }

    private static final class NoLog extends ArrayList<Probe> {
        @Override
        public boolean add(Probe probe) {
            return true;
        }
    }

    private static void nobody(long deadline) {}

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable failure) throws T {
        throw (T) failure;
    }
}
