package dev.thrum.weave.shapes;

import static dev.thrum.weave.shapes.Awaiting.fails;
import static dev.thrum.weave.shapes.Awaiting.later;
import static dev.thrum.weave.shapes.Awaiting.trace;

import dev.thrum.task.AsyncCallable;
import java.io.IOException;
import java.util.List;

/** Methods that await and are called directly. */
@SuppressWarnings({"all", "fallthrough", "finally", "lossy-conversions", "try"})
public final class Callees {

    private int state = 3;

    private static int sum(List<Integer> xs) throws Exception {
        int sum = 0;
        for (int x : xs) {
            sum += later(x).await();
        }
        return sum;
    }

    static AsyncCallable<?> staticMethod() {
        return () -> "s" + sum(List.of(1, 2, 3)) + sum(List.of());
    }

    private long factorial(int n, String unused, double alsoUnused) throws Exception {
        return n <= 1 ? later(1L).await() : n * factorial(n - 1, unused, alsoUnused);
    }

    static AsyncCallable<?> recursion() {
        return () -> new Callees().factorial(12, "u", 1.5);
    }

    private static boolean even(int n) throws Exception {
        return n == 0 || odd(n - 1);
    }

    private static boolean odd(int n) throws Exception {
        return n == 0 ? later(false).await() : even(n - 1);
    }

    static AsyncCallable<?> mutualRecursion() {
        return () -> even(10) + "" + even(7) + odd(3);
    }

    private void append(StringBuilder text, boolean z, byte b, char c, short s, float f)
            throws Exception {
        text.append(z).append(b).append(c).append(s).append(f).append(later(state).await());
        if (later(z).await()) {
            return;
        }
        text.append("more");
    }

    static AsyncCallable<?> voidMethodWithAllKinds() {
        return () -> {
            Callees c = new Callees();
            StringBuilder text = new StringBuilder();
            c.append(text, true, (byte) 1, 'x', (short) 2, 1.5f);
            c.append(text, false, (byte) -1, 'y', (short) -2, -1.5f);
            return text.toString();
        };
    }

    private static byte asByte(int x) throws Exception {
        return (byte) (int) later(x).await();
    }

    private static char asChar(int x) throws Exception {
        return (char) (later(x).await() + 1);
    }

    private static boolean asBoolean(int x) throws Exception {
        return later(x).await() > 0;
    }

    private static double asDouble(int x) throws Exception {
        return later(x).await() / 2.0;
    }

    private static String[] asArray(int x) throws Exception {
        return new String[later(x).await()];
    }

    static AsyncCallable<?> resultsOfAllKinds() {
        return () ->
                asByte(300) + "" + asChar('a') + asBoolean(1) + asDouble(3) + asArray(4).length;
    }

    final String finalMethod(String s) throws Exception {
        return s + later(state++).await();
    }

    static AsyncCallable<?> finalMethods() {
        return () -> {
            Callees c = new Callees();
            return c.finalMethod(c.finalMethod(later("a").await()));
        };
    }

    record R(int x) {
        int twice() throws Exception {
            return later(x).await() * 2;
        }
    }

    static AsyncCallable<?> methodOfARecord() {
        return () -> new R(later(21).await()).twice();
    }

    static class Base {
        String m(String s) throws Exception {
            return s + later("base").await();
        }
    }

    static class Sub extends Base {
        @Override
        String m(String s) throws Exception {
            return "sub";
        }

        AsyncCallable<?> body() {
            return () -> m("") + super.m(later("super").await());
        }
    }

    static AsyncCallable<?> superCall() {
        return new Sub().body();
    }

    interface I {
        private int p(int x) throws Exception {
            return later(x).await() + 1;
        }

        static int s(int x) throws Exception {
            return later(x).await() * 2;
        }

        default AsyncCallable<?> body() {
            return () -> p(3) + s(4);
        }
    }

    static AsyncCallable<?> interfaceMethods() {
        return new I() {}.body();
    }

    private static void fail(String message) throws Exception {
        try {
            fails(new IOException(message)).await();
        } finally {
            trace("cleanup" + later(1).await());
        }
    }

    static AsyncCallable<?> failureInCallee() {
        return () -> {
            try {
                fail("a");
            } catch (IOException e) {
                trace(e.getMessage());
            }
            fail("b");
            return "no";
        };
    }

    static AsyncCallable<?> nullReceiver() {
        return () -> {
            Callees none = later((Callees) null).await();
            return none.finalMethod(later("x").await());
        };
    }

    private <T extends Comparable<T>> T max(T a, T b) throws Exception {
        return later(a).await().compareTo(later(b).await()) > 0 ? a : b;
    }

    static AsyncCallable<?> genericMethod() {
        return () -> {
            Callees c = new Callees();
            return c.max("a", "b").length() + c.max(1, 2);
        };
    }

    private static int deep(int n) throws Exception {
        return n == 0 ? later(0).await() : 1 + deep(n - 1);
    }

    static AsyncCallable<?> deepRecursion() {
        return () -> deep(300);
    }

    static class Noisy {
        static {
            trace("initialised");
        }

        static String quiet(String s) throws Exception {
            return s + later("q").await();
        }
    }

    static class NoisyToo extends Noisy {
        static String quieter() throws Exception {
            return later("r").await();
        }
    }

    static class Broken {
        static final int ZERO = Integer.parseInt(trace("not a number"));

        static int any() throws Exception {
            return later(1).await();
        }
    }

    static AsyncCallable<?> classInitialisation() {
        return () -> {
            trace("before");
            String text = Noisy.quiet(trace("argument"));
            trace("after");
            try {
                return text + NoisyToo.quieter() + Broken.any();
            } catch (ExceptionInInitializerError e) {
                return text + later("broken").await();
            }
        };
    }

    static class Referred {
        static {
            trace("referred");
        }

        static String serve() throws Exception {
            return later("served").await();
        }
    }

    static AsyncCallable<?> classInitialisationByReference() {
        return Referred::serve;
    }

    static class Own<T> implements dev.thrum.task.Async<T> {
        private final dev.thrum.task.Async<T> inner;

        Own(T value) {
            inner = later(value);
        }

        @Override
        public dev.thrum.task.Poll<T> poll(dev.thrum.task.Context cx) throws Exception {
            return inner.poll(cx);
        }
    }

    static AsyncCallable<?> asyncsOfTheirOwnClass() {
        return () -> {
            Own<String> own = new Own<>("own");
            return own.await() + new Own<>(2L) {}.await();
        };
    }
}
