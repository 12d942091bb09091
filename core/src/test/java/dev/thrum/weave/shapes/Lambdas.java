package dev.thrum.weave.shapes;

import static dev.thrum.task.Async.async;
import static dev.thrum.weave.shapes.Awaiting.later;
import static dev.thrum.weave.shapes.Awaiting.trace;

import dev.thrum.task.Async;
import dev.thrum.task.AsyncCallable;
import dev.thrum.task.AsyncFunction;
import dev.thrum.task.AsyncRunnable;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntBinaryOperator;
import java.util.function.Supplier;

/** Lambdas and classes within bodies, and bodies of every form. */
@SuppressWarnings({"all", "fallthrough", "finally", "lossy-conversions", "try"})
public class Lambdas {

    private final String name;

    Lambdas(String name) {
        this.name = name;
    }

    static AsyncCallable<?> capturesOfVariablesBeforeAwaits() {
        return () -> {
            int a = later(1).await();
            long b = 2;
            String c = later("c").await();
            Supplier<String> supplier = () -> a + b + c;
            later(0).await();
            IntBinaryOperator add = (x, y) -> x + y + a;
            later(0).await();
            return supplier.get() + add.applyAsInt(3, later(4).await());
        };
    }

    AsyncCallable<?> capturesThis() {
        return () -> {
            String mine = later(name).await();
            Function<String, Supplier<String>> f = x -> () -> x + name + secret(mine);
            later(0).await();
            return f.apply("x").get();
        };
    }

    private String secret(String s) {
        return "[" + s + "]";
    }

    static AsyncCallable<?> lambdasInLambdas() {
        return new Lambdas("n").capturesThis();
    }

    static AsyncCallable<?> streams() {
        return () -> {
            int limit = later(2).await();
            List<String> texts = later(List.of("aaa", "b", "cc")).await();
            return texts.stream()
                    .filter(s -> s.length() <= limit)
                    .sorted(Comparator.comparing(String::length))
                    .map(s -> s + limit)
                    .toList();
        };
    }

    static AsyncCallable<?> lambdaKeptOverAnAwait() {
        return () -> {
            Runnable r = () -> trace("ran");
            Runnable again = r;
            later(0).await();
            r.run();
            int n = later(5).await();
            Supplier<Integer> s = () -> n;
            return s.get() + (r == again ? 1 : 0);
        };
    }

    static AsyncCallable<?> nestedBlocks() {
        return () -> {
            int a = later(1).await();
            Async<Integer> inner =
                    async(() -> {
                        int b = later(a + 1).await();
                        Async<Integer> innermost = async(() -> later(a + b).await() * 2);
                        return innermost.await() + b;
                    });
            return inner.await() + async(() -> later(a).await()).await();
        };
    }

    static AsyncCallable<?> blocksInALoop() {
        return () -> {
            List<Async<String>> all = new ArrayList<>();
            for (String s : List.of("a", "b", "c")) {
                int i = all.size();
                all.add(async(() -> s + later(i).await()));
            }
            String text = "";
            for (Async<String> next : all) {
                text += next.await();
            }
            return text;
        };
    }

    static AsyncCallable<?> otherKindsOfBodies() {
        return () -> {
            List<Object> seen = new ArrayList<>();
            AsyncRunnable run = () -> seen.add(later("run").await());
            AsyncFunction<Integer, Long> twice = x -> x * later(2L).await();
            Object none = async(run).await();
            seen.add(async(twice, 21).await());
            return seen + "" + none;
        };
    }

    static AsyncCallable<?> localClasses() {
        return () -> {
            int base = later(10).await();
            record Point(int x, int y) {
                int sum() {
                    return x + y;
                }
            }
            enum Kind {
                A,
                B
            }
            interface Op {
                int apply(int x);
            }
            class Adder implements Op {
                @Override
                public int apply(int x) {
                    return x + base;
                }
            }
            Point p = new Point(later(1).await(), base);
            Op op = new Adder();
            later(0).await();
            return p + "" + p.sum() + Kind.valueOf(later("B").await()) + op.apply(p.x());
        };
    }

    static AsyncCallable<?> anonymousClassInside() {
        return () -> {
            String text = later("a").await();
            Supplier<String> s =
                    new Supplier<>() {
                        private final String mine = text + "b";

                        @Override
                        public String get() {
                            return mine + text;
                        }
                    };
            later(0).await();
            return s.get();
        };
    }

