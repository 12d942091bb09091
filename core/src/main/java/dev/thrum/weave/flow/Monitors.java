package dev.thrum.weave.flow;

import dev.thrum.weave.code.MethodCode;
import java.lang.classfile.Opcode;
import java.util.Arrays;

/**
 * How many monitors a method holds at each instruction: a forward analysis that takes the greatest
 * number where ways meet, so that it never overlooks one. What is thrown in a {@code synchronized}
 * block goes to the handler that leaves the monitor, and to none behind it.
 */
public final class Monitors {

    private final MethodCode code;
    private final Graph graph;
    private final int[] atStart;

    /**
     * Runs the analysis.
     *
     * @param code the method
     * @param graph its blocks
     */
    public Monitors(MethodCode code, Graph graph) {
        this.code = code;
        this.graph = graph;
        atStart = new int[graph.blocks()];
        if (any()) {
            solve();
        }
    }

    private boolean any() {
        for (int i = 0; i < code.size(); i++) {
            if (code.at(i).opcode() == Opcode.MONITORENTER) {
                return true;
            }
        }
        return false;
    }

    private void solve() {
        Arrays.fill(atStart, -1);
        atStart[0] = 0;
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int block = 0; block < atStart.length; block++) {
                if (atStart[block] >= 0) {
                    changed |= flowFrom(block);
                }
            }
        }
    }

    private boolean flowFrom(int block) {
        boolean changed = false;
        int held = atStart[block];
        for (int i = graph.start(block); i < graph.start(block + 1); i++) {
            // An instruction that throws has not entered or left a monitor.
            for (int k = 0; k < graph.reachableHandlers(block); k++) {
                changed |= raise(graph.handlers(block)[k], held);
            }
            held = after(i, held);
        }
        for (int successor : graph.successors(block)) {
            changed |= raise(successor, held);
        }
        return changed;
    }

    private boolean raise(int block, int held) {
        // No method nests deeper than it has instructions: a loop that only enters ends here.
        if (held <= atStart[block] || held > code.size()) {
            return false;
        }
        atStart[block] = held;
        return true;
    }

    private int after(int index, int held) {
        return switch (code.at(index).opcode()) {
            case MONITORENTER -> held + 1;
            case MONITOREXIT -> Math.max(0, held - 1);
            default -> held;
        };
    }

    /**
     * The number of monitors held in front of an instruction.
     *
     * @param index its number
     * @return the number, at most
     */
    public int heldAt(int index) {
        int block = graph.blockOf(index);
        int held = Math.max(0, atStart[block]);
        for (int i = graph.start(block); i < index; i++) {
            held = after(i, held);
        }
        return held;
    }
}
