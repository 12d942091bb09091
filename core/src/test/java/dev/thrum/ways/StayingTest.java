package dev.thrum.ways;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Awaits that block their thread, for a debugger, let everything go on")
class StayingTest {

    @Test
    void nothingWaitsForAThreadThatIsBlocked(@TempDir Path folder) throws Exception {
        Program stays = Program.compile("Stays", Program.Way.RUN, folder);
        String plain = stays.run("Stays");
        assertThat(plain)
                .contains("crowd 500\nlocal 2,1 2,1\nparts 3\ncleaned up\ncancelled Cancelled[]")
                .endsWith("closed Cancelled[]\n");
        assertThat(results(stays.with("-Dthrum.debug.stay=true").run("Stays")))
                .isEqualTo(results(plain));
    }

    /** Without what is logged of the task that does not end, which names the time. */
    private static String results(String output) {
        return output.lines()
                .filter(line -> line.matches("(crowd|local|parts|cleaned|cancelled|closed) .*"))
                .toList()
                .toString();
    }
}
