package dev.thrum.executor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What thefts of short queues teach a worker")
class PatienceTest {
    private static final long NOW = -5_000_000_000L; // a clock may be anywhere

    private final Patience patience = new Patience();

    private void theft(long thiefHadJobsFor, long ownersJobs, long thiefsJobs) {
        patience.lost(NOW, 1_000, 50);
        patience.learn(NOW + thiefHadJobsFor, 1_000 + ownersJobs, 50 + thiefsJobs);
    }

    @Test
    void bothHadJobsSoTheNextTheftComesSooner() {
        theft(500_000, 6_000, 7_000);
        assertThat(patience.nanos()).isEqualTo(Patience.FIRST_NANOS / 2);
        theft(500_000, 1_000, Patience.FAIR_SHARE * 1_000);
        assertThat(patience.nanos()).isEqualTo(Patience.FIRST_NANOS / 4);
    }

    @Test
    void everythingHasMerelyMovedSoTheNextTheftComesLater() {
        theft(5_000_000, 3, 6_000);
        assertThat(patience.nanos()).isEqualTo(2 * Patience.FIRST_NANOS);
        theft(5_000_000, 999, Patience.FAIR_SHARE * 1_000);
        assertThat(patience.nanos()).isEqualTo(4 * Patience.FIRST_NANOS);
    }

    @Test
    void theThiefSoonHadNoneSoTheNextTheftComesLater() {
        theft(Patience.PAYING_NANOS - 1, 10, 1);
        assertThat(patience.nanos()).isEqualTo(2 * Patience.FIRST_NANOS);
        theft(Patience.PAYING_NANOS, 10, 1);
        assertThat(patience.nanos()).isEqualTo(Patience.FIRST_NANOS);
    }

    @Test
    void itHasBounds() {
        for (int i = 0; i < 100; i++) {
            theft(500_000, 1, 1);
        }
        assertThat(patience.nanos()).isEqualTo(Patience.SHORTEST_NANOS);
        for (int i = 0; i < 100; i++) {
            theft(500_000, 0, 1);
        }
        assertThat(patience.nanos()).isEqualTo(Patience.LONGEST_NANOS);
        theft(500_000, 1, 1);
        assertThat(patience.nanos()).isEqualTo(Patience.FIRST_NANOS); // at once
    }
}
