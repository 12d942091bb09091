package dev.thrum.ways;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("T8: a method reference runs the method that Java would run, however it was woven")
class OverridesInEachWayTest {

    /** Each line has what was woven, and what a plain reference to a method alike has run. */
    @ParameterizedTest
    @EnumSource
    void T8_methodsThatAreVisibleInTheirPackageOnly(Program.Way way, @TempDir Path folder)
            throws Exception {
        String printed = Program.compile("Overrides", way, folder).run("Overrides");

        assertThat(printed.lines())
                .containsExactly(
                        "Base = Base; Base, at once = Base, at once",
                        "Base = Base; Base, at once = Base, at once",
                        "Neighbour = Neighbour; Neighbour = Neighbour",
                        "Heir = Heir; Heir = Heir");
    }
}
