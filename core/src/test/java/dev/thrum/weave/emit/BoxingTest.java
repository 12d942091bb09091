package dev.thrum.weave.emit;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The code is run. */
@DisplayName("Values become objects, and objects values")
class BoxingTest {

    private static Object through(ClassDesc type, Object value) throws Exception {
        return run(
                value,
                c -> {
                    Boxing.unbox(c, type);
                    Boxing.box(c, type);
                });
    }

    private static Object run(Object value, Consumer<CodeBuilder> code) throws Exception {
        byte[] bytes =
                ClassFile.of()
                        .build(
                                ClassDesc.of("dev.thrum.weave.emit.Boxed"),
                                b ->
                                        b.withMethodBody(
                                                "run",
                                                MethodTypeDesc.of(
                                                        ConstantDescs.CD_Object,
                                                        ConstantDescs.CD_Object),
                                                ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC,
                                                c -> {
                                                    c.aload(0);
                                                    code.accept(c);
                                                    c.areturn();
                                                }));
        return MethodHandles.lookup()
                .defineHiddenClass(bytes, true)
                .lookupClass()
                .getMethod("run", Object.class)
                .invoke(null, value);
    }

    @Test
    void eachKindKeepsItsType() throws Exception {
        assertThat(through(ConstantDescs.CD_boolean, true)).isEqualTo(true);
        assertThat(through(ConstantDescs.CD_byte, (byte) -1)).isEqualTo((byte) -1);
        assertThat(through(ConstantDescs.CD_char, 'x')).isEqualTo('x');
        assertThat(through(ConstantDescs.CD_short, (short) -2)).isEqualTo((short) -2);
        assertThat(through(ConstantDescs.CD_int, 3)).isEqualTo(3);
        assertThat(through(ConstantDescs.CD_long, 4L)).isEqualTo(4L);
        assertThat(through(ConstantDescs.CD_float, 5f)).isEqualTo(5f);
        assertThat(through(ConstantDescs.CD_double, 6.0)).isEqualTo(6.0);
        assertThat(through(ConstantDescs.CD_String, "x")).isEqualTo("x");
        assertThat(through(ConstantDescs.CD_void, "dropped")).isNull();
    }

    @Test
    void boxesAreWidenedAsReferencesToMethodsDo() throws Exception {
        assertThat(
                        run(
                                'a',
                                c -> {
                                    Boxing.unbox(
                                            c, ConstantDescs.CD_Character, ConstantDescs.CD_long);
                                    Boxing.box(c, ConstantDescs.CD_long);
                                }))
                .isEqualTo(97L);
        assertThat(
                        run(
                                7,
                                c -> {
                                    Boxing.unbox(
                                            c, ConstantDescs.CD_Integer, ConstantDescs.CD_double);
                                    Boxing.box(c, ConstantDescs.CD_double);
                                }))
                .isEqualTo(7.0);
    }
}
