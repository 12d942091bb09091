package dev.thrum.weave.emit;

import dev.thrum.weave.code.VType;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.util.List;

/** Moves values between the machine's fields and the locals and operand stack of {@code step}. */
final class Transfers {

    private final CodeBuilder b;
    private final ClassDesc machine;
    private final int shift;
    private int usedSlots;

    /**
     * Creates the writer.
     *
     * @param builder where to write to
     * @param machine the machine's class
     * @param shift by how much original locals have moved
     */
    Transfers(CodeBuilder builder, ClassDesc machine, int shift) {
        b = builder;
        this.machine = machine;
        this.shift = shift;
    }

    /** Stores all values of a state; the operand stack is empty afterwards. */
    void save(Layout.State state) {
        List<Layout.Saved> stack = state.stack();
        for (int i = stack.size() - 1; i >= 0; i--) {
            saveTop(stack.get(i));
        }
        for (Layout.Saved local : state.locals()) {
            if (local.field() != null) {
                b.aload(0)
                        .loadLocal(local.type().kind(), local.slot() + shift)
                        .putfield(machine, local.field(), local.type().desc());
            }
        }
    }

    private void saveTop(Layout.Saved value) {
        if (value.field() == null) {
            b.pop();
            return;
        }
        b.aload(0);
        if (value.type().isWide()) {
            b.dup_x2().pop();
        } else {
            b.swap();
        }
        b.putfield(machine, value.field(), value.type().desc());
    }

    /** Loads all values of a state, and clears the references that are read. */
    void restore(Layout.State state) {
        for (Layout.Saved local : state.locals()) {
            restore(local);
        }
        for (Layout.Saved value : state.stack()) {
            restore(value);
        }
    }

    private void restore(Layout.Saved value) {
        VType type = value.type();
        if (value.field() == null) {
            b.aconst_null();
        } else {
            b.aload(0).getfield(machine, value.field(), type.desc());
        }
        if (value.slot() >= 0) {
            b.storeLocal(type.kind(), value.slot() + shift);
            uses(value.slot(), type.kind());
        }
        if (value.field() != null && type.kind() == TypeKind.REFERENCE) {
            b.aload(0).aconst_null().putfield(machine, value.field(), type.desc());
        }
    }

    /** Notes that the code names a local of the original method. */
    void uses(int slot, TypeKind kind) {
        usedSlots = Math.max(usedSlots, slot + kind.slotSize());
    }

    /** The slots of the original method that are used at all; an unused parameter's may not be. */
    int usedSlots() {
        return usedSlots;
    }
}
