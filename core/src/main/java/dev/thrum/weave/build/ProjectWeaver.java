package dev.thrum.weave.build;

import dev.thrum.weave.Report;
import dev.thrum.weave.WeaveException;
import dev.thrum.weave.Weaver;
import dev.thrum.weave.link.ClassFiles;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Weaves the class files of a folder, which a compiler has put there, or checks that they are
 * woven. Thread-safe: each call has its own state, and different folders do not touch each other.
 */
public final class ProjectWeaver {

    private final Path folder;
    private final List<Path> classPath;
    private final boolean debug;

    /**
     * What was done.
     *
     * @param classes how many classes were changed
     * @param generated how many classes were made for them
     * @param problems what is wrong, each with its place and a remedy; nothing was written if there
     *     are any
     */
    public record Result(int classes, int generated, List<String> problems) {}

    /**
     * Names what to weave.
     *
     * @param folder the class files
     * @param classPath folders and jars of what they refer to; Thrum is among them
     * @param debug whether to make a second machine, which keeps variables for a debugger, where
     *     that is another one
     */
    public ProjectWeaver(Path folder, List<Path> classPath, boolean debug) {
        this.folder = folder;
        this.classPath = List.copyOf(classPath);
        this.debug = debug;
    }

    /**
     * Weaves. Classes that are woven already are left alone.
     *
     * @param target where changed and new class files go; usually the same folder
     * @param report what was woven is added to it
     * @return what was done
     * @throws IOException if a file cannot be read or written
     */
    public Result weave(Path target, Report report) throws IOException {
        return weave(target, report, true);
    }

    /** Without looking for strays: the tests of the refusal of awaits have some. */
    Result weave(Path target, Report report, boolean refusesStrays) throws IOException {
        try (PathClasses classes = open()) {
            List<String> problems = new ArrayList<>();
            Map<String, ClassModel> own = own(problems);
            if (refusesStrays) {
                addStrays(problems, own, classes);
            }
            Map<String, byte[]> out = new LinkedHashMap<>();
            List<Weaver.Woven> methods = new ArrayList<>();
            int changed = 0;
            for (Map.Entry<String, ClassModel> next : own.entrySet()) {
                if (WovenMark.formatOf(next.getValue()) > WovenMark.FORMAT) {
                    problems.add(wrongFormat(next.getKey(), next.getValue()));
                }
                WovenClass woven = weave(classes, own, next.getValue());
                woven.refusals().forEach(refusal -> add(problems, refusal));
                out.putAll(woven.classes());
                methods.addAll(woven.methods());
                changed += woven.classes().isEmpty() ? 0 : 1;
            }
            if (!problems.isEmpty()) {
                return new Result(0, 0, problems);
            }
            deleteStale(own, out, target);
            for (Map.Entry<String, byte[]> next : out.entrySet()) {
                Files.write(file(target, next.getKey()), next.getValue());
            }
            methods.forEach(method -> report.add("build", method));
            return new Result(changed, out.size() - changed, problems);
        }
    }

    /**
     * Checks that all bodies are woven, and that no await stands outside of one.
     *
     * @return what is wrong, each with its place and a remedy
     * @throws IOException if a file cannot be read
     */
    public List<String> verify() throws IOException {
        try (PathClasses classes = open()) {
            List<String> problems = new ArrayList<>();
            Map<String, ClassModel> own = own(problems);
            addStrays(problems, own, classes);
            for (Map.Entry<String, ClassModel> next : own.entrySet()) {
                int format = WovenMark.formatOf(next.getValue());
                if (format != 0 && format != WovenMark.FORMAT) {
                    problems.add(wrongFormat(next.getKey(), next.getValue()));
                }
                WovenClass woven = weave(classes, own, next.getValue());
                woven.refusals().forEach(refusal -> add(problems, refusal));
                if (!woven.classes().isEmpty()) {
                    problems.add(
                            next.getKey().replace('/', '.')
                                    + " has async bodies that are not woven. Let the goals weave"
                                    + " and test-weave of thrum-maven-plugin run after whatever"
                                    + " compiles or changes it.");
                }
            }
            return problems;
        }
    }

    private void addStrays(
            List<String> problems, Map<String, ClassModel> own, PathClasses classes) {
        try {
            problems.addAll(new StrayAwaits(own.values(), classes).find());
        } catch (WeaveException damaged) {
            add(problems, damaged);
        } catch (IllegalArgumentException | IndexOutOfBoundsException damage) {
            add(problems, ClassFiles.damaged("A class in " + folder, damage));
        }
    }

