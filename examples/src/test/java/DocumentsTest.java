import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What README and docs show is true: their code runs and prints what they say.
 *
 * <p>A block of {@code java} with a {@code void main(} is a program; it is run as it is. All other
 * blocks of a page make one program: {@code java member} is put into the class; plain {@code java}
 * is the body of a root task. If a block of {@code text} follows, it is what the code prints; an
 * exception that leaves a body is printed, too. Line numbers and ids may differ.
 */
class DocumentsTest {

    private static final String END = "---- end of block ";

    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)[^)]*\\)");

    @TempDir Path folder;

    static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.list(Command.ROOT.resolve("docs"))) {
            return Stream.concat(
                            Stream.of(
                                    Command.ROOT.resolve("README.md"),
                                    Command.ROOT.resolve("CONTRIBUTING.md")),
                            docs.filter(file -> file.toString().endsWith(".md")))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void programsPrintWhatThePageSays(Path page) throws Exception {
        Document document = Document.of(page);
        for (int i = 0; i < document.blocks().size(); i++) {
            if (document.blocks().get(i).isProgram()) {
                String program = document.blocks().get(i).code();
                Path file = Files.writeString(folder.resolve("Program" + i + ".java"), program);

                var result = Command.thrum("run", file.toString()).run();

                assertThat(result.err()).as(program).isEmpty();
                assertThat(result.exitCode()).as(program).isZero();
                Optional<String> output = document.outputOf(i);
                if (output.isPresent()) {
                    assertThat(result.out()).as(program).isEqualTo(output.get());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void snippetsPrintWhatThePageSays(Path page) throws Exception {
        Document document = Document.of(page);
        List<Integer> bodies = new ArrayList<>();
        StringBuilder members = new StringBuilder();
        StringBuilder main = new StringBuilder();
        for (int i = 0; i < document.blocks().size(); i++) {
            Document.Block block = document.blocks().get(i);
            if (block.is("java member")) {
                members.append(block.code()).append('\n');
            } else if (block.is("java") && !block.isProgram()) {
                bodies.add(i);
                members.append(method(i, block.code()));
                main.append("    run%d();\n".formatted(i));
            }
        }
        if (bodies.isEmpty()) {
            return;
        }
        Path file = folder.resolve("Page.java");
        Files.writeString(file, program(main, members));

        var result = Command.thrum("run", file.toString()).run();

        assertThat(result.exitCode()).as(result.err()).isZero();
        String rest = result.out();
        for (int body : bodies) {
            String end = END + body + "\n";
            assertThat(rest).contains(end);
            String printed = rest.substring(0, rest.indexOf(end));
            rest = rest.substring(printed.length() + end.length());
            assertThat(normal(printed))
                    .as(document.blocks().get(body).code())
                    .isEqualTo(normal(document.outputOf(body).orElse("")));
        }
    }

    private static String program(StringBuilder main, StringBuilder members) {
        return """
        import dev.thrum.channel.*;
        import dev.thrum.stream.*;
        import dev.thrum.sync.*;
        import dev.thrum.task.*;
        import static dev.thrum.task.Async.async;

        void main() throws Exception {
            System.setOut(new PrintStream(
                    new FileOutputStream(FileDescriptor.out), true, "UTF-8"));
        %s}

        %s\
        """
                .formatted(main, members);
    }

    private static String method(int number, String body) {
        return """
        void run%1$d() {
            try {
                Task.blockOn(() -> {
        %2$s
                });
            } catch (Throwable thrown) {
                IO.println(thrown);
            }
            IO.println("---- end of block %1$d");
        }

        """
                .formatted(number, body);
    }

    private static String normal(String output) {
        return output.replaceAll("\\(\\w+\\.java:\\d+\\)", "(Page.java)")
                .replaceAll("Page\\.run\\d+", "Page.main")
                .replaceAll("task \\d+", "task N")
                .replaceAll("\\s+", " ");
    }

    @ParameterizedTest
    @MethodSource("pages")
    void linksLeadSomewhere(Path page) throws Exception {
        LINK.matcher(Files.readString(page))
                .results()
                .map(link -> link.group(1))
                .filter(target -> !target.contains("://"))
                .forEach(target -> assertThat(page.resolveSibling(target)).exists());
    }

    @Test
    void readmeHasTwoCommandsAndBothWork() throws Exception {
        List<String> commands = Document.of(Command.ROOT.resolve("README.md")).commands();

        assertThat(commands)
                .containsExactly(
                        "./thrum run examples/src/main/java/WordCount.java .", "./thrum test");
        var result = Command.example("WordCount", ".").run();
        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.out().lines()).hasSize(21);
        // This test is part of the other; for machines the same command stands in one place.
        assertThat(Command.ROOT.resolve(".ci/run")).content().endsWith("exec ./thrum test\n");
    }

    @Test
    void readmeHasTheCoordinatesOfTheBuild() throws Exception {
        String pom = Files.readString(Command.ROOT.resolve("core/pom.xml"));
        Document readme = Document.of(Command.ROOT.resolve("README.md"));
        String coordinates =
                readme.blocks().stream()
                        .filter(block -> block.is("xml"))
                        .findAny()
                        .orElseThrow()
                        .code();

        assertThat(element(coordinates, "groupId")).isEqualTo(element(pom, "groupId"));
        assertThat(element(coordinates, "artifactId")).isEqualTo("thrum");
        assertThat(pom).contains("<artifactId>thrum</artifactId>");
        assertThat(element(coordinates, "version")).isEqualTo(element(pom, "version"));
    }

    private static String element(String xml, String name) {
        var matcher = Pattern.compile("<" + name + ">([^<]+)<").matcher(xml);
        assertThat(matcher.find()).as("%s in %s", name, xml).isTrue();
        return matcher.group(1);
    }
}
