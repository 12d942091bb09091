package dev.thrum.weave.flow;

import dev.thrum.weave.code.Frame;
import dev.thrum.weave.code.MethodCode;
import org.jspecify.annotations.Nullable;

/**
 * The frame in front of each instruction of a method.
 *
 * <p>Compilers record frames at all targets of jumps and behind each instruction that does not fall
 * through (JVMS 4.10.1), so one pass over the code in its order gives the exact types everywhere:
 * neither a fixpoint nor a merge of types is needed, hence no class hierarchy.
 */
public final class Frames {

    private final Frame entry;
    private final @Nullable Frame[] before;

    private Frames(Frame entry, @Nullable Frame[] before) {
        this.entry = entry;
        this.before = before;
    }

    /**
     * Computes the frames.
     *
     * @param code the method
     * @return its frames
     * @throws dev.thrum.weave.WeaveException if the code is damaged or uses subroutines
     */
    public static Frames of(MethodCode code) {
        @Nullable Frame[] before = new Frame[code.size() + 1];
        Frame entry = code.entry();
        Frame current = entry;
        for (int i = 0; i < code.size(); i++) {
            Frame recorded = code.recorded(i);
            if (recorded != null) {
                current = recorded;
            }
            before[i] = current;
            if (current == null) {
                throw code.refuse(i, "the frame behind a jump is missing from its class file");
            }
            current = after(code, i, current);
        }
        return new Frames(entry, before);
    }

    /** Compilers have been seen to write code with frames that do not fit it. */
    private static @Nullable Frame after(MethodCode code, int index, Frame frame) {
        try {
            return Interpreter.after(code, index, frame);
        } catch (IndexOutOfBoundsException | NegativeArraySizeException damage) {
            throw code.refuse(
                    index,
                    "its class file is damaged: an instruction wants more than is there, and no"
                            + " verifier would let it pass; compile it with another compiler, or"
                            + " write it in another way");
        }
    }

    /**
     * The frame with which the method is entered. That in front of the first instruction may know
     * less, if it is the target of a jump.
     *
     * @return the frame
     */
    public Frame entry() {
        return entry;
    }

    /**
     * The frame in front of an instruction.
     *
     * @param index its number
     * @return the frame
     */
    public Frame before(int index) {
        Frame frame = before[index];
        if (frame == null) {
            throw new IndexOutOfBoundsException(index);
        }
        return frame;
    }
}
