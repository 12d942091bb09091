package dev.thrum.weave.link;

import dev.thrum.weave.Names;
import dev.thrum.weave.emit.Source;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;

/**
 * The body {@code x::await}. It refers to the suspension point itself, so there is no method that
 * could be woven; this one is made up: {@code static Object await(Async x) { return x.await(); }}.
 */
final class AwaitBody {

    private static final ClassDesc HOST = ClassDesc.of(AwaitBody.class.getName());

    private AwaitBody() {}

    /** Whether a method is {@code Async.await()}, not overridden. */
    static boolean is(Methods.Selected selected) {
        return selected.host().getName().replace('.', '/').equals(Names.ASYNC)
                && selected.method().methodName().equalsString(Names.AWAIT)
                && selected.method().methodType().equalsString(Names.AWAIT_TYPE);
    }

    static Link link(boolean discards) {
        MethodTypeDesc await = MethodTypeDesc.ofDescriptor(Names.AWAIT_TYPE);
        byte[] bytes =
                ClassFile.of()
                        .build(
                                HOST,
                                b ->
                                        b.withMethodBody(
                                                Names.AWAIT,
                                                MethodTypeDesc.of(
                                                        ConstantDescs.CD_Object, Names.CD_ASYNC),
                                                ClassFile.ACC_STATIC,
                                                c ->
                                                        c.aload(0)
                                                                .invokeinterface(
                                                                        Names.CD_ASYNC,
                                                                        Names.AWAIT,
                                                                        await)
                                                                .areturn()));
        ClassModel model = ClassFile.of().parse(bytes);
        MethodModel method = model.methods().getFirst();
        ClassFiles files = new ClassFiles(AwaitBody.class.getClassLoader());
        return Methods.weave(
                new Methods.Selected(AwaitBody.class, files, model, method),
                List.of(Source.SELF),
                discards,
                null);
    }
}
