package dev.thrum.judges.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** What may stand at a place of a program: the variables, the jumps, whether it may await. */
final class Scope {

    /**
     * A variable or parameter.
     *
     * @param isFinal whether nothing assigns to it, so that lambdas may capture it
     */
    record Variable(String name, Type type, boolean isFinal) {}

    /**
     * A method that awaits and is called directly.
     *
     * @param name how it is called, up to the parenthesis
     * @param needsThis whether it is an instance method
     */
    record Helper(
            String name, Type result, List<Type> parameters, boolean varargs, boolean needsThis) {}

    /** What the class that the code is in has to offer. */
    record Host(boolean hasThis, boolean hasFields, boolean hasSuper, boolean hasStatics) {}

    final Host host;
    final List<Helper> helpers;
    final List<Variable> variables = new ArrayList<>();
    final List<String> breaks = new ArrayList<>();
    final List<String> continues = new ArrayList<>();
    boolean awaits = true;
    boolean inLoop;

    /** The depth left for recursion, as an expression. */
    String depth = "2";

    @Nullable Type returns;
    @Nullable Type yields;

    Scope(Host host, List<Helper> helpers) {
        this.host = host;
        this.helpers = helpers;
    }

    /** A block of its own. */
    Scope inner() {
        Scope inner = new Scope(host, helpers);
        inner.variables.addAll(variables);
        inner.breaks.addAll(breaks);
        inner.continues.addAll(continues);
        inner.awaits = awaits;
        inner.inLoop = inLoop;
        inner.depth = depth;
        inner.returns = returns;
        inner.yields = yields;
        return inner;
    }

    /** The rest of this block without awaits: it holds a monitor. */
    Scope withoutAwaits() {
        Scope inner = inner();
        inner.awaits = false;
        return inner;
    }

    /** The body of a lambda or of an inner class's method. */
    Scope lambda(boolean awaits, @Nullable Type returns) {
        Scope inner = new Scope(host, helpers);
        for (Variable variable : variables) {
            if (variable.isFinal()) {
                inner.variables.add(variable);
            }
        }
        inner.awaits = awaits;
        inner.depth = depth;
        inner.returns = returns;
        return inner;
    }

    /** A block of a switch expression: nothing leaves it but {@code yield}. */
    Scope yielding(Type type) {
        Scope inner = inner();
        inner.breaks.clear();
        inner.continues.clear();
        inner.inLoop = false;
        inner.returns = null;
        inner.yields = type;
        return inner;
    }

    /** A guard: it assigns to no variable and no field of this. */
    Scope guard() {
        Host own = new Host(host.hasThis(), false, false, false);
        Scope inner = new Scope(own, helpers);
        inner.variables.addAll(lambda(awaits, null).variables);
        inner.awaits = awaits;
        inner.depth = depth;
        return inner;
    }

    /** A variable at random, null if there is none of that kind. */
    @Nullable Variable pick(Random random, @Nullable Type type, boolean assignable) {
        List<Variable> fit = new ArrayList<>();
        for (Variable variable : variables) {
            if ((type == null || variable.type() == type) && !(assignable && variable.isFinal())) {
                fit.add(variable);
            }
        }
        return fit.isEmpty() ? null : fit.get(random.nextInt(fit.size()));
    }
}