    private static void add(List<String> problems, WeaveException refusal) {
        String message = String.valueOf(refusal.getMessage());
        if (!problems.contains(message)) {
            problems.add(message);
        }
    }

    private WovenClass weave(PathClasses classes, Map<String, ClassModel> own, ClassModel model) {
        ClassWeaver weaver =
                new ClassWeaver(
                        classes,
                        Way.BUILD,
                        debug,
                        name -> own.containsKey(name) || isWoven(classes.find(name)));
        try {
            return weaver.weave(model);
        } catch (WeaveException refusal) {
            return WovenClass.refused(List.of(refusal));
        } catch (IllegalArgumentException | IndexOutOfBoundsException damage) {
            String name = model.thisClass().asInternalName().replace('/', '.');
            return WovenClass.refused(List.of(ClassFiles.damaged(name, damage)));
        }
    }

    private static boolean isWoven(@Nullable ClassModel model) {
        return model != null && WovenMark.formatOf(model) == WovenMark.FORMAT;
    }

    private static String wrongFormat(String name, ClassModel model) {
        return name.replace('/', '.')
                + " was woven by another version of Thrum, in format "
                + WovenMark.formatOf(model)
                + ", and this one makes format "
                + WovenMark.FORMAT
                + ". Build it from its source again, as by `mvn clean`.";
    }

    private PathClasses open() throws IOException {
        List<Path> path = new ArrayList<>();
        path.add(folder);
        path.addAll(classPath);
        return new PathClasses(path);
    }

    /** The classes of the folder by name, in an order that depends on nothing else. */
    private Map<String, ClassModel> own(List<String> problems) throws IOException {
        Map<String, ClassModel> own = new TreeMap<>();
        if (!Files.isDirectory(folder)) {
            return own;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String path = folder.relativize(file).toString().replace('\\', '/');
                if (path.endsWith(".class")
                        && !path.startsWith("META-INF/")
                        && !path.endsWith("module-info.class")) {
                    String name = path.substring(0, path.length() - ".class".length());
                    try {
                        ClassModel model = read(name, file);
                        if (model != null) {
                            own.put(name, model);
                        }
                    } catch (WeaveException unreadable) {
                        add(problems, unreadable);
                    }
                }
            }
        }
        return own;
    }

    /** Reads a class file so far that it can be asked what it is; null if none can load it. */
    private static @Nullable ClassModel read(String name, Path file) throws IOException {
        ClassModel model = ClassFiles.parse(name, Files.readAllBytes(file));
        try {
            WovenMark.formatOf(model); // reads the attributes
            boolean isThere = model.thisClass().asInternalName().equals(name);
            return isThere ? model : null; // a resource, say of a test, that is called .class
        } catch (IllegalArgumentException damage) {
            throw ClassFiles.damaged(name.replace('/', '.'), damage);
        }
    }

    /** Removes what an earlier run has made for a class that was compiled again since. */
    private static void deleteStale(
            Map<String, ClassModel> own, Map<String, byte[]> out, Path target) throws IOException {
        for (Map.Entry<String, ClassModel> next : own.entrySet()) {
            String name = next.getKey();
            if (isGenerated(next.getValue()) && !out.containsKey(name)) {
                ClassModel host = hostOf(name, own);
                if (host == null || WovenMark.formatOf(host) == 0) {
                    Files.deleteIfExists(file(target, name));
                }
            }
        }
    }

    /** Hosts have the mark, too; only what compilers did not write is to be removed. */
    private static boolean isGenerated(ClassModel model) {
        return WovenMark.formatOf(model) != 0
                && (model.flags().flagsMask() & ClassFile.ACC_SYNTHETIC) != 0;
    }

    /** The names of hosts may contain what separates them from the rest. */
    private static @Nullable ClassModel hostOf(String name, Map<String, ClassModel> own) {
        int end = name.lastIndexOf("$$");
        while (end > 0) {
            ClassModel host = own.get(name.substring(0, end));
            if (host != null && !isGenerated(host)) {
                return host;
            }
            end = name.lastIndexOf("$$", end - 1);
        }
        return null;
    }

    private static Path file(Path folder, String name) throws IOException {
        Path file = folder.resolve(name + ".class");
        Files.createDirectories(file.getParent());
        return file;
    }
}
