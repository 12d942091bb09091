import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command line to be run as a process of its own, and what came of it. */
final class Command {

    /** The top folder of the repository. */
    static final Path ROOT = root();

    private static final String SOURCES = "examples/src/main/java/";

    private final List<String> words;
    private final Map<String, String> environment = new HashMap<>();
    private String input = "";

    private Command(List<String> words) {
        this.words = words;
    }

    static Command of(Path program, String... arguments) {
        List<String> words = new ArrayList<>(List.of(program.toString()));
        words.addAll(List.of(arguments));
        return new Command(words);
    }

    /** The launcher of this repository. */
    static Command thrum(String... arguments) {
        return of(ROOT.resolve("thrum"), arguments);
    }

    /** An example of this repository, run by the launcher. */
    static Command example(String name, String... arguments) {
        List<String> all = new ArrayList<>(List.of("run", SOURCES + name + ".java"));
        all.addAll(List.of(arguments));
        return thrum(all.toArray(String[]::new));
    }

    /** Sets a variable; the others are inherited. */
    Command with(String variable, Object value) {
        environment.put(variable, value.toString());
        return this;
    }

    Command input(String text) {
        input = text;
        return this;
    }

    /** Runs it in the top folder of the repository and waits for its end. */
    Result run() throws IOException, InterruptedException {
        Path in = Files.createTempFile("command", ".in");
        Path out = Files.createTempFile("command", ".out");
        Path err = Files.createTempFile("command", ".err");
        try {
            Files.writeString(in, input);
            var builder =
                    new ProcessBuilder(words)
                            .directory(ROOT.toFile())
                            .redirectInput(in.toFile())
                            .redirectOutput(out.toFile())
                            .redirectError(err.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            if (!process.waitFor(100, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
                throw new AssertionError(
                        "no end of "
                                + words
                                + "\n"
                                + Files.readString(out)
                                + Files.readString(err));
            }
            return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            Files.delete(in);
            Files.delete(out);
            Files.delete(err);
        }
    }

    record Result(int exitCode, String out, String err) {}

    /** The first program of this name on the path. */
    static Path onPath(String name) {
        for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
            Path program = Path.of(folder, name);
            if (Files.isExecutable(program)) {
                return program;
            }
        }
        throw new AssertionError(name + " is not on the path");
    }

    private static Path root() {
        for (Path folder = Path.of("").toAbsolutePath();
                folder != null;
                folder = folder.getParent()) {
            if (Files.exists(folder.resolve("thrum")) && Files.exists(folder.resolve("core"))) {
                return folder;
            }
        }
        throw new AssertionError("not started below the top folder of the repository");
    }
}
