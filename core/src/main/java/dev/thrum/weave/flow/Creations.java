package dev.thrum.weave.flow;

import dev.thrum.weave.code.Frame;
import dev.thrum.weave.code.VType;
import java.util.BitSet;

/**
 * Which objects are allocated before and constructed after a suspension: {@code new
 * Foo(x.await())}.
 *
 * <p>An object that is not constructed yet can be kept nowhere but on the stack and in locals, so
 * these are allocated late: a {@code null} stands in for them until their constructor is called.
 */
public final class Creations {

    private final BitSet late = new BitSet();

    /**
     * Finds the late ones.
     *
     * @param frames the frames of the method
     * @param suspensions the instructions that may suspend
     */
    public Creations(Frames frames, int[] suspensions) {
        for (int suspension : suspensions) {
            Frame frame = frames.before(suspension);
            for (int i = 0; i < frame.depth(); i++) {
                add(frame.stack(i));
            }
            for (int slot = 0; slot < frame.slots(); slot++) {
                add(frame.local(slot));
            }
        }
    }

    private void add(VType type) {
        if (type.isFresh()) {
            late.set(type.site());
        }
    }

    /**
     * Has an object allocated late for another reason: its constructor cannot be called directly.
     *
     * @param site the index of its {@code new} instruction
     */
    public void addLate(int site) {
        late.set(site);
    }

    /**
     * Tells whether an object is allocated only when it is constructed.
     *
     * @param site the index of its {@code new} instruction
     * @return whether it is
     */
    public boolean isLate(int site) {
        return late.get(site);
    }
}
