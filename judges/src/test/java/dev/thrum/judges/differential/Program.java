package dev.thrum.judges.differential;

import static dev.thrum.judges.differential.Node.fixed;

import dev.thrum.judges.differential.Scope.Helper;
import dev.thrum.judges.differential.Scope.Host;
import dev.thrum.judges.differential.Scope.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A program: a nested class {@code X<seed>} with a static method {@code body()} that gives an async
 * body, and whatever that body calls.
 *
 * @param seed what it was made from
 * @param tree its source
 */
record Program(long seed, Node tree) {

    /** What is in front of the programs of a file. */
    static final String HEADER =
            """
            import static dev.thrum.judges.differential.lib.Do.*;
            import static dev.thrum.task.Async.async;

            import dev.thrum.judges.differential.lib.Base;
            import dev.thrum.task.Async;
            import dev.thrum.task.AsyncCallable;
            import dev.thrum.task.AsyncFunction;
            import dev.thrum.task.AsyncRunnable;

            public class Main {
            private record P(int a, String b) {}
            private sealed interface Shape {}
            private record Circle(int r) implements Shape {}
            private record Square(P p, long side) implements Shape {}
            private record Odd(int n) implements Shape {
            public int n() { if (n % 3 == 1) throw new IllegalStateException("odd " + n); return n; }
            }
            private enum Color { RED, GREEN, BLUE }
            """;

    private static final List<String> HOSTS =
            List.of(
                    "static lambda",
                    "static lambda",
                    "lambda",
                    "lambda",
                    "anonymous",
                    "reference",
                    "bound",
                    "class",
                    "interface",
                    "record",
                    "enum",
                    "field",
                    "static field",
                    "constructor",
                    "nested lambda",
                    "function",
                    "local class",
                    "generic",
                    "inner");

    static Program of(long seed) {
        return new Maker(seed).make();
    }

    /** The name of the class. */
    String name() {
        return nameOf(seed);
    }

    private static String nameOf(long seed) {
        return "X" + (seed < 0 ? "_" + -seed : seed);
    }

    private static final class Maker {
        private final long seed;
        private final Random random;
        private final Names names;
        private final Statements statements;
        private final String host;
        private final List<Helper> helpers = new ArrayList<>();

        Maker(long seed) {
            this.seed = seed;
            random = new Random(seed * 0x9E3779B97F4A7C15L);
            random.nextLong();
            host = HOSTS.get(random.nextInt(HOSTS.size()));
            names = new Names(15 + random.nextInt(60));
            statements = new Statements(random, names);
        }

        private Host rights() {
            return switch (host) {
                case "static lambda", "reference", "static field", "generic" ->
                        new Host(false, false, false, true);
                case "interface" -> new Host(true, false, false, false);
                case "record" -> new Host(true, false, false, true);
                case "enum" -> new Host(true, true, false, true);
                case "anonymous", "local class" -> new Host(false, false, false, true);
                default -> new Host(true, true, true, true);
            };
        }

        Program make() {
            Node tree = fixed();
            tree.add("// " + host + "\n");
            Host rights = rights();
            List<Node> bodies = helpers(rights);
            tree.add(head());
            tree.add(members(rights));
            bodies.forEach(tree::add);
            Scope scope = new Scope(rights, helpers);
            scope.returns = Type.OBJECT;
            Node captures = fixed();
            if (!host.equals("reference") && !host.equals("bound") && !host.equals("class")) {
                captures(captures, scope);
            }
            if (host.equals("function")) {
                scope.variables.add(new Variable("given", Type.INTEGER, true));
            }
            Node code =
                    fixed(
                            statements.some(scope, 6, 4),
                            "return (Object) ",
                            statements.expressions().any(Type.OBJECT, scope, 2),
                            ";\n");
            place(tree, captures, code);
            tree.add("}\n");
            return new Program(seed, tree);
        }

        private String head() {
            String name = nameOf(seed);
            return switch (host) {
                case "interface" -> "interface " + name + " {\n";
                case "record" -> "record " + name + "(int q, String w) {\n";
                case "enum" -> "enum " + name + " {\nA, B;\n";
                case "class" ->
                        "static class "
                                + name
                                + " extends Base implements AsyncCallable<Object> {\n";
                default -> "static class " + name + " extends Base {\n";
            };
        }

