package dev.thrum.judges.differential;

import dev.thrum.judges.differential.lib.Do;
import dev.thrum.judges.differential.lib.Do.Pace;
import dev.thrum.task.Async;
import dev.thrum.task.AsyncCallable;
import dev.thrum.task.AsyncFunction;
import dev.thrum.task.Task;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Runs compiled programs, and tells in words what they did. */
final class Runs {

    /** How outcomes tell a line. */
    static final String PLACE = " at line [0-9]+";

    private Runs() {}

    /** Loads programs; of a file that was compiled once, each loader initialises classes anew. */
    static final class Loader extends ClassLoader {
        private final Map<String, byte[]> classes;
        private final Gives gives;
        private boolean defining;

        Loader(Map<String, byte[]> classes, Gives gives) {
            super(Runs.class.getClassLoader());
            this.classes = classes;
            this.gives = gives;
            setDefaultAssertionStatus(true);
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            byte[] bytes = classes.get(name.replace('.', '/'));
            if (bytes == null) {
                throw new ClassNotFoundException(name);
            }
            boolean before = defining;
            defining = true;
            try {
                return defineClass(name, bytes, 0, bytes.length);
            } finally {
                defining = before;
            }
        }

        private boolean given() {
            return gives == Gives.ALWAYS || (gives == Gives.WHILE_DEFINING && defining);
        }

        @Override
        public @Nullable InputStream getResourceAsStream(String name) {
            byte[] bytes =
                    name.endsWith(".class") && given()
                            ? classes.get(name.substring(0, name.length() - 6))
                            : null;
            return bytes == null
                    ? super.getResourceAsStream(name)
                    : new ByteArrayInputStream(bytes);
        }
    }

    /** When a loader gives class files away. */
    enum Gives {
        ALWAYS,
        NEVER,
        /** While it defines a class: to whoever weaves it then, and to nobody later. */
        WHILE_DEFINING
    }

    /** What the plain rendering does. */
    static String plain(ClassLoader loader, Program program) {
        return run(
                loader,
                program,
                Pace.READY,
                body ->
                        body instanceof AsyncCallable<?> callable
                                ? callable.call()
                                : function(body).apply(5));
    }

    /** What the woven rendering does, by a driver of our own or in a runtime. */
    static String woven(ClassLoader loader, Program program, Pace pace, boolean runtime) {
        return run(
                loader,
                program,
                pace,
                body -> {
                    Async<?> async =
                            body instanceof AsyncCallable<?> callable
                                    ? Async.async(callable)
                                    : Async.async(function(body), 5);
                    return runtime ? blockOn(async) : Do.drive(async);
                });
    }

    /** Checked exceptions come wrapped; programs throw no such wrapper themselves. */
    private static @Nullable Object blockOn(Async<?> async) throws Exception {
        try {
            return Task.blockOn(async);
        } catch (CompletionException wrapper) {
            throw wrapper.getCause() instanceof Exception cause ? cause : wrapper;
        }
    }

    @SuppressWarnings("unchecked") // programs make no other
    private static AsyncFunction<Object, Object> function(Object body) {
        return (AsyncFunction<Object, Object>) body;
    }

    private interface Driver {
        @Nullable Object run(Object body) throws Exception;
    }

    private static String run(ClassLoader loader, Program program, Pace pace, Driver driver) {
        Do.begin(pace);
        String end;
        try {
            var method =
                    Class.forName("Main$" + program.name(), true, loader).getDeclaredMethod("body");
            method.setAccessible(true);
            Object body;
            try {
                body = method.invoke(null);
            } catch (InvocationTargetException failed) {
                throw failed.getCause();
            }
            end = "value " + Do.show(driver.run(body));
        } catch (Throwable failure) {
            end = describe(failure, 0);
        }
        return Do.trace() + end;
    }

    private static String describe(Throwable failure, int depth) {
        StringBuilder text = new StringBuilder();
        text.append(failure.getClass().getName()).append(' ').append(Do.message(failure));
        text.append(" at line ").append(place(failure));
        for (Throwable suppressed : failure.getSuppressed()) {
            text.append("\nsuppressed ").append(Do.show(suppressed));
        }
        if (failure.getCause() != null && depth < 3) {
            text.append("\ncause ").append(describe(failure.getCause(), depth + 1));
        }
        return text.toString();
    }

    /** The line of the program that threw: the same in both renderings. */
    private static int place(Throwable failure) {
        for (StackTraceElement frame : failure.getStackTrace()) {
            if (frame.getClassName().startsWith("Main$X") && frame.getLineNumber() > 0) {
                return frame.getLineNumber();
            }
        }
        return 0;
    }
}
