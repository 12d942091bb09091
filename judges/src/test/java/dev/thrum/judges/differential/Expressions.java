package dev.thrum.judges.differential;

import static dev.thrum.judges.differential.Node.expression;
import static dev.thrum.judges.differential.Node.fixed;

import dev.thrum.judges.differential.Node.Either;
import dev.thrum.judges.differential.Scope.Helper;
import dev.thrum.judges.differential.Scope.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Makes expressions at random, with awaits in them. */
final class Expressions {

    private static final Type[] VALUES = {
        Type.INT,
        Type.INT,
        Type.LONG,
        Type.DOUBLE,
        Type.FLOAT,
        Type.BOOLEAN,
        Type.BYTE,
        Type.CHAR,
        Type.SHORT,
        Type.STRING,
        Type.STRING,
        Type.OBJECT,
        Type.INTEGER,
        Type.PAIR,
        Type.SHAPE,
        Type.COLOR,
        Type.INTS,
        Type.LONGS,
        Type.STRINGS
    };

    private final Random random;
    private final Names names;
    private final Switches switches;
    private final Blocks blocks;

    Expressions(Random random, Names names, Statements statements) {
        this.random = random;
        this.names = names;
        switches = new Switches(random, names, this, statements);
        blocks = new Blocks(random, names, this, statements);
    }

    Switches switches() {
        return switches;
    }

    Blocks blocks() {
        return blocks;
    }

