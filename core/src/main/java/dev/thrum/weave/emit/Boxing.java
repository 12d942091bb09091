package dev.thrum.weave.emit;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/** From typed values to objects and back. */
public final class Boxing {

    private static final ClassDesc NUMBER = ClassDesc.of("java.lang.Number");

    private Boxing() {}

    /**
     * Makes the value on the stack an object; {@code void} becomes null.
     *
     * @param b where to write to
     * @param type the type of the value
     */
    public static void box(CodeBuilder b, ClassDesc type) {
        if (type.equals(ConstantDescs.CD_void)) {
            b.aconst_null();
        } else if (type.isPrimitive()) {
            ClassDesc box = boxOf(type);
            b.invokestatic(box, "valueOf", MethodTypeDesc.of(box, type));
        }
    }

    /**
     * The opposite of {@link #box}.
     *
     * @return whether any code was needed for it
     */
    static boolean unbox(CodeBuilder b, ClassDesc type) {
        if (type.equals(ConstantDescs.CD_Object)) {
            return false;
        }
        if (type.equals(ConstantDescs.CD_void)) {
            b.pop();
        } else if (type.isPrimitive()) {
            unbox(b, boxOf(type), type);
        } else {
            b.checkcast(type);
        }
        return true;
    }

    /**
     * Casts the object on the stack to a box and takes its value, widened if needed, as the lambda
     * of a method reference does.
     *
     * @param b where to write to
     * @param box the box
     * @param type the primitive type of the value
     */
    public static void unbox(CodeBuilder b, ClassDesc box, ClassDesc type) {
        b.checkcast(box);
        if (box.equals(ConstantDescs.CD_Boolean)) {
            b.invokevirtual(box, "booleanValue", MethodTypeDesc.of(type));
        } else if (box.equals(ConstantDescs.CD_Character)) {
            b.invokevirtual(box, "charValue", MethodTypeDesc.of(ConstantDescs.CD_char));
            if (!type.equals(ConstantDescs.CD_char)) {
                b.conversion(TypeKind.CHAR, TypeKind.from(type));
            }
        } else {
            // A widening conversion is what xxxValue() of the boxes does.
            b.invokevirtual(NUMBER, type.displayName().concat("Value"), MethodTypeDesc.of(type));
        }
    }

    /**
     * The class of boxes.
     *
     * @param primitive a primitive type
     * @return its box
     */
    public static ClassDesc boxOf(ClassDesc primitive) {
        return switch (primitive.descriptorString().charAt(0)) {
            case 'Z' -> ConstantDescs.CD_Boolean;
            case 'B' -> ConstantDescs.CD_Byte;
            case 'C' -> ConstantDescs.CD_Character;
            case 'S' -> ConstantDescs.CD_Short;
            case 'I' -> ConstantDescs.CD_Integer;
            case 'J' -> ConstantDescs.CD_Long;
            case 'F' -> ConstantDescs.CD_Float;
            default -> ConstantDescs.CD_Double;
        };
    }
}
