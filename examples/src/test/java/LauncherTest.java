import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher {@code ./thrum}: what it does with programs, with bad input, and when it builds. */
class LauncherTest {

    @TempDir Path folder;

    @Test
    void runPassesArgumentsInputAndExitCode() throws Exception {
        Path program =
                file(
                        "Program.java",
                        """
                        import dev.thrum.task.Poll;

                        void main(String[] args) {
                            IO.println(String.join("|", args) + " " + IO.readln() + " "
                                    + Poll.ready(6).map(six -> six * 7));
                            System.exit(7);
                        }
                        """);

        var result = Command.thrum("run", program.toString(), "a b", "*").input("line\n").run();

        assertThat(result).isEqualTo(new Command.Result(7, "a b|* line Ready[value=42]\n", ""));
    }

    @Test
    void runNamesASourceFileThatDoesNotExist() throws Exception {
        var result = Command.thrum("run", "no/Such.java").run();

        assertThat(result).isEqualTo(failure("thrum: no such source file: no/Such.java\n"));
    }

    @Test
    void runNamesAFileThatIsNoSourceFile() throws Exception {
        assertThat(Command.thrum("run", "pom.xml").run().err())
                .isEqualTo(
                        "thrum: not a Java source file (its name does not end in .java):"
                                + " pom.xml\n");
        Path directory = Files.createDirectory(folder.resolve("Folder.java"));
        assertThat(Command.thrum("run", directory.toString()).run())
                .isEqualTo(failure("thrum: not a file: " + directory + "\n"));
    }

    @Test
    void runShowsWhatTheCompilerSays() throws Exception {
        Path program = file("Wrong.java", "void main() { int number = \"text\"; }\n");

        var result = Command.thrum("run", program.toString()).run();

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .contains(
                        "Wrong.java:1: error: incompatible types: String cannot be converted to"
                                + " int");
    }

    @Test
    void runWithoutAProgramTellsTheUsage() throws Exception {
        assertThat(Command.thrum("run").run())
                .isEqualTo(
                        failure(
                                """
                                thrum: run: which program?
                                Usage: ./thrum run FILE.java [ARGUMENT...]
                                """));
    }

