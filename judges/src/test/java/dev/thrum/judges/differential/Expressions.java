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

/** Makes expressions at random, with awaits in them, in the forms that they have for any type. */
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
    private final Operations operations;
    private final Literals literals;

    Expressions(Random random, Names names, Statements statements) {
        this.random = random;
        this.names = names;
        switches = new Switches(random, names, this, statements);
        blocks = new Blocks(random, names, this, statements);
        operations = new Operations(random, names, this);
        literals = new Literals(random);
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
        return operations.any(type, scope, depth - 1);
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
        return expression(type, literals.any(type));
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
            return operations.any(type, scope, depth - 1);
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
}
