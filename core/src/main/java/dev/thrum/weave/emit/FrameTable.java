package dev.thrum.weave.emit;

import dev.thrum.weave.Names;
import dev.thrum.weave.code.Frame;
import dev.thrum.weave.code.VType;
import dev.thrum.weave.flow.Creations;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.StackMapFrameInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.ObjectVerificationTypeInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.SimpleVerificationTypeInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.UninitializedVerificationTypeInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.VerificationTypeInfo;
import java.lang.classfile.attribute.StackMapTableAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The frames of {@code step}: those that the compiler recorded for the original method, behind the
 * machine's own three locals and without variables that are dead, and new ones for resuming. As
 * they are known exactly, nothing has to be inferred, and no class is looked at.
 */
final class FrameTable {

    private static final VerificationTypeInfo OBJECT =
            ObjectVerificationTypeInfo.of(ConstantDescs.CD_Object);

    private final List<VerificationTypeInfo> own;
    private final Creations creations;
    private final Label[] sites;
    private final List<StackMapFrameInfo> frames = new ArrayList<>();
    private int lastPosition = -1;

    /**
     * Creates an empty table.
     *
     * @param machine the machine's class
     * @param creations which objects are allocated late
     * @param sites the new place of each {@code new} instruction that stays
     */
    FrameTable(ClassDesc machine, Creations creations, Label[] sites) {
        own =
                List.of(
                        ObjectVerificationTypeInfo.of(machine),
                        ObjectVerificationTypeInfo.of(Names.CD_CONTEXT),
                        OBJECT);
        this.creations = creations;
        this.sites = sites;
    }

    /** A frame with the machine's own locals only. */
    void addBare(Label label, int position) {
        add(label, position, own, List.of());
    }

    /** A frame with the machine's own locals, and the number of a state on the stack. */
    void addLeaving(Label label, int position) {
        add(label, position, own, List.of(SimpleVerificationTypeInfo.INTEGER));
    }

    /**
     * A frame of the original method.
     *
     * @param label where it applies
     * @param position how much code was written before; of two frames at one place the later counts
     * @param frame the original frame
     * @param live the variables to keep
     * @param depth how many values of the stack to keep
     * @param result whether an object is on top of them
     */
    void add(Label label, int position, Frame frame, BitSet live, int depth, boolean result) {
        List<VerificationTypeInfo> locals = new ArrayList<>(own);
        int end = frame.slots();
        while (end > 0 && (!live.get(end - 1) || frame.local(end - 1) == VType.TOP)) {
            end--;
        }
        for (int slot = 0; slot < end; slot++) {
            VType type = live.get(slot) ? frame.local(slot) : VType.TOP;
            locals.add(info(type));
            if (type.isWide()) {
                slot++;
            }
        }
        List<VerificationTypeInfo> stack = new ArrayList<>();
        for (int i = 0; i < depth; i++) {
            stack.add(info(frame.stack(i)));
        }
        if (result) {
            stack.add(OBJECT);
        }
        add(label, position, locals, stack);
    }

    private void add(
            Label label,
            int position,
            List<VerificationTypeInfo> locals,
            List<VerificationTypeInfo> stack) {
        if (position == lastPosition) {
            frames.removeLast();
        }
        lastPosition = position;
        frames.add(StackMapFrameInfo.of(label, locals, stack));
    }

    private VerificationTypeInfo info(VType type) {
        if (type.isFresh()) {
            return creations.isLate(type.site())
                    ? SimpleVerificationTypeInfo.NULL
                    : UninitializedVerificationTypeInfo.of(sites[type.site()]);
        }
        if (type == VType.TOP) {
            return SimpleVerificationTypeInfo.TOP;
        }
        if (type == VType.NULL) {
            return SimpleVerificationTypeInfo.NULL;
        }
        if (type.kind() == TypeKind.REFERENCE) {
            return ObjectVerificationTypeInfo.of(type.desc());
        }
        return switch (type.kind()) {
            case LONG -> SimpleVerificationTypeInfo.LONG;
            case DOUBLE -> SimpleVerificationTypeInfo.DOUBLE;
            case FLOAT -> SimpleVerificationTypeInfo.FLOAT;
            default -> SimpleVerificationTypeInfo.INTEGER;
        };
    }

    /** Writes the table into the code that it was made for. */
    void writeTo(CodeBuilder builder) {
        builder.with(StackMapTableAttribute.of(frames));
    }
}