    Type anyType() {
        return VALUES[random.nextInt(VALUES.length)];
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    /** An expression of a type, in parentheses where it needs them. */
    Node any(Type type, Scope scope, int depth) {
        if (depth <= 0 || names.isLarge()) {
            return leaf(type, scope);
        }
        int kind = random.nextInt(100);
        if (scope.awaits && kind < 24) {
            return await(type, scope, depth);
        }
        if (kind < 34) {
            return expression(type, "v(", any(type, scope, depth - 1), ")");
        }
        if (kind < 40) {
            return conditional(type, scope, depth);
        }
        if (kind < 46) {
            return switches.expression(type, scope, depth - 1);
        }
        if (kind < 52) {
            return assignment(type, scope, depth);
        }
        if (kind < 55) {
            return blocks.lambdaCall(type, scope, depth - 1);
        }
        return special(type, scope, depth);
    }

    Node leaf(Type type, Scope scope) {
        Variable variable = scope.pick(random, type, false);
        if (variable != null && chance(65)) {
            return expression(type, variable.name());
        }
        if (scope.host.hasFields() && type == Type.INT && chance(20)) {
            return expression(type, "this.number");
        }
        if (scope.host.hasFields() && type == Type.STRING && chance(20)) {
            return expression(type, "this.text");
        }
        return expression(type, literal(type));
    }

    private String literal(Type type) {
        int n = random.nextInt(12) - 2;
        return switch (type) {
            case INT -> n < 0 ? "(" + n + ")" : String.valueOf(n);
            case LONG -> "(" + n + "L)";
            case DOUBLE -> chance(5) ? "Double.NaN" : "(" + n + ".5)";
            case FLOAT -> "(" + n + ".25f)";
            case BOOLEAN -> String.valueOf(chance(50));
            case BYTE -> "((byte) " + n * 13 + ")";
            case CHAR -> "'" + (char) ('c' + n) + "'";
            case SHORT -> "((short) " + n * 1300 + ")";
            case STRING -> chance(4) ? "((String) null)" : "\"" + (char) ('c' + n) + "\"";
            case OBJECT ->
                    switch (random.nextInt(8)) {
                        case 0 -> "(Object) null";
                        case 1 -> "((Object) " + Math.abs(n) + ")";
                        case 2 -> "((Object) " + Math.abs(n) + "L)";
                        case 3 -> "((Object) new P(" + n + ", \"q\"))";
                        case 4 -> "((Object) new Circle(" + n + "))";
                        case 5 -> "((Object) Color.BLUE)";
                        default -> "((Object) \"o" + n + "\")";
                    };
            case INTEGER -> "((Integer) (" + n + "))";
            case PAIR -> "new P(" + n + ", \"p\")";
            case SHAPE ->
                    switch (random.nextInt(4)) {
                        case 0 -> "((Shape) new Circle(" + n + "))";
                        case 1 -> "((Shape) new Odd(" + n + "))";
                        case 2 -> "((Shape) null)";
                        default -> "((Shape) new Square(new P(" + n + ", \"w\"), " + n + "L))";
                    };
            case COLOR ->
                    switch (random.nextInt(10)) {
                        case 0 -> "((Color) null)";
                        case 1, 2, 3 -> "Color.RED";
                        case 4, 5, 6 -> "Color.GREEN";
                        default -> "Color.BLUE";
                    };
            case INTS -> "new int[] {1, " + n + ", 3}";
            case LONGS -> "new long[] {" + n + "L, 5L}";
            case STRINGS -> "new String[] {\"x\", \"y" + n + "\"}";
            case VOID -> "null";
        };
    }

    // ---- what suspends ----

    private Node await(Type type, Scope scope, int depth) {
        names.grow();
        int kind = random.nextInt(100);
        Helper helper = helper(type, scope);
        if (kind < 20 && helper != null) {
            return call(helper, scope, depth - 1);
        }
        if (kind < 30) {
            return blocks.nested(type, scope, depth - 1);
        }
        if (kind < 36) {
            String cast = type.isPrimitive() ? "(" + type.java + ") " : "";
            return expression(type, "(" + cast + "thru(", any(type, scope, depth - 1), "))");
        }
        String line = chance(10) ? "\n" : "";
        Either how = new Either("aw(", chance(70) ? "aw(" : "as(");
        int end = chance(4) ? 1000 + random.nextInt(4) : random.nextInt(32);
        return Node.await(type, fixed(line, how, end + ", ", any(type, scope, depth - 1), ")"));
    }

    /** A helper of a type, if there is one. */
    @Nullable Helper helper(Type type, Scope scope) {
        List<Helper> fit = new ArrayList<>();
        for (Helper helper : scope.helpers) {
            if (helper.result() == type && (scope.host.hasThis() || !helper.needsThis())) {
                fit.add(helper);
            }
        }
        return fit.isEmpty() ? null : fit.get(random.nextInt(fit.size()));
    }

    Node call(Helper helper, Scope scope, int depth) {
        Node call = expression(helper.result(), helper.name() + "(" + scope.depth);
        for (Type parameter : helper.parameters()) {
            call.add(", ");
            call.add(any(parameter, scope, depth));
        }
        if (helper.varargs()) {
            for (int i = random.nextInt(3); i > 0; i--) {
                call.add(", ");
                call.add(any(Type.INT, scope, depth - 1));
            }
        }
        call.add(")");
        return call;
    }

    // ---- for all types ----

    private Node conditional(Type type, Scope scope, int depth) {
        if (chance(40)) {
            String a = names.fresh("q");
            String b = names.fresh("q");
            Scope inner = scope.inner();
            inner.variables.add(new Variable(a, Type.INT, true));
            inner.variables.add(new Variable(b, Type.STRING, true));
            return expression(
                    type,
                    "((" + type.java + ") (",
                    any(Type.OBJECT, scope, depth - 1),
                    " instanceof P(int " + a + ", String " + b + ") && ",
                    any(Type.BOOLEAN, inner, depth - 1),
                    " ? ",
                    any(type, inner, depth - 1),
                    " : ",
                    any(type, scope, depth - 1),
                    "))");
        }
        return expression(
                type,
                "((" + type.java + ") (",
                any(Type.BOOLEAN, scope, depth - 1),
                " ? ",
                any(type, scope, depth - 1),
                " : ",
                any(type, scope, depth - 1),
                "))");
    }

    private Node assignment(Type type, Scope scope, int depth) {
        Variable variable = scope.pick(random, type, true);
        if (variable == null) {
            return special(type, scope, depth);
        }
        if (type.isNumber() && chance(30)) {
            String[] forms = {"%s++", "++%s", "%s--", "--%s"};
            String form = forms[random.nextInt(4)].formatted(variable.name());
            return expression(type, "(" + form + ")");
        }
        return expression(type, "(", assign(variable, scope, depth - 1), ")");
    }

    /** Assigns to a variable; not in parentheses, so that it can be a statement. */
    Node assign(Variable variable, Scope scope, int depth) {
        Type type = variable.type();
        if (chance(50) && type.isNumber()) {
            String[] operators = {" += ", " -= ", " *= "};
            Type operand = type.isIntegral() || chance(70) ? Type.INT : type;
            return fixed(
                    variable.name() + operators[random.nextInt(3)], any(operand, scope, depth));
        }
        if (chance(50) && type == Type.BOOLEAN) {
            String[] operators = {" &= ", " |= ", " ^= "};
            return fixed(variable.name() + operators[random.nextInt(3)], any(type, scope, depth));
        }
        if (chance(40) && type == Type.STRING) {
            return fixed(variable.name() + " += ", any(printable(), scope, depth));
        }
        return fixed(variable.name() + " = ", any(type, scope, depth));
    }

    /** A type whose values have the same text in all renderings. */
    Type printable() {
        while (true) {
            Type type = anyType();
            if (!type.isArray()) {
                return type;
            }
        }
    }

    // ---- by type ----

    private Node special(Type type, Scope scope, int depth) {
        int d = depth - 1;
        return switch (type) {
            case INT -> integer(scope, d);
            case LONG, DOUBLE, FLOAT -> number(type, scope, d);
            case BYTE, CHAR, SHORT ->
                    expression(type, "((" + type.java + ") (", any(Type.INT, scope, d), "))");
            case BOOLEAN -> bool(scope, d);
            case STRING -> string(scope, d);
            case OBJECT -> expression(type, "((Object) ", any(printable(), scope, d), ")");
            case INTEGER -> expression(type, "((Integer) ", any(Type.INT, scope, d), ")");
            case PAIR ->
                    expression(
                            type,
                            "new P(",
                            any(Type.INT, scope, d),
                            ", ",
                            any(Type.STRING, scope, d),
                            ")");
            case SHAPE -> shape(scope, d);
            case COLOR ->
                    expression(
                            type,
                            "Color.values()[Math.floorMod(",
                            any(Type.INT, scope, d),
                            ", 3)]");
            case INTS -> array(type, "int", Type.INT, scope, d);
            case LONGS -> array(type, "long", Type.LONG, scope, d);
            case STRINGS -> array(type, "String", Type.STRING, scope, d);
            case VOID -> throw new IllegalArgumentException("no expression is void");
        };
    }

    private Node integer(Scope scope, int d) {
        Type i = Type.INT;
        return switch (random.nextInt(scope.host.hasSuper() ? 17 : 15)) {
            case 0, 1, 2 -> operator(i, i, scope, d, "+", "-", "*", "&", "|", "^", "<<", ">>>");
            case 3 -> operator(i, i, scope, d, "/", "%");
            case 4 -> expression(i, "((int) ", any(number(), scope, d), ")");
            case 5 -> expression(i, "((int) ", any(Type.CHAR, scope, d), ")");
            case 6 -> expression(i, any(Type.STRING, scope, d), ".length()");
            case 7 -> expression(i, any(Type.PAIR, scope, d), ".a()");
            case 8 ->
                    expression(
                            i,
                            "mix(",
                            any(i, scope, d),
                            ", ",
                            any(Type.LONG, scope, d),
                            ", ",
                            any(Type.STRING, scope, d),
                            ", ",
                            any(Type.DOUBLE, scope, d),
                            ", ",
                            any(Type.BOOLEAN, scope, d),
                            ")");
            case 9 ->
                    expression(
                            i,
                            "sum(",
                            any(i, scope, d),
                            ", ",
                            any(i, scope, d),
                            ", ",
                            any(i, scope, d - 1),
                            ")");
            case 10, 11 -> element(i, Type.INTS, scope, d);
            case 12 -> expression(i, any(Type.INTS, scope, d), ".length");
            case 13 ->
                    expression(
                            i,
                            "new K" + random.nextInt(3) + "(",
                            any(i, scope, d),
                            ", ",
                            any(Type.STRING, scope, d),
                            ").get()");
            case 14 -> expression(i, "K" + random.nextInt(3) + ".fetch(", any(i, scope, d), ")");
            case 15 ->
                    expression(
                            i,
                            (chance(50) ? "this." : "super.") + "guarded(",
                            any(i, scope, d),
                            ", ",
                            any(Type.LONG, scope, d),
                            ")");
            default -> expression(i, "(this.inherited += ", any(i, scope, d), ")");
        };
    }

    private Type number() {
        Type[] numbers = {Type.LONG, Type.DOUBLE, Type.FLOAT, Type.BYTE, Type.SHORT};
        return numbers[random.nextInt(numbers.length)];
    }

    private Node operator(Type result, Type operand, Scope scope, int d, String... operators) {
        return expression(
                result,
                "(",
                any(operand, scope, d),
                " " + operators[random.nextInt(operators.length)] + " ",
                any(operand, scope, d),
                ")");
    }

    private Node number(Type type, Scope scope, int d) {
        return switch (random.nextInt(5)) {
            case 0, 1 -> operator(type, type, scope, d, "+", "-", "*");
            case 2 -> expression(type, "(-", any(type, scope, d), ")");
            case 3 ->
                    type == Type.LONG
                            ? element(type, Type.LONGS, scope, d)
                            : operator(type, type, scope, d, "/", "%");
            default -> {
                Type from = chance(50) ? Type.INT : number();
                yield expression(type, "((" + type.java + ") ", any(from, scope, d), ")");
            }
        };
    }

    private Node element(Type type, Type array, Scope scope, int d) {
        Variable variable = scope.pick(random, array, false);
        if (variable == null) {
            String name = names.fresh("z");
            return expression(
                    type,
                    "((" + type.java + ") ((Get<" + type.boxed + ">) () -> { var " + name + " = ",
                    any(array, scope.lambda(false, null), d),
                    "; return " + name + "[ix(2, " + name + ".length)]; }).get())");
        }
        String name = variable.name();
        Node index = fixed("[ix(", any(Type.INT, scope, d), ", " + name + ".length)]");
        return switch (random.nextInt(4)) {
            case 0 -> expression(type, "(" + name, index, " = ", any(type, scope, d), ")");
            case 1 -> expression(type, "(" + name, index, " += ", any(type, scope, d), ")");
            case 2 ->
                    type == Type.STRING
                            ? expression(type, name, index)
                            : expression(type, "(" + name, index, chance(50) ? "++)" : "--)");
            default -> expression(type, name, index);
        };
    }

    private Node bool(Scope scope, int d) {
        Type z = Type.BOOLEAN;
        return switch (random.nextInt(9)) {
            case 0, 1 -> operator(z, z, scope, d, "&&", "||", "&", "^");
            case 2, 3 -> operator(z, Type.INT, scope, d, "<", ">=", "==", "!=");
            case 4 -> operator(z, number(), scope, d, "<", ">=", "==", "!=");
            case 5 -> expression(z, "(!", any(z, scope, d), ")");
            case 6 -> expression(z, "(", any(Type.OBJECT, scope, d), " == null)");
            case 7 -> expression(z, "(", any(Type.OBJECT, scope, d), " instanceof String)");
            default -> {
                String name = names.fresh("q");
                Scope inner = scope.inner();
                inner.variables.add(new Variable(name, Type.STRING, true));
                yield expression(
                        z,
                        "(",
                        any(Type.OBJECT, scope, d),
                        " instanceof String " + name + " && ",
                        any(z, inner, d),
                        ")");
            }
        };
    }

    private Node string(Scope scope, int d) {
        Type s = Type.STRING;
        int kinds = scope.host.hasSuper() && scope.host.hasThis() ? 11 : 9;
        return switch (random.nextInt(kinds)) {
            case 0, 1, 2 -> concatenation(scope, d);
            case 3 -> element(s, Type.STRINGS, scope, d);
            case 4 -> expression(s, any(Type.PAIR, scope, d), ".b()");
            case 5 -> expression(s, "String.valueOf(", any(Type.OBJECT, scope, d), ")");
            case 6 ->
                    expression(
                            s,
                            "all(",
                            any(s, scope, d),
                            ", ",
                            any(printable(), scope, d),
                            ", ",
                            any(printable(), scope, d),
                            ")");
            case 7 ->
                    expression(
                            s,
                            "new StringBuilder(",
                            any(s, scope, d),
                            ").append(",
                            any(printable(), scope, d),
                            ").append(",
                            any(printable(), scope, d),
                            ").toString()");
            case 8 ->
                    expression(
                            s,
                            "new K" + random.nextInt(3) + "(",
                            any(Type.INT, scope, d),
                            ", ",
                            any(s, scope, d),
                            ").s");
            case 9 ->
                    expression(
                            s,
                            (chance(70) ? "super." : "this.") + "over(",
                            any(s, scope, d),
                            ", ",
                            any(Type.INT, scope, d),
                            ")");
            default -> expression(s, "common(", any(s, scope, d), ")");
        };
    }

    private Node concatenation(Scope scope, int d) {
        Node all = expression(Type.STRING, "(\"<\"");
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            all.add(" + ");
            all.add(any(printable(), scope, d));
        }
        all.add(chance(30) ? " + \"\"\"\n>\"\"\")" : " + \">\")");
        return all;
    }

    private Node shape(Scope scope, int d) {
        return chance(50)
                ? expression(
                        Type.SHAPE,
                        "((Shape) new Square(",
                        any(Type.PAIR, scope, d),
                        ", ",
                        any(Type.LONG, scope, d),
                        "))")
                : expression(
                        Type.SHAPE,
                        "((Shape) new " + (chance(50) ? "Circle" : "Odd") + "(",
                        any(Type.INT, scope, d),
                        "))");
    }

    private Node array(Type type, String name, Type element, Scope scope, int d) {
        if (chance(20)) {
            return expression(type, "(new " + name + "[", any(Type.INT, scope, d), " & 3])");
        }
        Node array = expression(type, "new " + name + "[] {");
        for (int i = random.nextInt(4); i > 0; i--) {
            array.add(any(element, scope, d));
            array.add(", ");
        }
        array.add("}");
        return array;
    }

    /** What differs between the renderings of a nested block, at its two ends. */
    static final Either BLOCK = new Either("plainly(", "async(");

    static final Node END = fixed(")", Node.AWAIT);
}
