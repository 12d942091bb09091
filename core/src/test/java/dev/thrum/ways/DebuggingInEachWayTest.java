package dev.thrum.ways;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jdi.event.LocatableEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("V7: breakpoints, steps and variables under a debugger, however the code was woven")
class DebuggingInEachWayTest {

    private static final List<String> SOURCE = source();

    private static List<String> source() {
        try {
            return Files.readAllLines(Path.of("src/test/resources/ways/Steps.java"));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The number of the line that ends with a comment. */
    private static int line(String comment) {
        for (int i = 0; i < SOURCE.size(); i++) {
            if (SOURCE.get(i).endsWith("// " + comment)) {
                return i + 1;
            }
        }
        throw new IllegalArgumentException(comment);
    }

    @ParameterizedTest
    @EnumSource
    void V7_debugging(Program.Way way, @TempDir Path folder) throws Exception {
        Program program = Program.compile("Steps", way, folder);
        List<Integer> stops = List.of(line("after first"), line("after third"));
        try (Debuggee steps = new Debuggee(program, "Steps", stops)) {
            LocatableEvent stop = steps.next();
            assertThat(stop).isNotNull();
            assertThat(stop.location().lineNumber()).isEqualTo(line("after first"));
            assertThat(stop.location().sourceName()).isEqualTo("Steps.java");
            assertThat(Debuggee.variables(stop))
                    .containsEntry("alive", "41")
                    .containsEntry("dead", "\"needed no more\"");

            stop = steps.stepOver(stop.thread());
            assertThat(stop.location().lineNumber()).isEqualTo(line("second"));
            stop = steps.stepOver(stop.thread());
            assertThat(stop.location().lineNumber()).isEqualTo(line("after second"));
            assertThat(Debuggee.variables(stop)).containsEntry("alive", "43");

            stop = steps.next();
            assertThat(stop.location().lineNumber()).isEqualTo(line("after third"));
            assertThat(Debuggee.variables(stop))
                    .containsEntry("alive", "44")
                    .containsEntry("dead", "\"needed no more\"");
        }
    }
}
