package dev.thrum.judges.differential;

import static dev.thrum.judges.differential.Node.expression;
import static dev.thrum.judges.differential.Node.fixed;

import dev.thrum.judges.differential.Node.Either;
import dev.thrum.judges.differential.Scope.Variable;
import java.util.Random;

/** Makes lambdas, local and anonymous classes, and async blocks within async blocks. */
final class Blocks {

    /** What differs between the renderings of a nested block, at its two ends. */
    private static final Either BLOCK = new Either("plainly(", "async(");

    private static final Node END = fixed(")", Node.AWAIT);

    private final Random random;
    private final Names names;
    private final Expressions expressions;
    private final Statements statements;

    Blocks(Random random, Names names, Expressions expressions, Statements statements) {
        this.random = random;
        this.names = names;
        this.expressions = expressions;
        this.statements = statements;
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    /** A lambda without awaits, called at once. */
    Node lambdaCall(Type type, Scope scope, int depth) {
        Scope inner = scope.lambda(false, type);
        return expression(
                type,
                "((" + type.java + ") ((Get<" + type.boxed + ">) () -> ",
                body(type, inner, depth, chance(60) ? 0 : 2),
                ").get())");
    }

    private Node body(Type type, Scope inner, int depth, int count) {
        if (count == 0) {
            return boxedIn(type, expressions.any(type, inner, depth));
        }
        Node many = statements.some(inner, count, depth - 1);
        return fixed("{\n", many, "return ", expressions.any(type, inner, depth), ";\n}");
    }

    /** Lambdas of one expression are typed by it. */
    private static Node boxedIn(Type type, Node value) {
        return type.isPrimitive() ? expression(type, "(" + type.java + ") ", value) : value;
    }

    /** An async block within this one, awaited at once. */
    Node nested(Type type, Scope scope, int depth) {
        Scope inner = scope.lambda(true, type);
        String cast = type.isPrimitive() ? "(" + type.java + ") " : "";
        String typed = "(AsyncCallable<" + type.boxed + ">) ";
        int kind = random.nextInt(4);
        if (kind == 0) {
            String name = names.fresh("x");
            inner.variables.add(new Variable(name, Type.STRING, true));
            return expression(
                    type,
                    "(" + cast,
                    BLOCK,
                    "(AsyncFunction<String, " + type.boxed + ">) (" + name + " -> ",
                    body(type, inner, depth, 1 + random.nextInt(2)),
                    "), ",
                    expressions.any(Type.STRING, scope, depth),
                    END,
                    ")");
        }
        if (kind == 1) {
            return expression(
                    type,
                    "(" + cast,
                    BLOCK,
                    "new AsyncCallable<"
                            + type.boxed
                            + ">() { public "
                            + type.boxed
                            + " call() throws Exception ",
                    anonymous(type, scope, depth),
                    " }",
                    END,
                    ")");
        }
        return expression(
                type,
                "(" + cast,
                BLOCK,
                typed + "(() -> ",
                body(type, inner, depth, random.nextInt(3)),
                ")",
                END,
                ")");
    }

    /** In an anonymous class, {@code this} and {@code super} are others. */
    private Node anonymous(Type type, Scope scope, int depth) {
        Scope.Host host = new Scope.Host(false, false, false, scope.host.hasStatics());
        Scope inner = new Scope(host, scope.helpers);
        inner.variables.addAll(scope.lambda(true, type).variables);
        inner.depth = scope.depth;
        inner.returns = type;
        return body(type, inner, depth, 1 + random.nextInt(2));
    }

    /** A block that is made first and awaited later, if at all. */
    Node deferred(Scope scope, int depth) {
        Type type = expressions.anyType();
        String name = names.fresh("b");
        Node all =
                Node.statement(
                        "{\n",
                        new Either("Plain<", "Async<"),
                        type.boxed + "> " + name + " = ",
                        BLOCK,
                        "(AsyncCallable<" + type.boxed + ">) (() -> ",
                        body(type, scope.lambda(true, type), depth, 1 + random.nextInt(2)),
                        "));\n",
                        statements.some(scope.inner(), 2, depth));
        if (scope.awaits && chance(80)) {
            all.add("v(" + name);
            all.add(Node.AWAIT);
            all.add(");\n");
        }
        all.add("}\n");
        return all;
    }

    /** A block without a value. */
    Node runnable(Scope scope, int depth) {
        Scope inner = scope.lambda(true, Type.VOID);
        return Node.statement(
                BLOCK,
                "(AsyncRunnable) (() -> {\n",
                statements.some(inner, 3, depth),
                "})",
                END,
                ";\n");
    }

    /** A local class that captures, with a constructor that runs code. */
    Node localClass(Scope scope, int depth) {
        String name = names.fresh("C");
        Type type = expressions.anyType();
        Scope.Host host = new Scope.Host(false, false, false, scope.host.hasStatics());
        Scope inner = new Scope(host, java.util.List.of());
        inner.variables.addAll(scope.lambda(false, null).variables);
        inner.awaits = false;
        return Node.statement(
                "{\nclass "
                        + name
                        + " {\nfinal "
                        + type.java
                        + " x;\n"
                        + name
                        + "("
                        + type.java
                        + " first, String second) throws Exception { x = first; v(second); }\n"
                        + type.java
                        + " get() throws Exception { v(",
                expressions.any(Type.INT, inner, depth),
                "); return x; }\n}\nv(new " + name + "(",
                expressions.any(type, scope, depth),
                ", ",
                expressions.any(Type.STRING, scope, depth),
                ").get());\n}\n");
    }

    /** A local record that is made and taken apart. */
    Node localRecord(Scope scope, int depth) {
        String name = names.fresh("R");
        Type type = expressions.printable();
        String part = names.fresh("q");
        Scope inner = scope.inner();
        inner.variables.add(new Variable(part, type, true));
        return Node.statement(
                "{\nrecord "
                        + name
                        + "("
                        + type.java
                        + " x, long y) { long half() { return v(y) / 2; } }\nObject o"
                        + name
                        + " = v((Object) new "
                        + name
                        + "(",
                expressions.any(type, scope, depth),
                ", ",
                expressions.any(Type.LONG, scope, depth),
                "));\nif (o"
                        + name
                        + " instanceof "
                        + name
                        + "("
                        + type.java
                        + " "
                        + part
                        + ", var _)) {\n",
                statements.some(inner, 2, depth),
                "}\n}\n");
    }
}
