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
 * channel.send(message).await()} becomes {@code ChannelAwaits.send(channel, message, this, cx)}.
 *
 * <p>Only calls that do nothing but to make an async are replaced, so that it cannot be told at
 * which of the two instructions something happens; and only if the await can be reached by way of
 * the call alone, and the same handlers protect both.
 *
 * @param name of the method that is called, and of the one that takes its place
 * @param type of the latter
 */
record DirectAwait(String name, MethodTypeDesc type) {
    private static final String CHANNEL = "dev/thrum/channel/Channel";
    private static final ClassDesc AWAITS = ClassDesc.of("dev.thrum.channel.ChannelAwaits");

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
                || code.recorded(await) != null) {
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
                        call.name().stringValue(),
                        call.typeSymbol()
                                .insertParameterTypes(0, call.owner().asSymbol())
                                .insertParameterTypes(
                                        call.typeSymbol().parameterCount() + 1,
                                        Names.CD_COROUTINE,
                                        Names.CD_CONTEXT)
                                .changeReturnType(ConstantDescs.CD_Object))
                : null;
    }

    /** Writes the call; machine and context are on the stack, above what both calls take. */
    void call(CodeBuilder builder) {
        builder.invokestatic(AWAITS, name, type);
    }
}
