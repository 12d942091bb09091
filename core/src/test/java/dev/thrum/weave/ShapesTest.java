package dev.thrum.weave;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thrum.task.Async;
import dev.thrum.task.AsyncCallable;
import dev.thrum.weave.build.Way;
import dev.thrum.weave.shapes.AheadLoader;
import dev.thrum.weave.shapes.Awaiting;
import dev.thrum.weave.shapes.BlockingLoader;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every shape of body does the same woven, with ready and with pending awaits, as when it is read
 * as blocking code: the same events in the same order, and the same value, or the same failure from
 * the same line.
 */
@DisplayName("V4: all of Java may stand around an await")
class ShapesTest {

    private static final List<String> SHAPES =
            List.of(
                    "Loops",
                    "Switches",
                    "Tries",
                    "Values",
                    "Creations",
                    "Accesses",
                    "Lambdas",
                    "Callees",
                    "Sizes",
                    "Slots");

    @TestFactory
    Stream<DynamicNode> shapes() throws ClassNotFoundException {
        Stream.Builder<DynamicNode> tests = Stream.builder();
        for (String shapes : SHAPES) {
            // Classes are initialised once per loader: a loader of its own for each of the two.
            add(tests, shapes, new CopyLoader(), "");
            add(tests, shapes, new AheadLoader(Way.LOAD), ", woven when it is loaded");
            add(tests, shapes, new AheadLoader(Way.BUILD), ", woven by the build");
        }
        return tests.build();
    }

    private static void add(
            Stream.Builder<DynamicNode> tests, String shapes, ClassLoader woven, String way)
            throws ClassNotFoundException {
        ClassLoader plain = new BlockingLoader();
        for (Method shape : shapesOf(type(shapes, ShapesTest.class.getClassLoader()))) {
            for (boolean pending : new boolean[] {false, true}) {
                String name = shapes + "." + shape.getName();
                tests.add(
                        DynamicTest.dynamicTest(
                                name + (pending ? " (pending" : " (ready") + way + ")",
                                () -> check(shape, plain, woven, pending)));
            }
        }
    }

    private static Class<?> type(String name, ClassLoader loader) throws ClassNotFoundException {
        return Class.forName("dev.thrum.weave.shapes." + name, true, loader);
    }

    private static List<Method> shapesOf(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(m -> m.getReturnType() == AsyncCallable.class && isShape(m))
                .sorted(Comparator.comparing(Method::getName))
                .toList();
    }

    private static boolean isShape(Method method) {
        return java.lang.reflect.Modifier.isStatic(method.getModifiers())
                && method.getParameterCount() == 0
                && !method.isSynthetic();
    }

    private static void check(
            Method shape, ClassLoader plainLoader, ClassLoader wovenLoader, boolean pending)
            throws Exception {
        Method plain = again(shape, plainLoader);
        Method woven = again(shape, wovenLoader);
        Awaiting.setPending(pending);
        String expected = outcome(() -> ((AsyncCallable<?>) plain.invoke(null)).call());
        String actual =
                outcome(() -> Awaiting.drive(Async.async((AsyncCallable<?>) woven.invoke(null))));
        assertThat(actual).isEqualTo(expected);
    }

    private static Method again(Method shape, ClassLoader loader) throws Exception {
        Method method =
                Class.forName(shape.getDeclaringClass().getName(), true, loader)
                        .getDeclaredMethod(shape.getName());
        method.setAccessible(true);
        return method;
    }

    /** Loads shapes anew, as they are. */
    private static final class CopyLoader extends BlockingLoader {
        @Override
        protected byte[] read(byte[] bytes) {
            return bytes;
        }
    }

    private static String outcome(Callable<?> body) {
        String end;
        try {
            end = "value " + show(body.call());
        } catch (Throwable failure) {
            end = show(failure);
        }
        return Awaiting.takeTrace() + " " + end;
    }

    private static String show(Object value) {
        return value == null ? "null" : value.getClass().getSimpleName() + " " + value;
    }

    private static String show(Throwable failure) {
        StringBuilder text = new StringBuilder("failure ");
        text.append(failure.getClass().getName());
        if (!(failure instanceof NullPointerException)) {
            // The JVM's messages tell what was null, which depends on the instructions.
            text.append(' ').append(failure.getMessage());
        }
        text.append(" at ").append(place(failure));
        for (Throwable suppressed : failure.getSuppressed()) {
            text.append(" suppressed ").append(suppressed);
        }
        return text.toString();
    }

    private static String place(Throwable failure) {
        for (StackTraceElement frame : failure.getStackTrace()) {
            if (frame.getClassName().startsWith("dev.thrum.weave.shapes.")
                    && !frame.getClassName().startsWith(Awaiting.class.getName())
                    && frame.getLineNumber() > 0) {
                return frame.getFileName() + ":" + frame.getLineNumber();
            }
        }
        return "nowhere";
    }
}
