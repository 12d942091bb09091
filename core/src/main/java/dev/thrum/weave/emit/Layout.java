package dev.thrum.weave.emit;

import dev.thrum.weave.code.Frame;
import dev.thrum.weave.code.VType;
import dev.thrum.weave.flow.Frames;
import dev.thrum.weave.flow.Liveness;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a machine keeps its values while it is suspended, and its parameters before it starts.
 *
 * <p>Each state takes fields from one pool per type, from the first on, so states share fields. The
 * pools are per class, not one for all references: a field of the exact type needs no cast when it
 * is read, and a cast would have to name classes that the machine may not be able to name (the
 * common superclass that a compiler inferred can be inaccessible).
 */
public final class Layout {

    /**
     * A value that is kept in a field.
     *
     * @param slot the local variable that it is in, -1 if it is on the operand stack
     * @param type its type
     * @param field the field's name; null if the value is known to be {@code null}
     */
    public record Saved(int slot, VType type, @Nullable String field) {}

    /**
     * The values that are kept in one state.
     *
     * @param locals local variables by slot
     * @param stack the operand stack below the awaited object, the bottom first
     */
    public record State(List<Saved> locals, List<Saved> stack) {}

    private final Map<ClassDesc, List<String>> pools = new LinkedHashMap<>();
    private final State start;
    private final List<State> states = new ArrayList<>();
    private int names;

    /**
     * Chooses the fields.
     *
     * @param frames the frames of the method
     * @param liveness what is live in it
     * @param suspensions where it may be suspended
     */
    public Layout(Frames frames, Liveness liveness, List<Suspension> suspensions) {
        start = state(frames.entry(), liveness.before(0), 0);
        for (Suspension suspension : suspensions) {
            Frame frame = frames.before(suspension.index());
            BitSet live = liveness.during(suspension.index());
            states.add(state(frame, live, frame.depth() - suspension.consumed()));
        }
    }

    private State state(Frame frame, BitSet live, int depth) {
        Map<ClassDesc, Integer> used = new LinkedHashMap<>();
        List<Saved> locals = new ArrayList<>();
        for (int slot = live.nextSetBit(0); slot >= 0; slot = live.nextSetBit(slot + 1)) {
            VType type = frame.local(slot);
            if (type != VType.TOP) {
                locals.add(new Saved(slot, kept(type), field(type, used)));
            }
        }
        List<Saved> stack = new ArrayList<>();
        for (int i = 0; i < depth; i++) {
            VType type = frame.stack(i);
            stack.add(new Saved(-1, kept(type), field(type, used)));
        }
        return new State(locals, stack);
    }

    /** An object that is not allocated yet is {@code null} so far. */
    private static VType kept(VType type) {
        return type.isFresh() ? VType.NULL : type;
    }

    private @Nullable String field(VType type, Map<ClassDesc, Integer> used) {
        if (type == VType.NULL || type.isFresh()) {
            return null;
        }
        List<String> pool = pools.get(type.desc());
        if (pool == null) {
            pool = new ArrayList<>();
            pools.put(type.desc(), pool);
        }
        Integer taken = used.get(type.desc());
        int next = taken == null ? 0 : taken;
        used.put(type.desc(), next + 1);
        if (next == pool.size()) {
            pool.add("$".concat(Integer.toString(names++)));
        }
        return pool.get(next);
    }

    /**
     * The parameters that are kept before the machine starts; those that are never read are not.
     *
     * @return the state, without a stack
     */
    public State start() {
        return start;
    }

    /**
     * What is kept at a suspension.
     *
     * @param index which suspension, from 0
     * @return the state
     */
    public State state(int index) {
        return states.get(index);
    }

    /**
     * All fields, in the order in which they are declared.
     *
     * @return the names by type
     */
    public Map<ClassDesc, List<String>> fields() {
        return pools;
    }
}