        private String members(Host rights) {
            StringBuilder text = new StringBuilder();
            if (rights.hasFields()) {
                text.append("private int number = 7;\nprivate String text = \"t\";\n");
            }
            if (rights.hasStatics()) {
                text.append("private static int total = 1;\n");
            }
            if (head().contains(" extends Base")) {
                text.append(
                        """
                        @Override
                        public String over(String s, int n) { return v("own " + s + n); }
                        """);
            }
            for (int k = 0; k < 3; k++) {
                text.append(k(k));
            }
            text.append(
                    """
                    private static <T> T thru(T x) throws Exception {
                    tick();
                    """);
            return text.toString();
        }

        /** Classes that tell when they are initialised; one fails to be, now and then. */
        private String k(int k) {
            String access = k == 0 ? "private " : "";
            String fails = k == 2 && random.nextInt(3) == 0 ? " sum(1 / (sum(1) - 1));" : "";
            return """
            static class K%1$d {
            static { v("init K%1$d");%3$s }
            private static final int BASE = v(%1$d);
            private final int n;
            %2$sfinal String s;
            %2$sK%1$d(int n, String s) throws Exception { this.n = v(n); this.s = v(s); }
            %2$sint get() { return v(n) + BASE; }
            %2$sstatic int fetch(int x) { return v(x) * BASE; }
            }
            """
                    .formatted(k, access, fails);
        }

        private List<Node> helpers(Host rights) {
            List<Node> bodies = new ArrayList<>();
            bodies.add(fixed("T y = aw(1, x)", Node.AWAIT, ";\nreturn y;\n}\n"));
            int count = random.nextInt(4);
            for (int i = 0; i < count; i++) {
                boolean needsThis = rights.hasThis() && random.nextBoolean();
                boolean inner = !needsThis && random.nextInt(4) == 0;
                Type result =
                        random.nextInt(4) == 0 ? Type.VOID : statements.expressions().anyType();
                List<Type> parameters = new ArrayList<>();
                for (int k = random.nextInt(4); k > 0; k--) {
                    parameters.add(statements.expressions().anyType());
                }
                String name = "h" + i;
                helpers.add(
                        new Helper(
                                inner ? "H" + i + "." + name : name,
                                result,
                                parameters,
                                random.nextInt(4) == 0,
                                needsThis));
            }
            for (Helper helper : List.copyOf(helpers)) {
                bodies.add(helper(helper, rights));
            }
            return bodies;
        }

        private Node helper(Helper helper, Host rights) {
            boolean inner = helper.name().startsWith("H");
            String name = helper.name().substring(helper.name().indexOf('.') + 1);
            Host own =
                    helper.needsThis()
                            ? rights
                            : new Host(false, false, false, rights.hasStatics() && !inner);
            Scope scope = new Scope(own, helpers);
            scope.returns = helper.result();
            scope.depth = "d - 1";
            StringBuilder head = new StringBuilder();
            head.append(inner ? "static class " + name.replace('h', 'H') + " {\n" : "");
            String access = random.nextBoolean() ? "private " : helper.needsThis() ? "final " : "";
            if (host.equals("interface") && !inner) {
                access = "private ";
            }
            head.append(access).append(helper.needsThis() ? "" : "static ");
            head.append(helper.result().java).append(' ').append(name).append("(int d");
            int index = 0;
            for (Type parameter : helper.parameters()) {
                String p = "p" + index++;
                head.append(", ").append(parameter.java).append(' ').append(p);
                scope.variables.add(new Variable(p, parameter, random.nextBoolean()));
            }
            if (helper.varargs()) {
                head.append(", int... more");
                scope.variables.add(new Variable("more", Type.INTS, true));
            }
            head.append(") throws Exception {\ntick();\n");
            String value = helper.result() == Type.VOID ? "" : " " + helper.result().zero();
            head.append("if (d <= 0) return").append(value).append(";\n");
            Node node = fixed(head.toString(), statements.some(scope, 3, 3));
            if (helper.result() != Type.VOID) {
                node.add("return ");
                node.add(statements.expressions().any(helper.result(), scope, 2));
                node.add(";\n");
            }
            node.add(inner ? "}\n}\n" : "}\n");
            return node;
        }

        private void captures(Node captures, Scope scope) {
            if (host.endsWith("field") || host.equals("nested lambda")) {
                return;
            }
            for (int i = random.nextInt(4); i > 0; i--) {
                Type type = statements.expressions().anyType();
                String name = names.fresh("c");
                captures.add(type.java + " " + name + " = " + type.zero() + ";\n");
                scope.variables.add(new Variable(name, type, true));
            }
        }

