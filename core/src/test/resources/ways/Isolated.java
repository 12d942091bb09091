import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;

/** Runs Steps with a copy of Thrum of its own. */
public class Isolated {
    public static void main(String[] path) throws Exception {
        URL[] urls = {Path.of(path[0]).toUri().toURL(), Path.of(path[1]).toUri().toURL()};
        try (var loader = new URLClassLoader(urls, ClassLoader.getPlatformClassLoader())) {
            Class.forName("Steps", true, loader)
                    .getMethod("main", String[].class)
                    .invoke(null, (Object) path);
        }
    }
}
