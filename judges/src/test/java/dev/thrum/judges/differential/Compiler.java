package dev.thrum.judges.differential;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles Java sources in memory. Keeps its knowledge of the class path from one to the next. */
final class Compiler {

    /** The compiler does not take a source; the message is what it said. */
    static final class Rejected extends Exception {
        private static final long serialVersionUID = 1L;

        Rejected(String message) {
            super(message);
        }
    }

    /** How the compiler begins to speak of its own mistakes. */
    static final String CRASH = "An exception has occurred in the compiler";

    private final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    private final StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);

    /**
     * Compiles {@code Main.java}.
     *
     * @return class files by internal name
     */
    Map<String, byte[]> compile(String source, boolean debug) throws Rejected {
        Map<String, ByteArrayOutputStream> out = new HashMap<>();
        StringWriter messages = new StringWriter();
        List<String> options =
                List.of(
                        debug ? "-g" : "-g:none",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-proc:none",
                        "-nowarn");
        JavaFileManager memory = new Memory(files, out);
        if (!compiler.getTask(messages, memory, null, options, null, List.of(file(source)))
                .call()) {
            throw new Rejected(messages.toString());
        }
        Map<String, byte[]> classes = new HashMap<>();
        out.forEach((key, bytes) -> classes.put(key, bytes.toByteArray()));
        return classes;
    }

    private static JavaFileObject file(String source) {
        URI uri = URI.create("string:///Main.java");
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
}
