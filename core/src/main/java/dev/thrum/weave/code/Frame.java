package dev.thrum.weave.code;

import java.util.Arrays;

/**
 * What the verifier knows in front of an instruction. Immutable; parts are shared between frames.
 */
public final class Frame {

    private final VType[] locals;
    private final VType[] stack;

    /**
     * Creates a frame, which owns the arrays from now on.
     *
     * @param locals a type per slot; the second slot of a wide value is {@link VType#TOP}
     * @param stack a type per value (not per slot), the top one last
     */
    public Frame(VType[] locals, VType[] stack) {
        this.locals = locals;
        this.stack = stack;
    }

    /**
     * The number of slots for local variables.
     *
     * @return the number, the same in all frames of a method
     */
    public int slots() {
        return locals.length;
    }

    /**
     * The type of a local variable.
     *
     * @param slot its slot
     * @return its type
     */
    public VType local(int slot) {
        return locals[slot];
    }

    /**
     * The number of values on the operand stack, a wide one counting once.
     *
     * @return the depth
     */
    public int depth() {
        return stack.length;
    }

    /**
     * The type of a value on the operand stack.
     *
     * @param index counted from the bottom
     * @return its type
     */
    public VType stack(int index) {
        return stack[index];
    }

    /**
     * The type of a value on the operand stack.
     *
     * @param below how many values are above it
     * @return its type
     */
    public VType top(int below) {
        return stack[stack.length - 1 - below];
    }

    /**
     * The frame with one more value on the stack.
     *
     * @param type the value's type
     * @return the frame
     */
    public Frame push(VType type) {
        VType[] pushed = Arrays.copyOf(stack, stack.length + 1);
        pushed[stack.length] = type;
        return new Frame(locals, pushed);
    }

    /**
     * The frame with fewer values on the stack.
     *
     * @param count how many are taken
     * @return the frame
     */
    public Frame pop(int count) {
        return count == 0 ? this : new Frame(locals, Arrays.copyOf(stack, stack.length - count));
    }

    /**
     * The frame with another stack.
     *
     * @param types the types of its values
     * @return the frame
     */
    public Frame withStack(VType... types) {
        return new Frame(locals, types);
    }

    /**
     * The frame after a store.
     *
     * @param slot where to
     * @param type what is stored
     * @return the frame
     */
    public Frame withLocal(int slot, VType type) {
        VType[] stored = locals.clone();
        if (slot > 0 && stored[slot - 1].isWide()) {
            stored[slot - 1] = VType.TOP;
        }
        stored[slot] = type;
        if (type.isWide()) {
            stored[slot + 1] = VType.TOP;
        }
        return new Frame(stored, stack);
    }

    /**
     * The frame in which each value of one type has another: an object was constructed, or its site
     * runs anew.
     *
     * @param old the type to replace
     * @param by the type that takes its place
     * @return the frame
     */
    public Frame replace(VType old, VType by) {
        return new Frame(replace(locals, old, by), replace(stack, old, by));
    }

    private static VType[] replace(VType[] types, VType old, VType by) {
        VType[] replaced = types;
        for (int i = 0; i < types.length; i++) {
            if (types[i].equals(old)) {
                if (replaced == types) {
                    replaced = types.clone();
                }
                replaced[i] = by;
            }
        }
        return replaced;
    }

    @Override
    public String toString() {
        return "locals " + Arrays.toString(locals) + " stack " + Arrays.toString(stack);
    }
}
