package dev.thrum.weave;

import dev.thrum.weave.code.MethodCode;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.constantpool.LoadableConstantEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.MethodHandleEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LineNumber;
import java.lang.constant.ClassDesc;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds suspension points, and those that stand where none can be. */
public final class Awaits {

    private static final String LAMBDAS = "java/lang/invoke/LambdaMetafactory";

    private final ClassSource classes;
    private final Hierarchy hierarchy;

    /**
     * Creates a finder.
     *
     * @param classes where class files come from
     * @param hierarchy what they are
     */
    public Awaits(ClassSource classes, Hierarchy hierarchy) {
        this.classes = classes;
        this.hierarchy = hierarchy;
    }

    /**
     * Tells whether an instruction is an {@code await()}.
     *
     * @param element any element of code
     * @return whether it is
     */
    public boolean isAwait(CodeElement element) {
        return element instanceof InvokeInstruction invoke
                && (invoke.opcode() == Opcode.INVOKEINTERFACE
                        || invoke.opcode() == Opcode.INVOKEVIRTUAL)
                && isAwait(invoke.method());
    }

    private boolean isAwait(MemberRefEntry method) {
        return method.name().equalsString(Names.AWAIT)
                && method.type().equalsString(Names.AWAIT_TYPE)
                && hierarchy.isAsync(method.owner().asInternalName());
    }

    /**
     * Tells whether a method awaits.
     *
     * @param method the method
     * @return whether its own code has an {@code await()}
     */
    public boolean awaits(MethodModel method) {
        CodeModel code = method.code().orElse(null);
        if (code != null) {
            for (CodeElement element : code) {
                if (isAwait(element)) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Refuses lambdas within a body that await and are not async bodies themselves: they run when
     * somebody else calls them, and cannot suspend their caller.
     *
     * @param host the class of the body
     * @param body the body
     * @throws WeaveException if there is such a lambda
     */
    public void refuseNested(ClassModel host, MethodModel body) {
        CodeModel code = body.code().orElse(null);
        if (code == null) {
            return;
        }
        int line = 0;
        for (CodeElement element : code) {
            if (element instanceof LineNumber number) {
                line = number.line();
            } else if (element instanceof InvokeDynamicInstruction dynamic) {
                MethodHandleEntry target = lambda(dynamic);
                if (target != null && !makesBody(dynamic)) {
                    refuseNested(host, body, line, target.reference());
                }
            }
        }
    }

    private void refuseNested(ClassModel host, MethodModel body, int line, MemberRefEntry target) {
        if (isAwait(target)) {
            throw refusal(host, body, line);
        }
        ClassModel owner =
                target.owner().equals(host.thisClass())
                        ? host
                        : classes.find(target.owner().asInternalName());
        MethodModel lambda = owner == null ? null : find(owner, target.name(), target.type());
        if (owner == null
                || lambda == null
                || (lambda.flags().flagsMask() & java.lang.classfile.ClassFile.ACC_SYNTHETIC)
                        == 0) {
            return;
        }
        CodeModel code = lambda.code().orElse(null);
        if (code == null) {
            return;
        }
        int inner = line;
        for (CodeElement element : code) {
            if (element instanceof LineNumber number) {
                inner = number.line();
            } else if (isAwait(element)) {
                throw refusal(owner, lambda, inner);
            }
        }
        refuseNested(owner, lambda);
    }

    /**
     * Refuses an await in a lambda that is no body.
     *
     * @param host the class of the lambda
     * @param method its code
     * @param line the line of the await
     * @return the exception, not thrown
     */
    public static WeaveException refusal(ClassModel host, MethodModel method, int line) {
        return new WeaveException(
                MethodCode.describe(host, method, line)
                        + " awaits in a lambda that is not an async body: it is called by code that"
                        + " cannot be suspended. Await outside of it, write a loop, or make it an"
                        + " async block; where blocking is right, use Task.blockOn.");
    }

    /**
     * The code that a lambda or a method reference stands for.
     *
     * @param dynamic an instruction
     * @return the code; null if the instruction makes no lambda
     */
    public static @Nullable MethodHandleEntry lambda(InvokeDynamicInstruction dynamic) {
        MethodHandleEntry bootstrap = dynamic.invokedynamic().bootstrap().bootstrapMethod();
        if (!bootstrap.reference().owner().asInternalName().equals(LAMBDAS)) {
            return null;
        }
        List<LoadableConstantEntry> arguments = dynamic.invokedynamic().bootstrap().arguments();
        return arguments.size() > 1 && arguments.get(1) instanceof MethodHandleEntry handle
                ? handle
                : null;
    }

    private boolean makesBody(InvokeDynamicInstruction dynamic) {
        ClassDesc made = dynamic.typeSymbol().returnType();
        String descriptor = made.descriptorString();
        return made.isClassOrInterface()
                && hierarchy.isBody(descriptor.substring(1, descriptor.length() - 1));
    }

    /**
     * Finds a method by its exact name and type.
     *
     * @param owner the class to search, without its superclasses
     * @param name the name
     * @param type the descriptor
     * @return the method, null if there is none
     */
    public static @Nullable MethodModel find(ClassModel owner, Utf8Entry name, Utf8Entry type) {
        return find(owner, name.stringValue(), type.stringValue());
    }

    /**
     * Finds a method by its exact name and type.
     *
     * @param owner the class to search, without its superclasses
     * @param name the name
     * @param type the descriptor
     * @return the method, null if there is none
     */
    public static @Nullable MethodModel find(ClassModel owner, String name, String type) {
        for (MethodModel method : owner.methods()) {
            if (method.methodName().equalsString(name) && method.methodType().equalsString(type)) {
                return method;
            }
        }
        return null;
    }
}
