package dev.thrum.judges.differential;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thrum.weave.agent.Agent;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("V2: random programs do the same when the agent weaves them")
class AgentTest {

    private static final int COUNT = 25;

    @TempDir Path folder;

    /** Compares in a JVM with the agent; prints nothing but what differs. */
    public static void main(String[] arguments) {
        Differential differential = new Differential(List.of(Weaving.AGENT));
        differential.run(5000, COUNT, System.out::println);
    }

    @Test
    void V2_aSampleOfRandomPrograms() throws Exception {
        URI own = Agent.class.getProtectionDomain().getCodeSource().getLocation().toURI();
        Path thrum = Path.of(own);
        Path jar = Files.isDirectory(thrum) ? jar(thrum) : thrum;
        String classPath =
                System.getProperty("java.class.path").replace(thrum.toString(), jar.toString());
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-javaagent:" + jar,
                                "-Djava.util.logging.level=OFF",
                                "-cp",
                                classPath + File.pathSeparator,
                                AgentTest.class.getName())
                        .redirectErrorStream(true)
                        .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).isEmpty();
    }

    /** The jar as it is published, as far as an agent goes. */
    private Path jar(Path classes) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", Agent.class.getName());
        manifest.getMainAttributes().putValue("Can-Retransform-Classes", "false");
        Path jar = folder.resolve("thrum.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest);
                Stream<Path> walk = Files.walk(classes)) {
            for (Path next : walk.filter(Files::isRegularFile).toList()) {
                String name = classes.relativize(next).toString().replace(File.separatorChar, '/');
                if (!name.startsWith("META-INF/MANIFEST")) {
                    out.putNextEntry(new ZipEntry(name));
                    Files.copy(next, out);
                }
            }
        }
        return jar;
    }
}
