package dev.thrum.ways;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thrum.task.WovenBodies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Files;
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

    /** The JVM puts the agent's jar behind the class path: one copy runs, that of the program. */
    @Test
    void anotherJarOfThrumAsAgentIsNotUsed() throws Exception {
        Path other = jarOfThrum();
        Program program = Program.compile("Steps", Program.Way.RUN, folder);
        String output = program.with("-javaagent:" + other).with("-Xlog:class+load").run("Steps");
        assertThat(output)
                .contains("45\n")
                .contains("Steps$$main")
                .contains("dev.thrum.weave.agent.LoadTimeWeaver source: file:" + Program.thrum())
                .doesNotContain(other.getFileName().toString());
    }

    /** A jar that is an agent and has all classes, as the one that is published. */
    private Path jarOfThrum() throws Exception {
        Path jar = Files.copy(Program.agent(folder), folder.resolve("other-thrum.jar"));
        tool("jar", "--update", "--file", jar.toString(), "-C", Program.thrum().toString(), ".");
        return jar;
    }

    /** With two copies in two class loaders, each program is woven by its own, at run time. */
    @Test
    void twoCopiesOfThrumSideBySide() throws Exception {
        Program steps = Program.compile("Steps", Program.Way.RUN, folder);
        Program isolated = Program.compile("Isolated", Program.Way.RUN, folder);
        String output =
                isolated.with("-Xlog:class+load")
                        .run("Isolated", steps.classes().toString(), jarOfThrum().toString());
        assertThat(output)
                .contains("45\n")
                .contains("dev.thrum.task.Task source: file:" + folder.resolve("other-thrum.jar"));
    }

    /** The agent is of the other copy, and leaves what the build has woven as it is. */
    @Test
    void wovenByTheBuildItRunsWithItsOwnCopyOfThrum() throws Exception {
        Program steps = Program.compile("Steps", Program.Way.BUILD, folder);
        Program isolated = Program.compile("Isolated", Program.Way.LOAD, folder);
        assertThat(isolated.run("Isolated", steps.classes() + "", jarOfThrum() + ""))
                .endsWith("45\n");
    }

    @Test
    void aClassLoaderThatGivesOutNoClassFiles() throws Exception {
        String steps = Program.compile("Steps", Program.Way.RUN, folder).classes().toString();
        assertThat(Program.compile("Hiding", Program.Way.RUN, folder).run("Hiding", steps))
                .contains("The class file of Steps was not found")
                .contains("does not give it out as a resource")
                .contains("-javaagent:thrum.jar");
        assertThat(Program.compile("Hiding", Program.Way.LOAD, folder).run("Hiding", steps))
                .isEqualTo("45\n");
    }

    @Test
    void aModuleThatIsNotOpen() throws Exception {
        Path thrum = jarOfThrum();
        Path classes = folder.resolve("closed");
        Path sources = Path.of("src/test/resources/ways/closed");
        tool(
                "javac",
                "-p",
                thrum.toString(),
                "-d",
                classes.toString(),
                sources.resolve("module-info.java").toString(),
                sources.resolve("shop/Closed.java").toString());
        List<String> command =
                List.of("java", "-p", thrum + java.io.File.pathSeparator + classes, "-m");
        List<String> plain = new java.util.ArrayList<>(command);
        plain.add("closed/shop.Closed");
        assertThat(Program.tool(plain))
                .contains("The async bodies of shop.Closed cannot be woven")
                .contains("Add `opens shop to dev.thrum;` to the module-info.java of closed")
                .contains("-javaagent:thrum.jar");
        List<String> withAgent = new java.util.ArrayList<>(plain);
        withAgent.add(1, "-javaagent:" + thrum);
        assertThat(Program.tool(withAgent)).isEqualTo("42\n");
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
