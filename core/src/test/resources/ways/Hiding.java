import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;

/** Runs Steps from a class loader that does not give out class files. */
public class Hiding {

    private static final class Loader extends ClassLoader {
        private final Path classes;

        Loader(Path classes) {
            this.classes = classes;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            Path file = classes.resolve(name + ".class");
            if (!Files.exists(file)) {
                throw new ClassNotFoundException(name);
            }
            try {
                byte[] code = Files.readAllBytes(file);
                return defineClass(name, code, 0, code.length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public URL getResource(String name) {
            return null;
        }
    }

    public static void main(String[] path) throws Exception {
        Class.forName("Steps", true, new Loader(Path.of(path[0])))
                .getMethod("main", String[].class)
                .invoke(null, (Object) path);
    }
}
