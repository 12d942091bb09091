package dev.thrum.judges.differential;

import static dev.thrum.judges.differential.Node.expression;
import static dev.thrum.judges.differential.Node.fixed;

import dev.thrum.judges.differential.Scope.Variable;
import java.util.Random;

/** Makes what differs from type to type: operators, casts, calls, array elements, new objects. */
final class Operations {

    private final Random random;
    private final Names names;
    private final Expressions expressions;

    Operations(Random random, Names names, Expressions expressions) {
        this.random = random;
        this.names = names;
        this.expressions = expressions;
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    /** An operation that gives a type, on operands of depth {@code d}. */
    Node any(Type type, Scope scope, int d) {
        return switch (type) {
            case INT -> integer(scope, d);
            case LONG, DOUBLE, FLOAT -> number(type, scope, d);
            case BYTE, CHAR, SHORT ->
                    expression(
                            type,
                            "((" + type.java + ") (",
                            expressions.any(Type.INT, scope, d),
                            "))");
            case BOOLEAN -> bool(scope, d);
            case STRING -> string(scope, d);
            case OBJECT ->
                    expression(
                            type,
                            "((Object) ",
                            expressions.any(expressions.printable(), scope, d),
                            ")");
            case INTEGER ->
                    expression(type, "((Integer) ", expressions.any(Type.INT, scope, d), ")");
            case PAIR ->
                    expression(
                            type,
                            "new P(",
                            expressions.any(Type.INT, scope, d),
                            ", ",
                            expressions.any(Type.STRING, scope, d),
                            ")");
            case SHAPE -> shape(scope, d);
            case COLOR ->
                    expression(
                            type,
                            "Color.values()[Math.floorMod(",
                            expressions.any(Type.INT, scope, d),
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
            case 4 -> expression(i, "((int) ", expressions.any(number(), scope, d), ")");
            case 5 -> expression(i, "((int) ", expressions.any(Type.CHAR, scope, d), ")");
            case 6 -> expression(i, expressions.any(Type.STRING, scope, d), ".length()");
            case 7 -> expression(i, expressions.any(Type.PAIR, scope, d), ".a()");
            case 8 ->
                    expression(
                            i,
                            "mix(",
                            expressions.any(i, scope, d),
                            ", ",
                            expressions.any(Type.LONG, scope, d),
                            ", ",
                            expressions.any(Type.STRING, scope, d),
                            ", ",
                            expressions.any(Type.DOUBLE, scope, d),
                            ", ",
                            expressions.any(Type.BOOLEAN, scope, d),
                            ")");
            case 9 ->
                    expression(
                            i,
                            "sum(",
                            expressions.any(i, scope, d),
                            ", ",
                            expressions.any(i, scope, d),
                            ", ",
                            expressions.any(i, scope, d - 1),
                            ")");
            case 10, 11 -> element(i, Type.INTS, scope, d);
            case 12 -> expression(i, expressions.any(Type.INTS, scope, d), ".length");
            case 13 ->
                    expression(
                            i,
                            "new K" + random.nextInt(3) + "(",
                            expressions.any(i, scope, d),
                            ", ",
                            expressions.any(Type.STRING, scope, d),
                            ").get()");
            case 14 ->
                    expression(
                            i,
                            "K" + random.nextInt(3) + ".fetch(",
                            expressions.any(i, scope, d),
                            ")");
            case 15 ->
                    expression(
                            i,
                            (chance(50) ? "this." : "super.") + "guarded(",
                            expressions.any(i, scope, d),
                            ", ",
                            expressions.any(Type.LONG, scope, d),
                            ")");
            default -> expression(i, "(this.inherited += ", expressions.any(i, scope, d), ")");
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
                expressions.any(operand, scope, d),
                " " + operators[random.nextInt(operators.length)] + " ",
                expressions.any(operand, scope, d),
                ")");
    }

    private Node number(Type type, Scope scope, int d) {
        return switch (random.nextInt(5)) {
            case 0, 1 -> operator(type, type, scope, d, "+", "-", "*");
            case 2 -> expression(type, "(-", expressions.any(type, scope, d), ")");
            case 3 ->
                    type == Type.LONG
                            ? element(type, Type.LONGS, scope, d)
                            : operator(type, type, scope, d, "/", "%");
            default -> {
                Type from = chance(50) ? Type.INT : number();
                yield expression(
                        type, "((" + type.java + ") ", expressions.any(from, scope, d), ")");
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
                    expressions.any(array, scope.lambda(false, null), d),
                    "; return " + name + "[ix(2, " + name + ".length)]; }).get())");
        }
        String name = variable.name();
        Node index = fixed("[ix(", expressions.any(Type.INT, scope, d), ", " + name + ".length)]");
        return switch (random.nextInt(4)) {
            case 0 ->
                    expression(
                            type, "(" + name, index, " = ", expressions.any(type, scope, d), ")");
            case 1 ->
                    expression(
                            type, "(" + name, index, " += ", expressions.any(type, scope, d), ")");
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
            case 5 -> expression(z, "(!", expressions.any(z, scope, d), ")");
            case 6 -> expression(z, "(", expressions.any(Type.OBJECT, scope, d), " == null)");
            case 7 ->
                    expression(
                            z, "(", expressions.any(Type.OBJECT, scope, d), " instanceof String)");
            default -> {
                String name = names.fresh("q");
                Scope inner = scope.inner();
                inner.variables.add(new Variable(name, Type.STRING, true));
                yield expression(
                        z,
                        "(",
                        expressions.any(Type.OBJECT, scope, d),
                        " instanceof String " + name + " && ",
                        expressions.any(z, inner, d),
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
            case 4 -> expression(s, expressions.any(Type.PAIR, scope, d), ".b()");
            case 5 -> expression(s, "String.valueOf(", expressions.any(Type.OBJECT, scope, d), ")");
            case 6 ->
                    expression(
                            s,
                            "all(",
                            expressions.any(s, scope, d),
                            ", ",
                            expressions.any(expressions.printable(), scope, d),
                            ", ",
                            expressions.any(expressions.printable(), scope, d),
                            ")");
            case 7 ->
                    expression(
                            s,
                            "new StringBuilder(",
                            expressions.any(s, scope, d),
                            ").append(",
                            expressions.any(expressions.printable(), scope, d),
                            ").append(",
                            expressions.any(expressions.printable(), scope, d),
                            ").toString()");
            case 8 ->
                    expression(
                            s,
                            "new K" + random.nextInt(3) + "(",
                            expressions.any(Type.INT, scope, d),
                            ", ",
                            expressions.any(s, scope, d),
                            ").s");
            case 9 ->
                    expression(
                            s,
                            (chance(70) ? "super." : "this.") + "over(",
                            expressions.any(s, scope, d),
                            ", ",
                            expressions.any(Type.INT, scope, d),
                            ")");
            default -> expression(s, "common(", expressions.any(s, scope, d), ")");
        };
    }

    private Node concatenation(Scope scope, int d) {
        Node all = expression(Type.STRING, "(\"<\"");
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            all.add(" + ");
            all.add(expressions.any(expressions.printable(), scope, d));
        }
        all.add(chance(30) ? " + \"\"\"\n>\"\"\")" : " + \">\")");
        return all;
    }

    private Node shape(Scope scope, int d) {
        return chance(50)
                ? expression(
                        Type.SHAPE,
                        "((Shape) new Square(",
                        expressions.any(Type.PAIR, scope, d),
                        ", ",
                        expressions.any(Type.LONG, scope, d),
                        "))")
                : expression(
                        Type.SHAPE,
                        "((Shape) new " + (chance(50) ? "Circle" : "Odd") + "(",
                        expressions.any(Type.INT, scope, d),
                        "))");
    }

    private Node array(Type type, String name, Type element, Scope scope, int d) {
        if (chance(20)) {
            return expression(
                    type, "(new " + name + "[", expressions.any(Type.INT, scope, d), " & 3])");
        }
        Node array = expression(type, "new " + name + "[] {");
        for (int i = random.nextInt(4); i > 0; i--) {
            array.add(expressions.any(element, scope, d));
            array.add(", ");
        }
        array.add("}");
        return array;
    }
}
