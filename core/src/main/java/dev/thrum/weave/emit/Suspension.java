package dev.thrum.weave.emit;

import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import org.jspecify.annotations.Nullable;

/**
 * An instruction at which a machine may be suspended: an {@code await()}, or a call of a method
 * that awaits and has a machine of its own.
 *
 * @param index the instruction's number
 * @param consumed how many values it takes from the operand stack
 * @param call the call of a method that awaits; null for an {@code await()}
 */
public record Suspension(int index, int consumed, @Nullable Call call) {

    /**
     * A call that is replaced by an await of a new machine.
     *
     * @param machine the machine of the called method
     * @param start the type of the factory that makes it: the method's parameters, receiver first
     */
    public record Call(ClassDesc machine, MethodTypeDesc start) {}

    /**
     * An {@code await()}.
     *
     * @param index the instruction's number
     * @return the suspension
     */
    public static Suspension await(int index) {
        return new Suspension(index, 1, null);
    }
}
