package dev.thrum.ways;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thrum.task.WovenBodies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("Bad input: programs that are packed or started in unusual ways")
class BadInputTest {

    @TempDir private Path folder;

    @ParameterizedTest
    @EnumSource
    void aSignedJarRuns(Program.Way way) throws Exception {
        Program program = Program.compile("Steps", way, folder);
        Path jar = folder.resolve("steps.jar");
        Path keys = folder.resolve("keys");
        tool("jar", "--create", "--file", jar.toString(), "-C", program.classes().toString(), ".");
        tool(
                "keytool -genkeypair -alias a -keyalg EC -dname CN=a -storepass secret -keystore"
                        .split(" "),
                keys.toString());
        tool("jarsigner -storepass secret -keystore".split(" "), keys + "", jar + "", "a");
        String verified = tool("jarsigner", "-verify", jar.toString());
        assertThat(verified).contains("jar verified");

        assertThat(program.from(jar).run("Steps")).isEqualTo("45\n");
    }

    private static String tool(String[] first, String... more) throws Exception {
        List<String> all = new java.util.ArrayList<>(List.of(first));
        all.addAll(List.of(more));
        return Program.tool(all);
    }

    private static String tool(String... all) throws Exception {
        return Program.tool(List.of(all));
    }

    @Test
    void theAgentLeavesClassesOfAnotherCopyOfThrumAlone() throws Exception {
        Program steps = Program.compile("Steps", Program.Way.RUN, folder);
        Program isolated = Program.compile("Isolated", Program.Way.LOAD, folder);
        String output =
                isolated.run("Isolated", steps.classes().toString(), Program.thrum().toString());
        assertThat(output)
                .contains("there are two copies of Thrum in this program")
                .contains("Leave one.")
                .endsWith("45\n");
    }

    @Test
    void aMachineThatThisCopyDoesNotKnow() {
        assertThatThrownBy(() ->
                        WovenBodies.site(
                                MethodHandles.lookup(),
                                "start",
                                MethodType.methodType(Object.class),
                                "dev.thrum.ways.Gone$$call$$w"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("dev.thrum.ways.BadInputTest was woven when it was loaded")
                .hasMessageContaining("two copies of Thrum");
    }

    @Test
    void theAgentHasNoOptions() throws Exception {
        Program program = Program.compile("Steps", Program.Way.RUN, folder);
        Path agent = Program.agent(folder);
        String output =
                Program.tool(
                        List.of(
                                "java",
                                "-javaagent:" + agent + "=report",
                                "-cp",
                                program.classes() + java.io.File.pathSeparator + Program.thrum(),
                                "Steps"));
        assertThat(output).contains("-javaagent:thrum.jar=report: Thrum's agent has no options.");
    }

    @ParameterizedTest
    @EnumSource
    void aReportThatCannotBeWrittenIsToldOnce(Program.Way way) throws Exception {
        Program program = Program.compile("Steps", way, folder);
        String output =
                program.with("-Dthrum.weave.report=" + folder.resolve("no/such/folder/report.tsv"))
                        .run("Steps");
        assertThat(output).endsWith("45\n");
        if (way != Program.Way.BUILD) {
            assertThat(output).containsOnlyOnce("The report of weaving cannot be written to");
        }
    }
}
