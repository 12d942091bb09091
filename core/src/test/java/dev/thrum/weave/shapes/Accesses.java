package dev.thrum.weave.shapes;

import static dev.thrum.weave.shapes.Awaiting.later;

import dev.thrum.task.Async;
import dev.thrum.task.AsyncCallable;
import dev.thrum.weave.shapes.other.Foreign;
import java.lang.invoke.MethodHandles;
import java.util.function.Function;
import java.util.function.Supplier;

/** Members that only the host may reach. */
@SuppressWarnings({"all", "fallthrough", "finally", "lossy-conversions", "try"})
public final class Accesses {

    private int number = 1;
    private long wide = 2;
    private static String text = "t";
    private static double ratio = 0.5;
    private final int[] cells = {1, 2, 3};

    private Accesses() {}

    private int add(int a, long b) {
        return number + a + (int) b;
    }

    private static String join(Object... parts) {
        return java.util.Arrays.toString(parts);
    }

    AsyncCallable<?> body() {
        return () -> {
            number += later(10).await();
            this.wide = wide * 3 + later(1L).await();
            text += later("u").await();
            ratio /= later(2).await();
            cells[later(1).await()]++;
            number++;
            return join(number, wide, text, ratio, cells[1], add(later(5).await(), wide));
        };
    }

    static AsyncCallable<?> privateMembers() {
        text = "t";
        ratio = 0.5;
        return new Accesses().body();
    }

    static AsyncCallable<?> nestMates() {
        return () -> {
            var nested = new Nested();
            nested.hidden = later("h").await();
            return nested.hidden() + nested.deep.value + new Accesses().add(1, later(2L).await());
        };
    }

    private static class Nested {
        private String hidden;
        private final Deep deep = new Deep();

        private String hidden() {
            return "<" + hidden + ">";
        }

        private static class Deep {
            private int value = 7;
        }
    }

    static class Heir extends Foreign {
        @Override
        protected String greet(String name) {
            return "heir " + name;
        }

        AsyncCallable<?> body() {
            return () -> {
                number += later(1).await();
                text += "!";
                Heir copy = (Heir) clone();
                copy.number++;
                int[] cloned = new int[] {1, later(2).await()}.clone();
                return greet(later("a").await())
                        + super.greet(later("b").await())
                        + super.toString().startsWith(Heir.class.getName())
                        + number
                        + copy.number
                        + text
                        + twice(later(4).await())
                        + new Foreign.Nested()
                        + cloned[1]
                        + hashCodeIsMine(super.hashCode());
            };
        }

        private boolean hashCodeIsMine(int code) {
            return code == System.identityHashCode(this);
        }

        AsyncCallable<?> references() {
            return () -> {
                later(0).await();
                Function<String, String> mine = this::greet;
                Function<String, String> base = super::greet;
                Supplier<Object> made = Foreign.Nested::new;
                return mine.apply("x") + base.apply(later("y").await()) + made.get();
            };
        }
    }

    static AsyncCallable<?> protectedAndSuper() {
        return new Heir() {
            {
                text = "static";
            }
        }.body();
    }

    static AsyncCallable<?> protectedReferences() {
        return new Heir().references();
    }

    interface Greeter {
        String name();

        private String secret(int x) {
            return name() + x;
        }

        private static String hidden(String s) {
            return "(" + s + ")";
        }

        default AsyncCallable<?> body() {
            return () -> hidden(secret(later(1).await())) + later(name()).await();
        }

        static AsyncCallable<?> statically() {
            return () -> hidden(later("s").await());
        }

        default String hello() {
            return "hello " + name();
        }
    }

    static AsyncCallable<?> interfaceDefault() {
        return ((Greeter) () -> "g").body();
    }

    static AsyncCallable<?> interfaceStatic() {
        return Greeter.statically();
    }

    static class Polite implements Greeter {
        @Override
        public String name() {
            return "polite";
        }

        @Override
        public String hello() {
            return "never";
        }

        AsyncCallable<?> superOfInterface() {
            return () -> Greeter.super.hello() + later(1).await();
        }
    }

    static AsyncCallable<?> interfaceSuper() {
        return new Polite().superOfInterface();
    }

    enum Planet {
        EARTH(3),
        MARS(4) {
            @Override
            AsyncCallable<?> body() {
                return () -> "mars" + position() + later(ordinal()).await();
            }
        };

        private final int position;

        final AsyncCallable<?> field = () -> this + "field" + later(1).await();

        Planet(int position) {
            this.position = position;
        }

        int position() {
            return position;
        }

        AsyncCallable<?> body() {
            return () -> later(name()).await() + position;
        }
    }

    static AsyncCallable<?> enums() {
        return () ->
                Async.async(Planet.EARTH.body()).await()
                        + ""
                        + Async.async(Planet.MARS.body()).await()
                        + Async.async(Planet.MARS.field).await();
    }

    static AsyncCallable<?> lookupIsTheHosts() {
        return () -> {
            later(0).await();
            var lookup = MethodHandles.lookup();
            var getter = lookup.findGetter(Accesses.class, "number", int.class);
            return lookup.lookupClass().getSimpleName()
                    + lookup.hasFullPrivilegeAccess()
                    + getter.type()
                    + later(1).await();
        };
    }

    class Inner {
        private int number = 50;

        AsyncCallable<?> body() {
            return () -> {
                Accesses.this.number += later(1).await();
                return number + Accesses.this.number + add(later(2).await(), 3);
            };
        }
    }

    static AsyncCallable<?> innerClass() {
        return new Accesses().new Inner().body();
    }

    static class Early {
        final AsyncCallable<?> before;
        final AsyncCallable<?> after;
        final AsyncCallable<?> field = () -> "field" + later(1).await();

        Early(int x) {
            AsyncCallable<?> early = () -> "early" + later(x).await();
            super();
            before = early;
            after = () -> "after" + later(x).await() + this.getClass().getSimpleName();
        }
    }

    static AsyncCallable<?> constructors() {
        return () -> {
            Early e = new Early(later(4).await());
            return Async.async(e.before).await()
                    + ""
                    + Async.async(e.after).await()
                    + Async.async(e.field).await();
        };
    }

    static AsyncCallable<?> inAStaticField() {
        return Holder.BODY;
    }

    static class Holder {
        static final AsyncCallable<?> BODY = () -> "static" + later(Holder.hidden()).await();

        private static String hidden() {
            return "hidden";
        }
    }
}
