package dev.thrum.judges.differential;

import static dev.thrum.judges.differential.Node.fixed;
import static dev.thrum.judges.differential.Node.statement;

import dev.thrum.judges.differential.Scope.Helper;
import dev.thrum.judges.differential.Scope.Variable;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Makes statements at random. All of them can complete normally, as far as the compiler knows:
 * jumps stand behind conditions. So anything may follow, and any of them can be left out.
 */
final class Statements {

    private final Random random;
    private final Names names;
    private final Expressions expressions;

    Statements(Random random, Names names) {
        this.random = random;
        this.names = names;
        expressions = new Expressions(random, names, this);
    }

    Expressions expressions() {
        return expressions;
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    /** At most {@code count} statements; what they declare is added to the scope. */
    Node some(Scope scope, int count, int depth) {
        Node all = fixed();
        for (int i = random.nextInt(count + 1); i >= 0; i--) {
            if (!names.isLarge()) {
                all.add(any(scope, depth));
            }
        }
        return all;
    }

    private Node any(Scope scope, int depth) {
        names.grow();
        if (depth <= 0) {
            return simple(scope, depth);
        }
        int d = depth - 1;
        return switch (random.nextInt(34)) {
            case 0 -> conditional(scope, d);
            case 1 -> counting(scope, d);
            case 2 -> forEach(scope, d);
            case 3 -> whileLoop(scope, d);
            case 4 -> doLoop(scope, d);
            case 5 -> endless(scope, d);
            case 6 -> labelled(scope, d);
            case 7, 8, 9 -> jump(scope, d);
            case 10, 11 -> expressions.switches().statement(scope, d);
            case 12, 13, 14 -> tryCatch(scope, d);
            case 15, 16 -> tryFinally(scope, d);
            case 17 -> withResources(scope, d);
            case 18 -> synchronizedBlock(scope, d);
            case 19 -> assigned(scope, d);
            case 20 -> expressions.blocks().deferred(scope, d);
            case 21 -> scope.awaits ? expressions.blocks().runnable(scope, d) : simple(scope, d);
            case 22 -> expressions.blocks().localClass(scope, d);
            case 23 -> expressions.blocks().localRecord(scope, d);
            case 24 -> assertion(scope, d);
            default -> simple(scope, depth);
        };
    }

    private Node simple(Scope scope, int depth) {
        int d = depth + 1;
        int kind = random.nextInt(20);
        Variable variable = scope.pick(random, null, true);
        if (kind < 7 || (kind < 12 && variable == null)) {
            return declare(scope, d);
        }
        if (kind < 12) {
            return statement(expressions.assign(variable, scope, d), ";\n");
        }
        if (kind < 14 && scope.host.hasFields()) {
            return chance(50)
                    ? statement("this.number += ", expressions.any(Type.INT, scope, d), ";\n")
                    : statement("this.text = ", expressions.any(Type.STRING, scope, d), ";\n");
        }
        if (kind < 15 && scope.host.hasStatics()) {
            return statement("total += ", expressions.any(Type.INT, scope, d), ";\n");
        }
        Helper helper = scope.awaits ? expressions.helper(Type.VOID, scope) : null;
        if (kind < 17 && helper != null) {
            return statement(expressions.call(helper, scope, d), ";\n");
        }
        return statement("v(", expressions.any(expressions.anyType(), scope, d), ");\n");
    }

    /** A variable stays in scope; a statement that is left out would leave its uses behind. */
    private Node declare(Scope scope, int depth) {
        Type type = expressions.anyType();
        Node value = expressions.any(type, scope, depth);
        Variable variable = new Variable(names.fresh("x"), type, chance(50));
        scope.variables.add(variable);
        return fixed(type.java + " " + variable.name() + " = ", value, ";\n");
    }

    private Node condition(Scope scope, int depth) {
        return expressions.any(Type.BOOLEAN, scope, depth);
    }

    private Node conditional(Scope scope, int d) {
        Node all = statement("if (", condition(scope, d), ") {\n", some(scope.inner(), 3, d));
        if (chance(60)) {
            all.add("} else {\n");
            all.add(some(scope.inner(), 3, d));
        }
        all.add("}\n");
        return all;
    }

    // ---- loops ----

    private Scope body(Scope scope, @Nullable String label) {
        Scope inner = scope.inner();
        inner.inLoop = true;
        if (label != null) {
            inner.breaks.add(label);
            inner.continues.add(label);
        }
        return inner;
    }

    private Node counting(Scope scope, int d) {
        String i = names.fresh("i");
        String label = names.fresh("L");
        Scope inner = body(scope, label);
        Node all = statement(label + ": for (int " + i + " = 0; " + i + " < 3");
        if (chance(50)) {
            all.add(" && ");
            all.add(condition(scope, d));
        }
        all.add("; " + i + "++");
        if (chance(40)) {
            all.add(", v(");
            all.add(expressions.any(expressions.anyType(), scope, d));
            all.add(")");
        }
        all.add(") {\ntick();\n");
        all.add(some(inner, 3, d));
        all.add("}\n");
        return all;
    }

    private Node forEach(Scope scope, int d) {
        String name = names.fresh("x");
        String label = names.fresh("L");
        Scope inner = body(scope, label);
        Object header;
        Type type;
        switch (random.nextInt(4)) {
            case 0 -> {
                type = Type.INT;
                header = expressions.any(Type.INTS, scope, d);
            }
            case 1 -> {
                type = Type.LONG;
                header = expressions.any(Type.LONGS, scope, d);
            }
            case 2 -> {
                type = Type.STRING;
                header = expressions.any(Type.STRINGS, scope, d);
            }
            default -> {
                type = Type.STRING;
                header =
                        fixed(
                                "java.util.Arrays.asList(",
                                expressions.any(Type.STRING, scope, d),
                                ", ",
                                expressions.any(Type.STRING, scope, d),
                                ")");
            }
        }
        inner.variables.add(new Variable(name, type, chance(50)));
        return statement(
                label + ": for (" + type.java + " " + name + " : ",
                header,
                ") {\ntick();\n",
                some(inner, 3, d),
                "}\n");
    }

    private Node whileLoop(Scope scope, int d) {
        String i = names.fresh("i");
        String label = names.fresh("L");
        return statement(
                "{\nint " + i + " = 0;\n" + label + ": while (" + i + "++ < 3 && ",
                condition(scope, d),
                ") {\ntick();\n",
                some(body(scope, label), 3, d),
                "}\n}\n");
    }

    private Node doLoop(Scope scope, int d) {
        String i = names.fresh("i");
        String label = names.fresh("L");
        return statement(
                "{\nint " + i + " = 0;\n" + label + ": do {\ntick();\n",
                some(body(scope, label), 3, d),
                "} while (" + i + "++ < 2 && ",
                condition(scope, d),
                ");\n}\n");
    }

    /** A loop without a condition, left by {@code break}. */
    private Node endless(Scope scope, int d) {
        String i = names.fresh("i");
        String label = names.fresh("L");
        return statement(
                "{\nint "
                        + i
                        + " = 0;\n"
                        + label
                        + ": for (;;) {\ntick();\nif ("
                        + i
                        + "++ > 1 || ",
                condition(scope, d),
                ") break " + label + ";\n",
                some(body(scope, label), 3, d),
                "}\n}\n");
    }

    private Node labelled(Scope scope, int d) {
        String label = names.fresh("L");
        Scope inner = scope.inner();
        inner.breaks.add(label);
        return statement(label + ": {\n", some(inner, 4, d), "}\n");
    }

    // ---- jumps ----

    private Node jump(Scope scope, int d) {
        return statement(
                "if (",
                condition(scope, d),
                ") {\n",
                some(scope.inner(), 1, d - 1),
                target(scope, d),
                "}\n");
    }

    private Node target(Scope scope, int d) {
        int kind = random.nextInt(10);
        if (kind < 3 && !scope.breaks.isEmpty()) {
            return fixed("break " + scope.breaks.get(random.nextInt(scope.breaks.size())) + ";\n");
        }
        if (kind < 5 && !scope.continues.isEmpty()) {
            String label = scope.continues.get(random.nextInt(scope.continues.size()));
            return fixed("continue " + label + ";\n");
        }
        if (kind < 6 && scope.inLoop) {
            return fixed(chance(50) ? "break;\n" : "continue;\n");
        }
        if (kind < 7 && scope.yields != null) {
            return Switches.yielding(expressions.any(scope.yields, scope, d));
        }
        if (kind < 8 && scope.returns != null) {
            return scope.returns == Type.VOID
                    ? fixed("return;\n")
                    : fixed("return ", expressions.any(scope.returns, scope, d), ";\n");
        }
        String type =
                switch (random.nextInt(5)) {
                    case 0 -> "Oops";
                    case 1 -> "java.io.IOException";
                    case 2 -> "IllegalStateException";
                    case 3 -> "ArithmeticException";
                    default -> "AssertionError";
                };
        return fixed(
                "throw bad(new " + type + "(", expressions.any(Type.STRING, scope, d), "));\n");
    }

    // ---- exceptions ----

    private Node tryCatch(Scope scope, int d) {
        Node all = statement("try {\ntick();\n", some(scope.inner(), 4, d));
        String[][] chains = {
            {"Exception"},
            {"Throwable"},
            {"Oops", "RuntimeException"},
            {"IllegalStateException | ArithmeticException | Oops", "Exception"},
            {"NullPointerException", "IndexOutOfBoundsException", "Error"},
            {"java.util.concurrent.CancellationException", "Exception"}
        };
        for (String type : chains[random.nextInt(chains.length)]) {
            String e = names.fresh("e");
            all.add("} catch (" + type + " " + e + ") {\nv((Object) " + e + ");\n");
            all.add(some(scope.inner(), 2, d));
            if (chance(15)) {
                all.add("throw " + e + ";\n");
            }
        }
        return end(all, scope, d, 30);
    }

    private Node tryFinally(Scope scope, int d) {
        return end(statement("try {\ntick();\n", some(scope.inner(), 4, d)), scope, d, 100);
    }

    private Node end(Node all, Scope scope, int d, int percent) {
        if (chance(percent)) {
            all.add("} finally {\nv(\"finally\");\n");
            all.add(some(scope.inner(), 3, d));
        }
        all.add("}\n");
        return all;
    }

    private Node withResources(Scope scope, int d) {
        Scope inner = scope.inner();
        Node all = statement("try (Res " + names.fresh("r") + " = ");
        int count = 1 + random.nextInt(2);
        for (int i = 0; i < count; i++) {
            if (i > 0) {
                all.add("; Res " + names.fresh("r") + " = ");
            }
            all.add("res(");
            all.add(expressions.any(Type.STRING, scope, d));
            all.add(", ");
            all.add(expressions.any(Type.INT, scope, d));
            all.add(")");
        }
        all.add(") {\n");
        all.add(some(inner, 3, d));
        if (chance(70)) {
            String e = names.fresh("e");
            all.add(
                    "} catch (Exception "
                            + e
                            + ") {\nv((Object) "
                            + e
                            + ");\nv("
                            + e
                            + ".getSuppressed().length);\n");
            all.add(some(scope.inner(), 2, d));
        }
        return end(all, scope, d, 30);
    }

    // ---- others ----

    private Node synchronizedBlock(Scope scope, int d) {
        String lock = names.fresh("lock");
        return statement(
                "{\nObject "
                        + lock
                        + " = new Object();\nsynchronized ("
                        + lock
                        + ") {\ntouch("
                        + lock
                        + ");\n",
                some(scope.withoutAwaits(), 3, d),
                "}\n}\n");
    }

    /** A variable that is declared first and assigned on both ways, from the stack's view a gap. */
    private Node assigned(Scope scope, int d) {
        Type type = expressions.anyType();
        String name = names.fresh("x");
        Node all =
                fixed(
                        type.java + " " + name + ";\nif (",
                        condition(scope, d),
                        ") {\n",
                        some(scope.inner(), 1, d),
                        name + " = ",
                        expressions.any(type, scope, d),
                        ";\n} else {\n",
                        some(scope.inner(), 1, d),
                        name + " = ",
                        expressions.any(type, scope, d),
                        ";\n}\n");
        scope.variables.add(new Variable(name, type, true));
        return all;
    }

    private Node assertion(Scope scope, int d) {
        return statement(
                "assert ",
                condition(scope, d),
                " : ",
                expressions.any(Type.STRING, scope, d),
                ";\n");
    }
}
