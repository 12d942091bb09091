package dev.thrum.weave.shapes;

import static dev.thrum.weave.shapes.Awaiting.fails;
import static dev.thrum.weave.shapes.Awaiting.later;
import static dev.thrum.weave.shapes.Awaiting.trace;

import dev.thrum.task.AsyncCallable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Awaits between {@code new} and the constructor; the first three shapes are javac 25's own. */
@SuppressWarnings({"all", "fallthrough", "finally", "lossy-conversions", "try"})
public final class Creations {

    record P(int a, String b) {}

    record Q(long x, P p, double y, Object... more) {
        @Override
        public String toString() {
            return x + "" + p + y + java.util.Arrays.toString(more);
        }
    }

    static class Secret {
        final String text;

        private Secret(long a, String b) {
            text = a + b;
        }
    }

    static class Noisy {
        static {
            trace("class initialised");
        }

        Noisy(Object argument) {
            trace("constructed " + argument);
        }
    }

    static class Failing {
        static final int VALUE = Integer.parseInt("x" + trace("static"));

        Failing(Object argument) {}
    }

    class Inner {
        final int sum;

        Inner(int a, int b) {
            sum = a + b + base;
        }
    }

    final int base = 100;

    private Creations() {}

    static int y(int a) {
        return a * 2;
    }

    static AsyncCallable<?> switchWithTryAmongTheArguments() {
        int k = 1;
        return () ->
                new P(
                        7,
                        switch (k) {
                            case 1 -> {
                                try {
                                    yield later("x").await();
                                } finally {
                                    trace("finally");
                                }
                            }
                            default -> "z";
                        });
    }

    static AsyncCallable<?> switchAmongTheArguments() {
        return () -> {
            int k = later(2).await();
            return new P(
                    later(7).await(),
                    switch (k) {
                        case 1 -> "one";
                        case 2 -> later("two").await();
                        default -> "z";
                    });
        };
    }

    static AsyncCallable<?> deconstructionAmongTheArguments() {
        Object o = new P(2, "yes");
        return () ->
                new P(
                        later(1).await(),
                        o instanceof P(int a, String b) && later(y(a)).await() > 2 ? b : "n");
    }

    static AsyncCallable<?> nestedCreations() {
        return () ->
                new Q(
                        later(1L).await(),
                        new P(later(2).await(), new String(later("s").await())),
                        later(3.5).await(),
                        new P(4, later("five").await()),
                        new int[later(2).await()].length);
    }

    static AsyncCallable<?> creationUnderOtherOperands() {
        return () ->
                later("a").await()
                        + new StringBuilder(later("b").await())
                                .append(new P(1, later("c").await()))
                                .append(later(2L).await())
                        + List.of(new P(later(3).await(), "d"), new P(4, later("e").await()));
    }

    static AsyncCallable<?> privateConstructor() {
        return () ->
                new Secret(later(5L).await(), "a").text
                        + new Secret(6, "b").text
                        + new Secret(7, new Secret(8, later("c").await()).text).text;
    }

    static AsyncCallable<?> innerClass() {
        Creations outer = new Creations();
        return () -> later(outer).await().new Inner(later(1).await(), later(2).await()).sum;
    }

    static AsyncCallable<?> anonymousClassWithArguments() {
        return () -> {
            String captured = later("cap").await();
            return new ArrayList<String>(later(10).await()) {
                {
                    add(captured);
                }

                @Override
                public String toString() {
                    return "mine" + super.toString();
                }
            }.toString();
        };
    }

    static AsyncCallable<?> classInitialisationOrder() {
        return () -> {
            trace("start");
            new Noisy(later(trace("argument")).await());
            return "done";
        };
    }

    static AsyncCallable<?> classInitialisationFails() {
        return () -> {
            try {
                return new Failing(later(trace("never")).await());
            } catch (ExceptionInInitializerError | NoClassDefFoundError e) {
                return "failed" + later(1).await();
            }
        };
    }

    static AsyncCallable<?> argumentFails() {
        return () -> {
            try {
                return new P(1, "" + fails(new IOException("arg")).await());
            } catch (IOException e) {
                return new P(later(2).await(), e.getMessage());
            }
        };
    }

    static AsyncCallable<?> constructorFails() {
        return () -> {
            try {
                return new ArrayList<>(later(-1).await());
            } catch (IllegalArgumentException e) {
                return "IAE" + later(1).await();
            }
        };
    }

    static AsyncCallable<?> creationInALoop() {
        return () -> {
            List<P> all = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                all.add(new P(i, i % 2 == 0 ? later("even").await() : "odd"));
            }
            return all;
        };
    }

    static AsyncCallable<?> throwAmongTheArguments() {
        return () -> {
            for (int i = 0; ; i++) {
                try {
                    P p =
                            new P(
                                    later(i).await(),
                                    switch (i) {
                                        case 0 -> throw new IOException("zero");
                                        case 1 -> {
                                            try {
                                                yield later("one").await();
                                            } catch (RuntimeException e) {
                                                yield "never";
                                            }
                                        }
                                        default -> "more";
                                    });
                    return p + "" + i;
                } catch (IOException e) {
                    trace(e.getMessage());
                }
            }
        };
    }

    static AsyncCallable<?> unusedObject() {
        return () -> {
            new P(later(1).await(), "unused");
            new Secret(2, later("unused").await());
            return Map.of(later("k").await(), new Object().getClass() == Object.class);
        };
    }
}
