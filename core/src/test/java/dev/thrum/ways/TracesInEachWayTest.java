package dev.thrum.ways;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whole printed traces, in {@code src/test/resources/ways}: the same in each way, but for what was
 * caught within the body that threw it. {@code -Dthrum.golden=write} writes them anew.
 */
@DisplayName("V7: printed traces read like those of blocking code, however the code was woven")
class TracesInEachWayTest {

    @ParameterizedTest
    @EnumSource
    void V7_traces(Program.Way way, @TempDir Path folder) throws Exception {
        String printed = normalised(Program.compile("Journey", way, folder).run("Journey"));
        Path golden = Path.of("src/test/resources/ways/traces.txt");
        if (System.getProperty("thrum.golden", "").equals("write")) {
            Files.writeString(golden, printed);
        }
        assertThat(printed).isEqualTo(Files.readString(golden));
    }

    /** Lines of Thrum's and the JDK's own code change with every edit, and are left out. */
    private static String normalised(String printed) {
        return printed.lines()
                .map(line ->
                        line.startsWith("\tat dev.thrum.") || line.startsWith("\tat java.base/")
                                ? line.replaceFirst("\\(.*", "")
                                : line.replace("$$w.", "."))
                .collect(Collectors.joining("\n", "", "\n"));
    }
}
