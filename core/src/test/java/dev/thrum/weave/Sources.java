package dev.thrum.weave;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Compiles Java sources in memory. */
public final class Sources {

    private Sources() {}

    /**
     * Compiles one source file.
     *
     * @return class files by internal name
     */
    public static Map<String, byte[]> compile(String name, String source, String... options) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Map<String, ByteArrayOutputStream> out = new HashMap<>();
        StringWriter messages = new StringWriter();
        List<String> all = new ArrayList<>(Arrays.asList(options));
        all.addAll(List.of("-cp", System.getProperty("java.class.path"), "-proc:none", "-nowarn"));
        try (JavaFileManager files =
                new Memory(compiler.getStandardFileManager(null, null, null), out)) {
            boolean good =
                    compiler.getTask(messages, files, null, all, null, List.of(file(name, source)))
                            .call();
            if (!good) {
                throw new IllegalArgumentException(messages.toString());
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        Map<String, byte[]> classes = new HashMap<>();
        out.forEach((key, bytes) -> classes.put(key, bytes.toByteArray()));
        return classes;
    }

    private static JavaFileObject file(String name, String source) {
        URI uri = URI.create("string:///" + name + ".java");
        return new SimpleJavaFileObject(uri, JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return source;
            }
        };
    }

    private static final class Memory extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> out;

        Memory(JavaFileManager files, Map<String, ByteArrayOutputStream> out) {
            super(files);
            this.out = out;
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            URI uri = URI.create("memory:///" + name.replace('.', '/') + kind.extension);
            return new SimpleJavaFileObject(uri, kind) {
                @Override
                public OutputStream openOutputStream() {
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    out.put(name.replace('.', '/'), bytes);
                    return bytes;
                }
            };
        }
    }

    /** A loader of such classes. */
    public static class Loader extends ClassLoader {
        private final Map<String, byte[]> classes;
        private final boolean givesResources;

        /** Creates a loader; with or without the class files as resources. */
        public Loader(Map<String, byte[]> classes, boolean givesResources) {
            super(Sources.class.getClassLoader());
            this.classes = classes;
            this.givesResources = givesResources;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            byte[] bytes = classes.get(name.replace('.', '/'));
            if (bytes == null) {
                throw new ClassNotFoundException(name);
            }
            return defineClass(name, bytes, 0, bytes.length);
        }

        @Override
        public InputStream getResourceAsStream(String name) {
            byte[] bytes =
                    name.endsWith(".class") && givesResources
                            ? classes.get(name.substring(0, name.length() - 6))
                            : null;
            return bytes == null
                    ? super.getResourceAsStream(name)
                    : new ByteArrayInputStream(bytes);
        }
    }
}
