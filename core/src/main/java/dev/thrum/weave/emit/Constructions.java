package dev.thrum.weave.emit;

import dev.thrum.weave.code.Frame;
import dev.thrum.weave.code.VType;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/**
 * The constructor call of an object that is allocated late: puts the arguments aside, allocates,
 * calls, and puts the object wherever the {@code null} that stood in for it had been copied to, on
 * the operand stack and in locals.
 */
final class Constructions {

    private final CodeBuilder b;
    private final HostAccess access;
    private final int shift;
    private final int firstSpare;

    /**
     * Creates the writer.
     *
     * @param builder where to write to
     * @param access how constructors are reached
     * @param shift by how much original locals have moved
     * @param firstSpare the first local that nobody uses
     */
    Constructions(CodeBuilder builder, HostAccess access, int shift, int firstSpare) {
        b = builder;
        this.access = access;
        this.shift = shift;
        this.firstSpare = firstSpare;
    }

    void construct(Frame frame, VType receiver, MethodTypeDesc type) {
        int arguments = type.parameterCount();
        int spare = firstSpare + 1;
        ClassDesc owner = receiver.desc();
        if (access.reachesConstructor(owner, type)) {
            int[] slots = new int[arguments];
            for (int i = arguments - 1; i >= 0; i--) {
                TypeKind kind = TypeKind.from(type.parameterType(i));
                slots[i] = spare;
                b.storeLocal(kind, spare);
                spare += kind.slotSize();
            }
            b.pop().new_(owner).dup();
            for (int i = 0; i < arguments; i++) {
                b.loadLocal(TypeKind.from(type.parameterType(i)), slots[i]);
            }
            b.invokespecial(owner, ConstantDescs.INIT_NAME, type);
            b.astore(firstSpare);
        } else {
            access.construct(b, owner, type);
            b.astore(firstSpare).pop();
        }
        replaceOnStack(frame, receiver, frame.depth() - arguments - 1, spare);
        for (int slot = 0; slot < frame.slots(); slot++) {
            if (frame.local(slot).equals(receiver)) {
                b.aload(firstSpare).astore(slot + shift);
            }
        }
    }

    private void replaceOnStack(Frame frame, VType receiver, int depth, int firstFree) {
        int lowest = 0;
        while (lowest < depth && !frame.stack(lowest).equals(receiver)) {
            lowest++;
        }
        int[] slots = new int[depth];
        int spare = firstFree;
        for (int i = depth - 1; i >= lowest; i--) {
            VType type = frame.stack(i);
            if (type.equals(receiver)) {
                b.pop();
            } else {
                slots[i] = spare;
                b.storeLocal(type.kind(), spare);
                spare += type.isWide() ? 2 : 1;
            }
        }
        for (int i = lowest; i < depth; i++) {
            VType type = frame.stack(i);
            if (type.equals(receiver)) {
                b.aload(firstSpare);
            } else {
                b.loadLocal(type.kind(), slots[i]);
            }
        }
    }
}
