package dev.thrum.weave.emit;

import dev.thrum.weave.Names;
import dev.thrum.weave.code.MethodCode;
import dev.thrum.weave.code.MethodCode.Handler;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import org.jspecify.annotations.Nullable;

/**
 * A call and the await of what it gives, as one call that makes no async: {@code
 * channel.send(message).await()} becomes {@code channel.thrum$send(message, this, cx)}.
 *
 * <p>The replaced call does no more than to check its arguments and to make an async. What it
 * throws comes from the same line and goes to the same handlers: the two stay as they are if they
 * stand on different lines, where a debugger may also want to stop at either, if a handler protects
 * one of them alone, or if there is a way to the await that does not lead through the call.
 *
 * @param name of the method that takes the place of both
 * @param type of that
 */
record DirectAwait(String name, MethodTypeDesc type) {
    private static final String CHANNEL = "dev/thrum/channel/Channel";
    private static final ClassDesc CD_CHANNEL = ClassDesc.ofInternalName(CHANNEL);

    /**
     * The one call for an await and the call in front of it.
     *
     * @param code the code
     * @param await the number of an {@code await()}
     * @return null if the two stay as they are
     */
    static @Nullable DirectAwait at(MethodCode code, int await) {
        if (await == 0
                || !(code.at(await - 1) instanceof InvokeInstruction call)
                || call.opcode() != Opcode.INVOKEVIRTUAL
                || !call.owner().asInternalName().equals(CHANNEL)
                || code.recorded(await) != null
                || code.line(await) != code.line(await - 1)) {
            return null;
        }
        for (Handler handler : code.handlers()) {
            if (handler.start() == await || handler.end() == await || handler.handler() == await) {
                return null;
            }
        }
        boolean known =
                switch (call.name().stringValue() + call.type().stringValue()) {
                    case "send(Ljava/lang/Object;)Ldev/thrum/task/Async;",
                            "receive()Ldev/thrum/task/Async;",
                            "next()Ldev/thrum/task/Async;" ->
                            true;
                    default -> false;
                };
        return known
                ? new DirectAwait(
                        "thrum$" + call.name().stringValue(),
                        call.typeSymbol()
                                .insertParameterTypes(
                                        call.typeSymbol().parameterCount(),
                                        Names.CD_COROUTINE,
                                        Names.CD_CONTEXT)
                                .changeReturnType(ConstantDescs.CD_Object))
                : null;
    }

    /** Writes the call; machine and context are on the stack, above what both calls take. */
    void call(CodeBuilder builder) {
        builder.invokevirtual(CD_CHANNEL, name, type);
    }
}