        private void place(Node tree, Node captures, Node code) {
            String x = nameOf(seed);
            String body = "AsyncCallable<Object> ";
            String start = "static Object body() throws Exception {\n";
            String instance =
                    switch (host) {
                        case "interface" -> "new " + x + "() {}";
                        case "record" -> "new " + x + "(4, \"w\")";
                        case "enum" -> x + ".B";
                        default -> "new " + x + "()";
                    };
            String made = start + "return " + instance + ".make();\n}\n";
            String make = (host.equals("interface") ? "default " : "") + "Object make() {\n";
            switch (host) {
                case "static lambda" ->
                        put(
                                tree,
                                start,
                                captures,
                                "return (" + body + ") () -> {\n",
                                code,
                                "};\n}\n");
                case "generic" ->
                        put(
                                tree,
                                "static <T extends Number & Comparable<T>> Object make(T t) {\n",
                                captures,
                                "return (AsyncCallable<Object> & Cloneable) () -> {\n",
                                "v(t.intValue() + t.compareTo(t));\n",
                                code,
                                "};\n}\n" + start + "return make(5);\n}\n");
                case "anonymous" ->
                        put(
                                tree,
                                start,
                                captures,
                                "return new "
                                        + body
                                        + "() {\npublic Object call() throws Exception {\n",
                                code,
                                "}\n};\n}\n");
                case "local class" ->
                        put(
                                tree,
                                start,
                                captures,
                                "class Local implements "
                                        + body
                                        + "{\npublic Object call() throws Exception {\n",
                                code,
                                "}\n}\nreturn new Local();\n}\n");
                case "reference" ->
                        put(
                                tree,
                                "private static Object serve() throws Exception {\n",
                                code,
                                "}\n" + start + "return (" + body + ") " + x + "::serve;\n}\n");
                case "bound" ->
                        put(
                                tree,
                                "private Object serve() throws Exception {\n",
                                code,
                                "}\n"
                                        + start
                                        + "return ("
                                        + body
                                        + ") new "
                                        + x
                                        + "()::serve;\n}\n");
                case "class" ->
                        put(
                                tree,
                                "public Object call() throws Exception {\n",
                                code,
                                "}\n" + start + "return new " + x + "();\n}\n");
                case "field" ->
                        put(
                                tree,
                                "final " + body + "f = () -> {\n",
                                code,
                                "};\nObject make() { return f; }\n" + made);
                case "static field" ->
                        put(
                                tree,
                                "static final " + body + "f = () -> {\n",
                                code,
                                "};\n" + start + "return f;\n}\n");
                case "constructor" ->
                        put(
                                tree,
                                "final " + body + "f;\n" + x + "() {\nv(\"early\");\nsuper();\n",
                                captures,
                                "f = () -> {\n",
                                code,
                                "};\n}\nObject make() { return f; }\n" + made);
                case "nested lambda" ->
                        put(
                                tree,
                                make,
                                captures,
                                "Get<" + body.trim() + "> g = () -> () -> {\n",
                                code,
                                "};\ntry { return g.get(); } catch (Exception e) { return null; }"
                                        + "\n}\n"
                                        + made);
                case "function" ->
                        put(
                                tree,
                                make,
                                captures,
                                "return (AsyncFunction<Integer, Object>) given -> {\n",
                                code,
                                "};\n}\n" + made);
                case "inner" ->
                        put(
                                tree,
                                "class In {\nObject make() {\n",
                                captures,
                                "return (" + body + ") () -> {\n",
                                outer(code, x),
                                "};\n}\n}\n"
                                        + start
                                        + "return new "
                                        + x
                                        + "().new In().make();\n}\n");
                default ->
                        put(
                                tree,
                                make,
                                captures,
                                "return (" + body + ") () -> {\n",
                                code,
                                "};\n}\n" + made);
            }
        }

        /** In an inner class, {@code this} is the outer one. */
        private static Node outer(Node code, String x) {
            for (int i = 0; i < code.parts().size(); i++) {
                Object part = code.parts().get(i);
                if (part instanceof Node node) {
                    outer(node, x);
                } else if (part instanceof String text) {
                    code.parts()
                            .set(
                                    i,
                                    text.replace("this.", x + ".this.")
                                            .replace("super.", x + ".super."));
                }
            }
            return code;
        }

        private static void put(Node tree, Object... parts) {
            for (Object part : parts) {
                tree.add(part);
            }
        }
    }
}
