package dev.thrum.judges.differential;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A node of a program's syntax tree: text with other nodes in it. What differs between the two
 * renderings is an {@link Either}; everything else is the same in both, line by line.
 */
final class Node {

    /** Text of the plain and of the woven rendering. */
    record Either(String plain, String woven) {}

    /** The only instruction that differs. It stands behind its operand in both: same line. */
    static final Either AWAIT = new Either(".take()", ".await()");

    private final @Nullable Type type;
    private final List<Object> parts;

    private Node(@Nullable Type type, Object[] parts) {
        this.type = type;
        this.parts = new ArrayList<>(Arrays.asList(parts));
    }

    /** An expression. It can be replaced by another of its type. */
    static Node expression(Type type, Object... parts) {
        return new Node(type, parts);
    }

    /** A statement that completes normally, so that it can be left out. */
    static Node statement(Object... parts) {
        return new Node(Type.VOID, parts);
    }

    /** Anything that cannot be replaced. */
    static Node fixed(Object... parts) {
        return new Node(null, parts);
    }

    /** An expression that suspends. */
    static Node await(Type type, Object async) {
        String cast = type.isPrimitive() ? "(" + type.java + ") " : "";
        return expression(type, "(" + cast, async, AWAIT, ")");
    }

    /** The type of an expression, {@code VOID} of a statement, null of what is fixed. */
    @Nullable Type type() {
        return type;
    }

    /** Strings, nodes and {@link Either}s. Changed when a program is shrunk. */
    List<Object> parts() {
        return parts;
    }

    void add(Object part) {
        parts.add(part);
    }

    String render(boolean woven) {
        StringBuilder text = new StringBuilder();
        render(woven, text);
        return text.toString();
    }

    private void render(boolean woven, StringBuilder text) {
        for (Object part : parts) {
            switch (part) {
                case Node node -> node.render(woven, text);
                case Either either -> text.append(woven ? either.woven() : either.plain());
                default -> text.append(part);
            }
        }
    }

    int size() {
        int size = 1;
        for (Object part : parts) {
            if (part instanceof Node node) {
                size += node.size();
            }
        }
        return size;
    }
}
