package dev.thrum.weave.emit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thrum.weave.code.VType;
import dev.thrum.weave.emit.Layout.Saved;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The code is run: a class with fields and one method that saves and restores. */
@DisplayName("Values move between fields, locals and the operand stack")
class TransfersTest {

    private static final ClassDesc MACHINE = ClassDesc.of("dev.thrum.weave.emit.Moved");
    private static final VType STRING = VType.of(ConstantDescs.CD_String);

    /** The instance, after its method has returned {@code expected}. */
    private static Object run(Object expected, Consumer<CodeBuilder> code) throws Exception {
        byte[] bytes =
                ClassFile.of()
                        .build(
                                MACHINE,
                                b -> {
                                    b.withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_SUPER);
                                    b.withField("s", ConstantDescs.CD_String, 0);
                                    b.withField("t", ConstantDescs.CD_String, 0);
                                    b.withField("l", ConstantDescs.CD_long, 0);
                                    b.withField("i", ConstantDescs.CD_int, 0);
                                    b.withMethodBody(
                                            ConstantDescs.INIT_NAME,
                                            ConstantDescs.MTD_void,
                                            ClassFile.ACC_PUBLIC,
                                            c ->
                                                    c.aload(0)
                                                            .invokespecial(
                                                                    ConstantDescs.CD_Object,
                                                                    ConstantDescs.INIT_NAME,
                                                                    ConstantDescs.MTD_void)
                                                            .return_());
                                    b.withMethodBody(
                                            "run",
                                            MethodTypeDesc.of(ConstantDescs.CD_Object),
                                            ClassFile.ACC_PUBLIC,
                                            code);
                                });
        Class<?> type = MethodHandles.lookup().defineHiddenClass(bytes, true).lookupClass();
        Object instance = type.getDeclaredConstructor().newInstance();
        assertThat(type.getMethod("run").invoke(instance)).isEqualTo(expected);
        return instance;
    }

    private static Object field(Object instance, String name) throws Exception {
        var field = instance.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(instance);
    }

    private static CodeBuilder concat(CodeBuilder b) {
        return b.invokevirtual(
                ConstantDescs.CD_String,
                "concat",
                MethodTypeDesc.of(ConstantDescs.CD_String, ConstantDescs.CD_String));
    }

    @Test
    void theStackComesBackInItsOrder() throws Exception {
        Layout.State state =
                new Layout.State(
                        List.of(),
                        List.of(
                                new Saved(-1, STRING, "s"),
                                new Saved(-1, VType.LONG, "l"),
                                new Saved(-1, VType.NULL, null),
                                new Saved(-1, STRING, "t")));
        Object instance =
                run(
                        "a7b",
                        b -> {
                            Transfers transfers = new Transfers(b, MACHINE, 3);
                            b.loadConstant("a").loadConstant(7L).aconst_null().loadConstant("b");
                            transfers.save(state);
                            transfers.restore(state);
                            // a 7L null b
                            b.astore(1).pop();
                            b.invokestatic(
                                    ConstantDescs.CD_Long,
                                    "toString",
                                    MethodTypeDesc.of(
                                            ConstantDescs.CD_String, ConstantDescs.CD_long));
                            concat(b);
                            b.aload(1);
                            concat(b).areturn();
                        });
        assertThat(field(instance, "s")).as("V6: what was read is dropped").isNull();
        assertThat(field(instance, "t")).isNull();
    }

    @Test
    void localsComeBackBehindTheMachinesOwn() throws Exception {
        Layout.State state =
                new Layout.State(
                        List.of(
                                new Saved(0, VType.INT, "i"),
                                new Saved(2, STRING, "s"),
                                new Saved(4, VType.NULL, null)),
                        List.of());
        run(
                "x",
                b -> {
                    Transfers transfers = new Transfers(b, MACHINE, 3);
                    b.loadConstant(5).istore(3).loadConstant("x").astore(5);
                    transfers.save(state);
                    b.loadConstant(0).istore(3).aconst_null().astore(5);
                    transfers.restore(state);
                    assertThat(transfers.usedSlots()).isEqualTo(5);
                    b.aload(7).pop().iload(3).pop().aload(5).areturn();
                });
    }
}
