package dev.thrum.weave.build;

import dev.thrum.weave.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Weaves the tests themselves, so that they can be run once more, woven by the build. */
public final class WovenTests {

    private WovenTests() {}

    /**
     * Copies a folder of classes and weaves the copy.
     *
     * @param arguments the folder, where the copy goes, the class path
     */
    public static void main(String[] arguments) throws IOException {
        Path from = Path.of(arguments[0]);
        Path to = Path.of(arguments[1]);
        List<Path> classPath =
                Arrays.stream(arguments[2].split(java.io.File.pathSeparator))
                        .map(Path::of)
                        .toList();
        delete(to);
        copy(from, to);
        ProjectWeaver.Result result =
                new ProjectWeaver(to, classPath, true).weave(to, new Report(null), false);
        result.problems().forEach(System.err::println);
        if (result.classes() == 0) {
            throw new IllegalStateException("Nothing was woven");
        }
        System.out.println(
                result.classes() + " classes woven, " + result.generated() + " made for them");
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path copy = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
    }
}
