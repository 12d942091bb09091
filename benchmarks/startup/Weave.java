import dev.thrum.weave.Report;
import dev.thrum.weave.build.ProjectWeaver;
import java.nio.file.Path;
import java.util.List;

/** Weaves the classes in a folder as the Maven plugin does: {@code FOLDER CLASSPATH-ENTRY …}. */
void main(String[] arguments) throws Exception {
    List<Path> paths = List.of(arguments).stream().map(Path::of).toList();
    Path folder = paths.getFirst();
    var weaver = new ProjectWeaver(folder, paths.subList(1, paths.size()), false);
    List<String> problems = weaver.weave(folder, new Report(null)).problems();
    if (!problems.isEmpty()) {
        throw new IllegalStateException(String.join("\n", problems));
    }
}
