package dev.thrum.judges.differential;

import dev.thrum.judges.differential.Scope.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes switches at random: expressions and statements, on everything that can be switched on. */
final class Switches {

    /** One label, and the scope in which its code stands. */
    private record Arm(Node label, Scope scope) {}

    private final Random random;
    private final Names names;
    private final Expressions expressions;
    private final Statements statements;

    Switches(Random random, Names names, Expressions expressions, Statements statements) {
        this.random = random;
        this.names = names;
        this.expressions = expressions;
        this.statements = statements;
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    Node expression(Type type, Scope scope, int depth) {
        names.grow();
        Type on = selector();
        boolean old = chance(25) && on.isPrimitive();
        // Behind a cast it is typed once, not once for each method that it may be an argument of.
        Node all =
                Node.expression(
                        type,
                        "((" + type.java + ") switch (",
                        expressions.any(on, scope, depth),
                        ") {\n");
        List<Arm> arms = arms(on, scope, depth, true);
        for (Arm arm : arms) {
            Scope inner = arm.scope().yielding(type);
            all.add(arm.label());
            if (chance(12) && arm != arms.getLast()) {
                all.add(old ? ": throw bad(new Oops(" : " -> throw bad(new Oops(");
                all.add(expressions.any(Type.STRING, inner, depth - 1));
                all.add("));\n");
            } else if (chance(50) && !old) {
                all.add(" -> ");
                all.add(expressions.any(type, inner, depth - 1));
                all.add(";\n");
            } else {
                all.add(old ? ": {\n" : " -> {\n");
                all.add(statements.some(inner, 2, depth - 1));
                all.add(yielding(expressions.any(type, inner, depth - 1)));
                all.add("}\n");
            }
        }
        all.add("})");
        return all;
    }

    /** The compiler takes some {@code yield (…)} for the call of a method. */
    static Node yielding(Node value) {
        return value.render(false).startsWith("(")
                ? Node.fixed("yield v(", value, ");\n")
                : Node.fixed("yield ", value, ";\n");
    }

    Node statement(Scope scope, int depth) {
        Type on = selector();
        boolean old = on != Type.OBJECT && on != Type.SHAPE && chance(50);
        String label = names.fresh("L");
        Node all = Node.statement(label + ": switch (", expressions.any(on, scope, depth), ") {\n");
        for (Arm arm : arms(on, scope, depth, on == Type.SHAPE || chance(70))) {
            Scope inner = arm.scope().inner();
            inner.breaks.add(label);
            inner.inLoop = false;
            all.add(arm.label());
            all.add(old ? ": {\n" : " -> {\n");
            all.add(statements.some(inner, 3, depth - 1));
            all.add(old && chance(60) ? "} break;\n" : "}\n");
        }
        all.add("}\n");
        return all;
    }

    private Type selector() {
        Type[] types = {
            Type.INT,
            Type.INT,
            Type.CHAR,
            Type.BYTE,
            Type.STRING,
            Type.STRING,
            Type.COLOR,
            Type.OBJECT,
            Type.OBJECT,
            Type.SHAPE,
            Type.SHAPE
        };
        return types[random.nextInt(types.length)];
    }

    private List<Arm> arms(Type on, Scope scope, int depth, boolean exhaustive) {
        List<Arm> arms = new ArrayList<>();
        switch (on) {
            case OBJECT -> patterns(arms, scope, depth);
            case SHAPE -> {
                shapes(arms, scope, depth);
                return arms;
            }
            case STRING -> labels(arms, scope, "\"a\"", "\"b\"", "\"c\"", "\"o1\"", "\"\"");
            case COLOR -> {
                if (chance(30) && exhaustive) {
                    labels(arms, scope, "RED", "GREEN");
                    arms.add(new Arm(Node.fixed("case null, default"), scope.inner()));
                    return arms;
                }
                labels(arms, scope, "RED", "GREEN", "BLUE");
            }
            case CHAR -> labels(arms, scope, "'a'", "'b'", "'c'", "'d'");
            default -> labels(arms, scope, "0", "1", "2", "3", chance(50) ? "4" : "100");
        }
        if (exhaustive || on == Type.OBJECT) {
            arms.add(new Arm(Node.fixed("default"), scope.inner()));
        }
        return arms;
    }

    private void labels(List<Arm> arms, Scope scope, String... all) {
        String open = null;
        for (String label : all) {
            if (chance(25)) {
                continue;
            }
            if (open == null && chance(25)) {
                open = label;
                continue;
            }
            String text = "case " + (open == null ? "" : open + ", ") + label;
            open = null;
            arms.add(new Arm(Node.fixed(text), scope.inner()));
        }
    }

    private void patterns(List<Arm> arms, Scope scope, int depth) {
        if (chance(50)) {
            arms.add(new Arm(Node.fixed("case null"), scope.inner()));
        }
        pattern(arms, scope, depth, "Integer", Type.INTEGER);
        pattern(arms, scope, depth, "String", Type.STRING);
        if (chance(60)) {
            deconstruct(arms, scope, depth, "P(int %s, String %s)", Type.INT, Type.STRING);
        }
        if (chance(40)) {
            deconstruct(
                    arms, scope, depth, "Square(P(int %s, var %s), long _)", Type.INT, Type.STRING);
        }
        pattern(arms, scope, depth, "Shape", Type.SHAPE);
        pattern(arms, scope, depth, "Color", Type.COLOR);
    }

    private void pattern(List<Arm> arms, Scope scope, int depth, String java, Type type) {
        for (boolean guarded : new boolean[] {true, false}) {
            if (chance(50)) {
                String name = names.fresh("q");
                Scope inner = scope.inner();
                inner.variables.add(new Variable(name, type, true));
                arms.add(arm(java + " " + name, inner, depth, guarded));
            }
        }
    }

    private void deconstruct(
            List<Arm> arms, Scope scope, int depth, String form, Type first, Type second) {
        for (boolean guarded : new boolean[] {true, false}) {
            if (!guarded || chance(60)) {
                String a = names.fresh("q");
                String b = names.fresh("q");
                Scope inner = scope.inner();
                inner.variables.add(new Variable(a, first, true));
                inner.variables.add(new Variable(b, second, true));
                arms.add(arm(form.formatted(a, b), inner, depth, guarded));
            }
        }
    }

    /** Guards may use variables that are final only. */
    private Arm arm(String pattern, Scope inner, int depth, boolean guarded) {
        if (!guarded) {
            return new Arm(Node.fixed("case " + pattern), inner);
        }
        Node condition = expressions.any(Type.BOOLEAN, inner.guard(), depth - 1);
        // A constant `true` would make it an unguarded pattern, `false` is an error.
        return new Arm(Node.fixed("case " + pattern + " when v(", condition, ")"), inner);
    }

    private void shapes(List<Arm> arms, Scope scope, int depth) {
        if (chance(70)) {
            arms.add(new Arm(Node.fixed("case null"), scope.inner()));
        }
        deconstruct(
                arms, scope, depth, "Square(P(int %s, String %s), long _)", Type.INT, Type.STRING);
        String rest = names.fresh("q");
        Scope square = scope.inner();
        square.variables.add(new Variable(rest, Type.PAIR, true));
        arms.add(arm("Square(var " + rest + ", long _)", square, depth, false));
        for (String java : new String[] {"Circle", "Odd"}) {
            String name = names.fresh("q");
            Scope inner = scope.inner();
            inner.variables.add(new Variable(name, Type.INT, true));
            arms.add(arm(java + "(int " + name + ")", inner, depth, false));
        }
    }
}
