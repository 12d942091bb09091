package dev.thrum.weave.emit;

import dev.thrum.weave.code.MethodCode;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Instruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/**
 * How a machine reaches what only its host may reach: private members of the nest, protected
 * members of superclasses elsewhere, {@code super} calls, lambdas. It depends on the time of
 * weaving, and nothing else in the weaver does.
 */
public interface HostAccess {

    /**
     * Tells whether a constructor can be called by a machine as by its host.
     *
     * @param owner its class
     * @param type its type
     * @return whether {@code invokespecial} will do
     */
    boolean reachesConstructor(ClassDesc owner, MethodTypeDesc type);

    /**
     * Replaces the call of a constructor that {@link #reachesConstructor} denies. The arguments are
     * on the stack, the new object is to be left there.
     *
     * @param builder where to write to
     * @param owner the constructor's class
     * @param type the constructor's type
     */
    void construct(CodeBuilder builder, ClassDesc owner, MethodTypeDesc type);

    /**
     * Replaces an instruction, if a machine cannot execute it as its host does.
     *
     * @param builder where to write to
     * @param instruction an instruction of the host, no constructor call
     * @return whether a replacement was written; if not, the instruction can be taken over
     */
    boolean replace(CodeBuilder builder, Instruction instruction);

    /**
     * Pushes a value that a body has captured. Nothing is on the stack that matters.
     *
     * @param builder where to write to
     * @param bodySlot the local variable that holds the body
     * @param index which value, from 0
     * @param type its type
     */
    void captured(CodeBuilder builder, int bodySlot, int index, ClassDesc type);

    /**
     * Initialises the host, as the call of a static method would. Leaves the stack as it is.
     *
     * @param builder where to write to
     */
    void initialize(CodeBuilder builder);

    /**
     * Makes the machine of a method that is called. Its arguments are on the stack, the machine is
     * to be left there.
     *
     * @param builder where to write to
     * @param machine the machine's class
     * @param type the type of its factory
     */
    default void start(CodeBuilder builder, ClassDesc machine, MethodTypeDesc type) {
        builder.invokestatic(machine, MachineEmitter.START, type);
    }

    /**
     * Begins the factory of a machine. It may leave it; otherwise it leaves the locals as they are.
     *
     * @param builder where to write to
     * @param code the method that the machine is of
     */
    default void starting(CodeBuilder builder, MethodCode code) {}

    /**
     * Adds what the class of a machine needs besides its members.
     *
     * @param builder the class
     */
    default void attributes(ClassBuilder builder) {}
}
