package dev.thrum.executor;

import static dev.thrum.executor.PeerWatch.BUSY_NANOS;
import static dev.thrum.executor.PeerWatch.LONG_JOB_NANOS;
import static dev.thrum.executor.PeerWatch.SAMPLE_NANOS;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PeerWatchTest {
    private static final long START = -3; // as System.nanoTime() may be
    private static final long TAKEN = 1_000;

    private final PeerWatch watch = new PeerWatch();

    PeerWatchTest() {
        watch.begin(TAKEN, START);
    }

    @Test
    void anOwnerIsBusyWhenItHasTakenNothingForAWhile() {
        assertThat(watch.isWorthStealing(START + BUSY_NANOS - 1)).isFalse();
        assertThat(watch.isWorthStealing(START + BUSY_NANOS)).isTrue();

        watch.look(TAKEN + 1, START + 4_000);
        assertThat(watch.isWorthStealing(START + 4_000 + BUSY_NANOS - 1)).isFalse();
        assertThat(watch.isWorthStealing(START + 4_000 + BUSY_NANOS)).isTrue();
    }

    @Test
    void shortJobsAreLeftToTheirOwner() {
        long jobs = 2 * SAMPLE_NANOS / LONG_JOB_NANOS;
        for (int i = 1; i <= 2 * jobs; i++) { // twice as many as it may
            watch.look(TAKEN + i, START + i * LONG_JOB_NANOS / 2);
            assertThat(watch.isWorthStealing(START + i * LONG_JOB_NANOS / 2)).isFalse();
        }
    }

    @Test
    void longJobsAreWorthMovingOnceThereIsASample() {
        long jobs = SAMPLE_NANOS / LONG_JOB_NANOS;
        for (int i = 1; i < jobs; i++) {
            watch.look(TAKEN + i, START + i * LONG_JOB_NANOS);
            assertThat(watch.isWorthStealing(START + i * LONG_JOB_NANOS)).isFalse();
        }
        watch.look(TAKEN + jobs, START + SAMPLE_NANOS);
        assertThat(watch.isWorthStealing(START + SAMPLE_NANOS)).isTrue();
    }

    @Test
    void longJobsAreSeenAfterMillionsOfShortOnes() {
        watch.look(TAKEN + 5_000_000, START + 5_000_000_000L);
        long now = START + 5_000_000_000L + 200_000;
        watch.look(TAKEN + 5_000_003, now);
        assertThat(watch.isWorthStealing(now)).isTrue();

        watch.look(TAKEN + 5_003_000, now + 200_000);
        assertThat(watch.isWorthStealing(now + 200_000)).isFalse();
    }

    @Test
    void anOwnerInOneJobIsQuietForAsLong() {
        watch.look(TAKEN + 1, START + 1_000);
        watch.look(TAKEN + 1, START + 2_000_000);
        assertThat(watch.quietFor(START + 3_000_000)).isEqualTo(2_999_000);
    }

    @Test
    void aNewWatchKnowsNothingOfTheOneBefore() {
        watch.look(TAKEN + 1, START + SAMPLE_NANOS);
        watch.begin(TAKEN + 1, START + SAMPLE_NANOS);
        assertThat(watch.isWorthStealing(START + SAMPLE_NANOS + BUSY_NANOS - 1)).isFalse();
    }
}
