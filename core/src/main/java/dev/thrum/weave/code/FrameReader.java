package dev.thrum.weave.code;

import java.lang.classfile.Instruction;
import java.lang.classfile.attribute.StackMapFrameInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.ObjectVerificationTypeInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.SimpleVerificationTypeInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.UninitializedVerificationTypeInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.VerificationTypeInfo;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.util.Arrays;
import java.util.List;

/** Reads the frames of a {@code StackMapTable} into {@link Frame}s. */
final class FrameReader {

    private final MethodCode code;
    private final int slots;

    FrameReader(MethodCode code, int slots) {
        this.code = code;
        this.slots = slots;
    }

    Frame read(StackMapFrameInfo info) {
        VType[] locals = new VType[slots];
        Arrays.fill(locals, VType.TOP);
        int slot = 0;
        for (VerificationTypeInfo local : info.locals()) {
            VType type = type(local);
            locals[slot] = type;
            slot += type.isWide() ? 2 : 1;
        }
        List<VerificationTypeInfo> values = info.stack();
        VType[] stack = new VType[values.size()];
        for (int i = 0; i < stack.length; i++) {
            stack[i] = type(values.get(i));
        }
        return new Frame(locals, stack);
    }

    private VType type(VerificationTypeInfo info) {
        if (info instanceof ObjectVerificationTypeInfo object) {
            return VType.of(object.classSymbol());
        }
        if (info instanceof UninitializedVerificationTypeInfo fresh) {
            int site = code.position(fresh.newTarget());
            Instruction instruction = code.at(site);
            if (instruction instanceof NewObjectInstruction creation) {
                return VType.fresh(site, creation.className().asSymbol());
            }
            throw code.refuse(site, "a frame names an object that no instruction creates");
        }
        return switch ((SimpleVerificationTypeInfo) info) {
            case TOP -> VType.TOP;
            case INTEGER -> VType.INT;
            case FLOAT -> VType.FLOAT;
            case LONG -> VType.LONG;
            case DOUBLE -> VType.DOUBLE;
            case NULL -> VType.NULL;
            case UNINITIALIZED_THIS ->
                    throw code.refuse(0, "it is a constructor, and those cannot be suspended");
        };
    }
}
