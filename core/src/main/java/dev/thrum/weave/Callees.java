package dev.thrum.weave;

import dev.thrum.weave.emit.Reach;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Methods of the host's nest that await, or call such methods, and are called directly: there is
 * one method that the call can run, known from class files. They are woven along with their
 * callers. Not thread-safe.
 */
public final class Callees {

    /**
     * A method that is woven along.
     *
     * @param owner the class that declares it
     * @param method the method
     */
    public record Callee(ClassModel owner, MethodModel method) {

        /**
         * Tells it from others.
         *
         * @return class, name and descriptor
         */
        public String key() {
            return owner.thisClass()
                    .asInternalName()
                    .concat(".")
                    .concat(method.methodName().stringValue())
                    .concat(method.methodType().stringValue());
        }
    }

    /** A method in the graph of direct calls. */
    private static final class Node {
        final Callee callee;
        final List<Node> callers = new ArrayList<>();
        boolean awaits;

        Node(Callee callee) {
            this.callee = callee;
        }
    }

    private final Reach nest;
    private final Awaits awaits;
    private final Map<String, Node> nodes = new HashMap<>();

    /**
     * Prepares the search.
     *
     * @param nest the nest of the host
     * @param awaits what suspends
     */
    public Callees(Reach nest, Awaits awaits) {
        this.nest = nest;
        this.awaits = awaits;
    }

    /**
     * Tells whether an instruction calls a method that is woven along.
     *
     * @param element any element of code in the nest
     * @return the method; null if there is no such call
     */
    public @Nullable Callee of(CodeElement element) {
        Callee target = target(element);
        return target != null && explore(target).awaits ? target : null;
    }

    /** The node of a method, after all that can be reached from it was found. */
    private Node explore(Callee start) {
        Node known = nodes.get(start.key());
        if (known != null) {
            return known;
        }
        Node first = add(start);
        List<Node> open = new ArrayList<>();
        open.add(first);
        List<Node> awaiting = new ArrayList<>();
        while (!open.isEmpty()) {
            Node next = open.removeLast();
            scan(next, open);
            if (next.awaits) {
                awaiting.add(next);
            }
        }
        while (!awaiting.isEmpty()) {
            for (Node caller : awaiting.removeLast().callers) {
                if (!caller.awaits) {
                    caller.awaits = true;
                    awaiting.add(caller);
                }
            }
        }
        return first;
    }

    private Node add(Callee callee) {
        Node node = new Node(callee);
        nodes.put(callee.key(), node);
        return node;
    }

    private void scan(Node node, List<Node> open) {
        CodeModel code = node.callee.method().code().orElse(null);
        if (code == null) {
            return;
        }
        for (CodeElement element : code) {
            if (awaits.isAwait(element)) {
                node.awaits = true;
            }
            Callee target = target(element);
            if (target != null) {
                Node callee = nodes.get(target.key());
                if (callee == null) {
                    callee = add(target);
                    open.add(callee);
                }
                callee.callers.add(node);
                node.awaits |= callee.awaits;
            }
        }
    }

    /** The one method that an instruction can call, if it is known and in the nest. */
    private @Nullable Callee target(CodeElement element) {
        if (!(element instanceof InvokeInstruction call)) {
            return null;
        }
        String name = call.owner().asInternalName();
        if (!nest.inNest(name) || call.name().equalsString("<init>")) {
            return null;
        }
        ClassModel owner = nest.require(name);
        boolean exact =
                call.opcode() == Opcode.INVOKESTATIC
                        || call.opcode() == Opcode.INVOKESPECIAL
                        || has(owner.flags().flagsMask(), ClassFile.ACC_FINAL);
        ClassModel next = owner;
        while (true) {
            MethodModel method = Awaits.find(next, call.name(), call.type());
            if (method != null) {
                int flags = method.flags().flagsMask();
                exact |= has(flags, ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL);
                return exact && method.code().isPresent() ? new Callee(next, method) : null;
            }
            ClassEntry superclass = next.superclass().orElse(null);
            if (superclass == null || !nest.inNest(superclass.asInternalName())) {
                return null;
            }
            next = nest.require(superclass.asInternalName());
        }
    }

    private static boolean has(int flags, int any) {
        return (flags & any) != 0;
    }
}
