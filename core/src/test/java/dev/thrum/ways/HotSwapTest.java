package dev.thrum.ways;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName(
        "Classes that are redefined while the program runs: it works, or is refused as a whole")
class HotSwapTest {
    private static final Path SOURCE = Path.of("src/test/resources/ways/Swapped.java");
    private static final List<String> HOSTS =
            List.of("Swapped$ALambda", "Swapped$WithHelper", "Swapped$AnObject");
    private static final String OLD = "old, old with old, old\n";

    @TempDir private Path folder;
    private Path changed;
    private int line;

    @BeforeEach
    void change() throws IOException {
        String source = Files.readString(SOURCE);
        line = source.substring(0, source.indexOf("// swap")).split("\n").length;
        changed = Files.createDirectories(folder.resolve("changed")).resolve("Swapped.java");
        Files.writeString(changed, source.replace("old", "new"));
    }

    private Program changed(Program.Way way) throws IOException {
        return Program.compile(changed, "Swapped", way, folder.resolve("changed"));
    }

    private Debuggee start(Program program) throws Exception {
        Debuggee debuggee = new Debuggee(program, "Swapped", List.of(line));
        assertThat(debuggee.next()).isNotNull();
        return debuggee;
    }

    /** Goes on to the end. */
    private static String finish(Debuggee debuggee) throws Exception {
        debuggee.forgetLines();
        assertThat(debuggee.next()).isNull();
        return debuggee.output();
    }

    private static byte[] code(Program program, String name) throws IOException {
        return Files.readAllBytes(program.classes().resolve(name + ".class"));
    }

    /** As development environments do it: they compile, and then tell the JVM. */
    @Test
    void wovenAtRunTimeNewLambdasRunTheNewCode() throws Exception {
        Program program = Program.compile("Swapped", Program.Way.RUN, folder);
        Program changed = changed(Program.Way.RUN);
        try (Debuggee debuggee = start(program)) {
            for (String host : HOSTS) {
                byte[] code = code(changed, host);
                Files.write(program.classes().resolve(host + ".class"), code);
                assertThat(debuggee.redefine(host, code)).isNull();
            }
            // Blocks that are there keep their code, and so do bodies of classes with names.
            String swapped = "new, new with new, old\n";
            assertThat(finish(debuggee)).isEqualTo(OLD + swapped + swapped);
        }
    }

    /** The JVM has the new code, and Thrum can read no other than the old. */
    @Test
    void wovenAtRunTimeBodiesRunWhatTheClassFileSays() throws Exception {
        Program program = Program.compile("Swapped", Program.Way.RUN, folder);
        Program changed = changed(Program.Way.RUN);
        try (Debuggee debuggee = start(program)) {
            for (String host : HOSTS) {
                assertThat(debuggee.redefine(host, code(changed, host))).isNull();
            }
            assertThat(finish(debuggee)).isEqualTo(OLD + OLD + OLD);
        }
    }

    @Test
    void wovenByTheAgentOrTheBuildPlainClassesAreRefused() throws Exception {
        for (Program.Way way : List.of(Program.Way.LOAD, Program.Way.BUILD)) {
            Program program = Program.compile("Swapped", way, folder);
            Program changed = changed(Program.Way.RUN);
            try (Debuggee debuggee = start(program)) {
                for (String host : HOSTS) {
                    byte[] code = code(changed, host);
                    Files.write(program.classes().resolve(host + ".class"), code);
                    assertThat(debuggee.redefine(host, code)).contains("not implemented");
                }
                assertThat(finish(debuggee)).isEqualTo(OLD + OLD + OLD);
            }
        }
    }

    /** It changes the methods of the host, and bodies run in machines, which stay as they are. */
    @ParameterizedTest
    @EnumSource
    void anotherAgentMayRetransformWhatIsWoven(Program.Way way) throws Exception {
        Program program =
                Program.compile("Retransformed", way, folder)
                        .with("-javaagent:" + Program.agent(folder, "Retransformed"));
        assertThat(program.run("Retransformed")).isEqualTo("new old old\n");
    }

    /** Compiled and woven again, machines are classes like others. */
    @Test
    void wovenByTheBuildAllClassesTogetherAreRedefined() throws Exception {
        Program program = Program.compile("Swapped", Program.Way.BUILD, folder);
        Program changed = changed(Program.Way.BUILD);
        try (Debuggee debuggee = start(program);
                Stream<Path> files = Files.list(changed.classes())) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString().replace(".class", "");
                byte[] code = Files.readAllBytes(file);
                Files.write(program.classes().resolve(file.getFileName()), code);
                if (debuggee.isLoaded(name) && !name.equals("Swapped")) {
                    assertThat(debuggee.redefine(name, code)).as(name).isNull();
                }
            }
            String swapped = "new, new with new, new\n";
            assertThat(finish(debuggee)).isEqualTo(swapped + swapped + swapped);
        }
    }
}
