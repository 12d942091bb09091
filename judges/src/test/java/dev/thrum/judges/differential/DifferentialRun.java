package dev.thrum.judges.differential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The long run; see the profile {@code differential}. */
@DisplayName("V4: many random programs do the same woven as plain")
class DifferentialRun {

    @Test
    @Timeout(value = 4, unit = TimeUnit.HOURS)
    void V4_manyRandomPrograms() {
        Differential differential = new Differential(Weaving.ALL);
        List<String> differences =
                differential.run(
                        Long.getLong("differential.seed"),
                        Integer.getInteger("differential.count"),
                        System.out::println);
        System.out.println(differential.summary());
        differential.rejected().forEach(System.out::println);
        assertThat(differences).as("programs that differ").isEmpty();
        // Now and then a compiler's mistake; more would be the generator's.
        assertThat(differential.rejected().size())
                .as("programs that the compiler rejected")
                .isLessThanOrEqualTo(1 + Integer.getInteger("differential.count") / 1000);
    }
}
