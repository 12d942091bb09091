package dev.thrum.ways;

import dev.thrum.task.Task;
import dev.thrum.weave.Report;
import dev.thrum.weave.build.ProjectWeaver;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.spi.ToolProvider;

/**
 * A program from the resources of this package, compiled, and ready to be run in one of the ways.
 */
final class Program {

    /** When bodies are woven. */
    enum Way {
        RUN,
        LOAD,
        BUILD
    }

    private final Path classes;
    private final List<String> options = new ArrayList<>();

    private Program(Path classes) {
        this.classes = classes;
    }

    static Program compile(String name, Way way, Path folder) throws IOException {
        return compile(Path.of("src/test/resources/ways", name + ".java"), name, way, folder);
    }

    static Program compile(Path source, String name, Way way, Path folder) throws IOException {
        Path classes = Files.createDirectories(folder.resolve(name + way));
        int result =
                ToolProvider.findFirst("javac")
                        .orElseThrow()
                        .run(
                                System.out,
                                System.err,
                                "-g",
                                "-proc:none",
                                "-cp",
                                thrum().toString(),
                                "-sourcepath",
                                source.getParent().toString(),
                                "-d",
                                classes.toString(),
                                source.toString());
        if (result != 0) {
            throw new IllegalStateException("javac failed: " + result);
        }
        Program program = new Program(classes);
        switch (way) {
            case RUN -> {}
            case LOAD -> program.options.add("-javaagent:" + agent(folder));
            case BUILD -> {
                var weaver = new ProjectWeaver(classes, List.of(thrum()), true);
                var woven = weaver.weave(classes, new Report(null));
                if (!woven.problems().isEmpty() || woven.classes() == 0) {
                    throw new IllegalStateException(woven.toString());
                }
            }
        }
        return program;
    }

    /** The classes under test. */
    static Path thrum() {
        try {
            return Path.of(Task.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A jar that only names the agent: its classes are on the class path. */
    static Path agent(Path folder) throws IOException {
        return agent(folder, "dev.thrum.weave.agent.Agent");
    }

    static Path agent(Path folder, String main) throws IOException {
        Path jar = folder.resolve("agent-" + main + ".jar");
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", main);
        manifest.getMainAttributes().putValue("Can-Retransform-Classes", "true");
        try (OutputStream out = Files.newOutputStream(jar)) {
            new JarOutputStream(out, manifest).close();
        }
        return jar;
    }

    /** The same program, from a jar. */
    Program from(Path jar) {
        Program program = new Program(jar);
        program.options.addAll(options);
        return program;
    }

    /** Adds an option of the JVM. */
    Program with(String option) {
        options.add(option);
        return this;
    }

    Path classes() {
        return classes;
    }

    /** Options of the JVM that runs it. */
    List<String> options() {
        List<String> all = new ArrayList<>(options);
        all.add("-Dthrum.thread.count=1");
        all.add("-Xshare:auto");
        all.add("-cp");
        all.add(classes + java.io.File.pathSeparator + thrum());
        return all;
    }

    /** Runs it to its end; gives both streams. */
    String run(String name, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add("java");
        command.addAll(options());
        command.add(name);
        command.addAll(List.of(arguments));
        return tool(command);
    }

    /** Runs a tool of the JDK; gives both streams. */
    static String tool(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(arguments);
        command.set(
                0, Path.of(System.getProperty("java.home"), "bin", arguments.get(0)).toString());
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes());
        int code = process.waitFor();
        return code == 0 ? output : output + "\nexit code " + code;
    }
}