    static AsyncCallable<?> anonymousClassAsBody() {
        String captured = "cap";
        return new AsyncCallable<String>() {
            private int calls;

            @Override
            public String call() throws Exception {
                calls += later(1).await();
                return captured + calls + hidden() + later(this.calls).await();
            }

            private String hidden() {
                return "h" + calls;
            }
        };
    }

    abstract static class Template<A, B> implements AsyncFunction<A, B> {
        @Override
        public B apply(A argument) throws Exception {
            trace("template");
            return convert(later(argument).await());
        }

        abstract B convert(A argument);
    }

    static final class Lengths extends Template<String, Integer> {
        @Override
        Integer convert(String argument) {
            return argument.length();
        }
    }

    static class Bridged implements AsyncFunction<String, Integer> {
        @Override
        public Integer apply(String argument) throws Exception {
            return later(argument.length()).await() + 1;
        }
    }

    static class MoreBridged extends Bridged {
        @Override
        public Integer apply(String argument) throws Exception {
            return later(argument.length()).await() + 100;
        }
    }

    interface Defaulted extends AsyncCallable<String> {
        String part() throws Exception;

        @Override
        default String call() throws Exception {
            return part() + later("default").await();
        }
    }

    static AsyncCallable<?> namedClassesAsBodies() {
        return () ->
                async(new Lengths(), "four").await()
                        + ","
                        + async(new Bridged(), "four").await()
                        + ","
                        + async(new MoreBridged(), "four").await()
                        + ","
                        + async((Defaulted) () -> "lambda").await();
    }

    String serve() throws Exception {
        return name + later("served").await();
    }

    private long hidden(long x) throws Exception {
        return x + later(name.length()).await();
    }

    static int statically(int x) throws Exception {
        return x + later(1).await();
    }

    static String varargs(Object... all) throws Exception {
        return all.length + later("v").await();
    }

    static final class Heir extends Lambdas {
        Heir(String name) {
            super(name);
        }

        @Override
        String serve() throws Exception {
            return "heir" + later(1).await() + super.serve();
        }
    }

    static AsyncCallable<?> boundReference() {
        return new Lambdas("bound")::serve;
    }

    static AsyncCallable<?> overriddenReference() {
        Lambdas heir = new Heir("h");
        return heir::serve;
    }

    static AsyncCallable<?> references() {
        return () -> {
            AsyncFunction<Lambdas, String> unbound = Lambdas::serve;
            AsyncFunction<Long, Long> hidden = new Lambdas("xyz")::hidden;
            AsyncFunction<Integer, Integer> statically = Lambdas::statically;
            AsyncFunction<String, Object> created = Lambdas::new;
            AsyncRunnable dropped = new Lambdas("dropped")::serve;
            AsyncCallable<Integer> await = later(77)::await;
            return async(unbound, new Heir("u")).await()
                    + async(unbound, new Lambdas("v")).await()
                    + async(hidden, 5L).await()
                    + async(statically, 6).await()
                    + async(created, "c").await().getClass().getSimpleName()
                    + async(dropped).await()
                    + async(await).await();
        };
    }

    static AsyncCallable<?> referenceToABody() {
        AsyncCallable<String> inner = () -> "inner" + later(1).await();
        return inner::call;
    }

    static AsyncCallable<?> intersectionType() {
        return (AsyncCallable<Object> & Serializable & Cloneable)
                () -> later("intersection").await();
    }

    interface Weighing extends AsyncCallable<Object> {
        long weigh(int a, double b, boolean c) throws Exception;

        @Override
        default Object call() throws Exception {
            return weigh(later(3).await(), 2.5, true) + later(1).await();
        }
    }

    static int narrow(int a, double b, boolean c) {
        return c ? a : (int) b;
    }

    static Long boxed(Integer a, Double b, Object c) {
        return a + b.longValue() + c.hashCode();
    }

    static AsyncCallable<?> interfacesWithPrimitives() {
        return () -> {
            Weighing lambda = (a, b, c) -> c ? a : (long) b;
            Weighing narrow = Lambdas::narrow;
            Weighing boxed = Lambdas::boxed;
            return async(lambda).await() + "," + async(narrow).await() + "," + async(boxed).await();
        };
    }

    static AsyncCallable<?> receiverEvaluatedOnce() {
        return trace(
                        new Lambdas("once") {
                            @Override
                            public String toString() {
                                return "evaluated";
                            }
                        })
                ::serve;
    }
}
