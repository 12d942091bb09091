package dev.thrum.weave.flow;

import dev.thrum.weave.code.Frame;
import dev.thrum.weave.code.MethodCode;
import dev.thrum.weave.code.VType;
import java.lang.classfile.Instruction;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.util.BitSet;

/**
 * Which local variables are still read after a point in the code: the classical backward analysis
 * over basic blocks. What a handler reads is live throughout the code that it protects, since any
 * instruction there may throw; so values that are not live can be dropped from frames everywhere,
 * and the frames stay valid.
 *
 * <p>With {@code keepAll}, every assigned variable counts as live: for debuggers.
 */
public final class Liveness {

    private final MethodCode code;
    private final Graph graph;
    private final Frames frames;
    private final boolean keepAll;
    private final BitSet[] atStart;

    /**
     * Runs the analysis.
     *
     * @param code the method
     * @param graph its blocks
     * @param frames its frames
     * @param keepAll whether all assigned variables are to count as live
     */
    public Liveness(MethodCode code, Graph graph, Frames frames, boolean keepAll) {
        this.code = code;
        this.graph = graph;
        this.frames = frames;
        this.keepAll = keepAll;
        atStart = new BitSet[keepAll ? 0 : graph.blocks()];
        if (!keepAll) {
            solve();
        }
    }

    private void solve() {
        for (int block = 0; block < atStart.length; block++) {
            atStart[block] = new BitSet();
        }
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int block = atStart.length - 1; block >= 0; block--) {
                BitSet live = liveInside(block, graph.start(block));
                if (!live.equals(atStart[block])) {
                    atStart[block] = live;
                    changed = true;
                }
            }
        }
    }

    private BitSet liveInside(int block, int index) {
        BitSet live = new BitSet();
        for (int successor : graph.successors(block)) {
            live.or(atStart[successor]);
        }
        for (int i = graph.start(block + 1) - 1; i >= index; i--) {
            transfer(code.at(i), live);
        }
        // Stores inside the block do not hide what a handler reads: it may be entered before them.
        addHandlers(block, live);
        return live;
    }

    private static void transfer(Instruction instruction, BitSet live) {
        if (instruction instanceof StoreInstruction store) {
            live.clear(store.slot());
            if (store.typeKind() == TypeKind.LONG || store.typeKind() == TypeKind.DOUBLE) {
                live.clear(store.slot() + 1);
            }
        } else if (instruction instanceof LoadInstruction load) {
            live.set(load.slot());
        } else if (instruction instanceof IncrementInstruction increment) {
            live.set(increment.slot());
        }
    }

    private void addHandlers(int block, BitSet live) {
        for (int handler : graph.handlers(block)) {
            live.or(atStart[handler]);
        }
    }

    /**
     * The variables that are live in front of an instruction.
     *
     * @param index its number
     * @return the first slots of the variables; the caller's own copy
     */
    public BitSet before(int index) {
        return keepAll ? assigned(index) : liveInside(graph.blockOf(index), index);
    }

    /**
     * The variables that are live when an instruction is about to end, normally or not: what its
     * successor and the handlers around it read.
     *
     * @param index its number; not a jump
     * @return the first slots of the variables; the caller's own copy
     */
    public BitSet during(int index) {
        if (keepAll) {
            return assigned(index);
        }
        BitSet live = before(index + 1);
        addHandlers(graph.blockOf(index), live);
        return live;
    }

    private BitSet assigned(int index) {
        Frame frame = frames.before(index);
        BitSet assigned = new BitSet();
        for (int slot = 0; slot < frame.slots(); slot++) {
            if (frame.local(slot) != VType.TOP) {
                assigned.set(slot);
            }
        }
        return assigned;
    }
}
