package dev.thrum.weave.link;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.net.URISyntaxException;
import java.net.URL;
import java.security.CodeSource;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Class files of the class path, read from the jar or folder that a class was loaded from. Its
 * loader gives out the same, but by way of URLs, and the classes that those need take a JVM longer
 * than all else that is done for the first body. Thread-safe.
 */
final class ClassPath {

    /** A jar, open. */
    private record Jar(File file, JarFile open) {}

    /**
     * What was read last. Classes with bodies come from the same jar mostly, whose index would be
     * read for each again; when nobody uses it any more, the JDK closes it.
     */
    private volatile WeakReference<@Nullable Jar> last = new WeakReference<>(null);

    /**
     * Opens the class file of a class.
     *
     * @param resource its name
     * @param type a class that the system class loader has defined, in no named module
     * @return its class file; null if it is not where the class says that it comes from
     * @throws IOException if it cannot be read
     */
    @Nullable InputStream open(String resource, Class<?> type) throws IOException {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        URL url = source == null ? null : source.getLocation();
        if (url == null || !url.getProtocol().equals("file")) {
            return null;
        }
        File location;
        try {
            location = new File(url.toURI());
        } catch (URISyntaxException | IllegalArgumentException unusual) {
            return null;
        }
        if (location.isDirectory()) {
            File file = new File(location, resource);
            return file.isFile() ? new FileInputStream(file) : null;
        }
        JarFile jar = jar(location);
        JarEntry entry = jar.getJarEntry(resource);
        return entry == null ? null : jar.getInputStream(entry);
    }

    private JarFile jar(File file) throws IOException {
        Jar known = last.get();
        if (known != null && known.file().equals(file)) {
            return known.open();
        }
        JarFile jar = new JarFile(file, false, ZipFile.OPEN_READ, JarFile.runtimeVersion());
        last = new WeakReference<>(new Jar(file, jar));
        return jar;
    }
}
