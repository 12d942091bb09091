package dev.thrum.weave.build;

import dev.thrum.weave.ClassSource;
import dev.thrum.weave.WeaveException;
import dev.thrum.weave.link.ClassFiles;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;

/** The class files of a class path, and behind it those of the JDK that runs. Not thread-safe. */
final class PathClasses implements ClassSource, Closeable {

    private final List<Path> folders = new ArrayList<>();
    private final List<JarFile> jars = new ArrayList<>();
    private final Map<String, @Nullable ClassModel> known = new HashMap<>();

    /**
     * Opens a class path.
     *
     * @param path folders and jars; what does not exist is left out, as the JVM does
     */
    PathClasses(List<Path> path) throws IOException {
        for (Path entry : path) {
            if (Files.isDirectory(entry)) {
                folders.add(entry);
            } else if (Files.isRegularFile(entry) && entry.toString().endsWith(".jar")) {
                jars.add(new JarFile(entry.toFile(), false, JarFile.OPEN_READ, Runtime.version()));
            }
        }
    }

    @Override
    public @Nullable ClassModel find(String internalName) {
        if (!known.containsKey(internalName)) {
            known.put(internalName, read(internalName));
        }
        return known.get(internalName);
    }

    private @Nullable ClassModel read(String name) {
        try {
            byte[] bytes = bytes(name.concat(".class"));
            return bytes == null ? null : ClassFiles.parse(name, bytes);
        } catch (IOException failure) {
            throw new WeaveException(
                    "The class file of "
                            + name.replace('/', '.')
                            + " cannot be read: "
                            + failure.getMessage(),
                    failure);
        }
    }

    private byte @Nullable [] bytes(String resource) throws IOException {
        for (Path folder : folders) {
            Path file = folder.resolve(resource);
            if (Files.isRegularFile(file)) {
                return Files.readAllBytes(file);
            }
        }
        for (JarFile jar : jars) {
            ZipEntry entry = jar.getEntry(resource);
            if (entry != null) {
                try (InputStream in = jar.getInputStream(entry)) {
                    return in.readAllBytes();
                }
            }
        }
        try (InputStream in = ClassLoader.getPlatformClassLoader().getResourceAsStream(resource)) {
            return in == null ? null : in.readAllBytes();
        }
    }

    @Override
    public void close() throws IOException {
        for (JarFile jar : jars) {
            jar.close();
        }
    }
}
