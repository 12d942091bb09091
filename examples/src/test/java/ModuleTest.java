import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** V1 to V3: a program in a named module, as docs/weaving.md tells. */
class ModuleTest {

    private static final Path JDK = Path.of(System.getProperty("java.home"));
    private static final Path THRUM = Command.ROOT.resolve("core/target/thrum.jar");

    @TempDir Path folder;

    @BeforeEach
    void program() throws IOException {
        Path file = folder.resolve("src/shop/orders/Main.java");
        Files.createDirectories(file.getParent());
        Files.writeString(
                file,
                """
                package shop.orders;

                import dev.thrum.task.Async;
                import dev.thrum.task.Task;

                public final class Main {
                    public static void main(String[] args) {
                        System.out.println(Task.blockOn(() -> Async.ready(41).await() + 1));
                    }
                }
                """);
    }

    @Test
    void V1_runsInAModuleThatOpensItsPackage() throws Exception {
        assertThat(run(descriptor())).isEqualTo(new Command.Result(0, "42\n", ""));
    }

    @Test
    void V1_namesTheLineThatIsMissing() throws Exception {
        var result = run(descriptor().replaceAll(".*opens.*\n", ""));

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("opens shop.orders to dev.thrum;", "module-info.java");
    }

    @Test
    void V2_theAgentNeedsNothingOpened() throws Exception {
        String agent = "-javaagent:" + THRUM;
        assertThat(run(descriptor().replaceAll(".*opens.*\n", ""), agent))
                .isEqualTo(new Command.Result(0, "42\n", ""));
    }

    @Test
    void V3_thePageShowsThePluginAsItIsTriedOut() throws IOException {
        String page =
                Document.of(Command.ROOT.resolve("docs/weaving.md")).blocks().stream()
                        .map(Document.Block::code)
                        .filter(code -> code.startsWith("<plugin>"))
                        .findAny()
                        .orElseThrow();
        String pom = Files.readString(Command.ROOT.resolve("maven-plugin/src/it/woven/pom.xml"));
        String version =
                Files.readString(Command.ROOT.resolve("pom.xml"))
                        .replaceAll("(?s).*?<version>([^<]+)<.*", "$1");
        assertThat(
                        pom.replace("@project.version@", version)
                                .replaceAll("(?s)<configuration>.*?</configuration>", "")
                                .replaceAll("\\s+", ""))
                .contains(page.replaceAll("\\s+", ""));
    }

    private static String descriptor() throws IOException {
        return Document.of(Command.ROOT.resolve("docs/weaving.md")).blocks().stream()
                .map(Document.Block::code)
                .filter(code -> code.startsWith("module shop {"))
                .findAny()
                .orElseThrow();
    }

    private Command.Result run(String descriptor, String... options) throws Exception {
        Path info = Files.writeString(folder.resolve("src/module-info.java"), descriptor);
        Path classes = folder.resolve("classes");
        assertThat(
                        Command.of(
                                        JDK.resolve("bin/javac"),
                                        "-p",
                                        THRUM.toString(),
                                        "-d",
                                        classes.toString(),
                                        info.toString(),
                                        folder.resolve("src/shop/orders/Main.java").toString())
                                .run())
                .isEqualTo(new Command.Result(0, "", ""));
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.addAll(List.of("-p", THRUM + ":" + classes, "-m", "shop/shop.orders.Main"));
        return Command.of(JDK.resolve("bin/java"), arguments.toArray(String[]::new)).run();
    }
}