    @Test
    void unknownCommandsAreNamed() throws Exception {
        var result = Command.thrum("dance").run();

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err())
                .startsWith("thrum: no such command: dance\nUsage: ./thrum COMMAND\n");
        assertThat(Command.thrum().run().exitCode()).isEqualTo(2);
        assertThat(Command.thrum("help").run())
                .satisfies(help -> {
                    assertThat(help.exitCode()).isZero();
                    assertThat(help.out()).startsWith("Usage: ./thrum COMMAND\n");
                });
    }

    @Test
    void withoutAJdkItTellsWhereItLookedAndWhatToSet() throws Exception {
        Path home = jdk("old/jdk-17", "17.0.2");
        Path onPath = jdk("jdk-21", "21.0.8");
        Path inRoots = jdk("roots/jdk-24", "24-ea");
        Path jre = jdk("roots/jre-25", "25.0.1");
        Files.delete(jre.resolve("bin/javac"));
        Path roots = jre.getParent();
        Path tools = toolsOnly();
        Files.createSymbolicLink(tools.resolve("java"), onPath.resolve("bin/java"));
        Path program = file("Program.java", "void main() {}\n");

        var result =
                Command.thrum("run", program.toString())
                        .with("JAVA_HOME", home)
                        .with("PATH", tools)
                        .with("THRUM_JDK_ROOTS", roots + ":/no/such/folder")
                        .run();

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .isEqualTo(
                        """
                        thrum: no JDK 25 or later found. Looked at:
                          %s (JAVA_HOME): version 17.0.2
                          %s (java on the PATH): version 21.0.8
                          %s (in %s): version 24-ea
                          %s (in %4$s): version 25.0.1, but without a compiler (bin/javac)
                        and for others in %4$s:/no/such/folder.
                        Set JAVA_HOME to the folder of a JDK 25 or later (get one at https://adoptium.net).
                        """
                                .formatted(home, onPath, inRoots, roots, jre));
    }

    @Test
    void anOldJavaHomeDoesNotHideAJdkThatFits() throws Exception {
        Path program =
                file(
                        "Program.java",
                        "void main() { IO.println(Runtime.version().feature() >= 25); }\n");

        var result =
                Command.thrum("run", program.toString())
                        .with("JAVA_HOME", jdk("jdk-17", "17.0.2"))
                        .with("PATH", toolsOnly())
                        .with(
                                "THRUM_JDK_ROOTS",
                                Path.of(System.getProperty("java.home")).getParent())
                        .run();

        assertThat(result).isEqualTo(new Command.Result(0, "true\n", ""));
    }

    @Test
    void buildsOnlyWhatIsMissingOrOlderThanItsSources() throws Exception {
        Path checkout = checkout();
        Path source = checkout.resolve("core/src/main/java/Some.java");
        Path jar = checkout.resolve("core/target/thrum.jar");
        Path program = file("Program.java", "void main() { IO.println(\"ran\"); }\n");
        Path anyJar = folder.resolve("any.jar");
        try (var out = new JarOutputStream(Files.newOutputStream(anyJar))) {
            out.putNextEntry(new ZipEntry("entry"));
        }
        Path tools = toolsOnly();
        Path calls = folder.resolve("calls");
        executable(
                tools.resolve("mvn"),
                "echo Maven talks\nmkdir -p core/target\ncp %s %s\necho called >>%s\n"
                        .formatted(anyJar, jar, calls));
        var run =
                Command.of(checkout.resolve("thrum"), "run", program.toString())
                        .with("PATH", tools);
        var ran = new Command.Result(0, "ran\n", "");

        assertThat(run.run()).as("jar is missing").isEqualTo(ran);
        assertThat(calls).content().isEqualTo("called\n");

        assertThat(run.run()).as("jar is current").isEqualTo(ran);
        assertThat(calls).content().isEqualTo("called\n");

        FileTime later = FileTime.fromMillis(Files.getLastModifiedTime(jar).toMillis() + 2000);
        Files.setLastModifiedTime(source, later);
        assertThat(run.run()).as("source is newer").isEqualTo(ran);
        assertThat(calls).content().isEqualTo("called\ncalled\n");
    }

    @Test
    void aBuildThatFailsShowsItsErrors() throws Exception {
        Path checkout = checkout();
        Path program = file("Program.java", "void main() {}\n");
        Path tools = toolsOnly();
        executable(
                tools.resolve("mvn"),
                "echo '[INFO] busy'\necho '[ERROR] Some.java: wrong'\nexit 1\n");

        var result =
                Command.of(checkout.resolve("thrum"), "run", program.toString())
                        .with("PATH", tools)
                        .run();

        assertThat(result)
                .isEqualTo(
                        failure(
                                """
                                [ERROR] Some.java: wrong
                                thrum: the build failed; all that it said is in %s
                                """
                                        .formatted(checkout.resolve("target/thrum-build.log"))));
    }

    @Test
    void differentialPassesCountAndSeedToMaven() throws Exception {
        Path checkout = checkout();
        Path tools = toolsOnly();
        executable(tools.resolve("mvn"), "echo \"$*\"\n");

        var result =
                Command.of(checkout.resolve("thrum"), "differential", "50", "7")
                        .with("PATH", tools)
                        .run();

        assertThat(result.err()).isEmpty();
        assertThat(result.exitCode()).isZero();
        assertThat(result.out())
                .contains(
                        "-Pdifferential -pl judges -am -Dtest=DifferentialRun",
                        "-Ddifferential.count=50 -Ddifferential.seed=7 test");
    }

    @Test
    void differentialRefusesWhatIsNoNumber() throws Exception {
        assertThat(Command.thrum("differential", "many").run())
                .isEqualTo(
                        failure(
                                "thrum: differential: COUNT is to be a positive number, not"
                                        + " many\n"));
        assertThat(Command.thrum("differential", "5", "-1").run())
                .isEqualTo(
                        failure("thrum: differential: SEED is to be a number from 0 on, not -1\n"));
        assertThat(Command.thrum("differential", "1", "2", "3").run())
                .isEqualTo(
                        failure(
                                """
                                thrum: differential: too many arguments
                                Usage: ./thrum differential [COUNT] [SEED]
                                """));
    }

    @Test
    void withoutMavenItSaysSo() throws Exception {
        Path program = file("Program.java", "void main() {}\n");

        var result =
                Command.of(checkout().resolve("thrum"), "run", program.toString())
                        .with("PATH", toolsOnly())
                        .run();

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .startsWith("thrum: mvn is not on the PATH")
                .contains("Apache Maven");
    }

    private static Command.Result failure(String message) {
        return new Command.Result(1, "", message);
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static void executable(Path file, String script) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + script);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    /** A folder that looks like a JDK. */
    private Path jdk(String name, String version) throws IOException {
        Path home = folder.toRealPath().resolve(name);
        Files.createDirectories(home.resolve("bin"));
        executable(home.resolve("bin/java"), "");
        executable(home.resolve("bin/javac"), "");
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        return home;
    }

    /** A checkout with the launcher and one source file, where nothing is built yet. */
    private Path checkout() throws IOException {
        Path checkout = folder.toRealPath().resolve("checkout");
        Files.createDirectories(checkout.resolve("core/src/main/java"));
        Files.writeString(checkout.resolve("pom.xml"), "");
        Files.writeString(checkout.resolve("core/pom.xml"), "");
        Files.writeString(checkout.resolve("core/src/main/java/Some.java"), "");
        Files.copy(
                Command.ROOT.resolve("thrum"),
                checkout.resolve("thrum"),
                StandardCopyOption.COPY_ATTRIBUTES);
        return checkout;
    }

    /**
     * A folder for the PATH that holds what a shell script may expect, and neither java nor mvn.
     */
    private Path toolsOnly() throws IOException {
        Path tools = Files.createDirectory(folder.resolve("tools"));
        for (String tool :
                new String[] {
                    "bash",
                    "cat",
                    "cp",
                    "dirname",
                    "find",
                    "grep",
                    "head",
                    "mkdir",
                    "readlink",
                    "sed"
                }) {
            executable(tools.resolve(tool), "exec %s \"$@\"\n".formatted(Command.onPath(tool)));
        }
        return tools;
    }
}
