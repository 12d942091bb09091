package dev.thrum.weave.flow;

import dev.thrum.weave.code.MethodCode;
import dev.thrum.weave.code.MethodCode.Handler;
import java.lang.classfile.Instruction;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The basic blocks of a method and the ways between them. Blocks end at jumps, at targets, and
 * where the set of protecting handlers changes, so that all instructions of a block have the same
 * handlers.
 */
public final class Graph {

    private final MethodCode code;
    private final int[] starts;
    private final int[] blockOf;
    private final int[][] successors;
    private final int[][] handlers;
    private final int[] reachable;

    /**
     * Splits a method into blocks.
     *
     * @param code the method
     */
    public Graph(MethodCode code) {
        this.code = code;
        boolean[] leads = leaders();
        int count = 0;
        blockOf = new int[code.size()];
        for (int i = 0; i < code.size(); i++) {
            if (leads[i]) {
                count++;
            }
            blockOf[i] = count - 1;
        }
        starts = new int[count + 1];
        for (int i = code.size() - 1; i >= 0; i--) {
            starts[blockOf[i]] = i;
        }
        starts[count] = code.size();
        successors = new int[count][];
        handlers = new int[count][];
        reachable = new int[count];
        for (int block = 0; block < count; block++) {
            successors[block] = successorsOf(starts[block + 1] - 1);
            handlersOf(block);
        }
    }

    private boolean[] leaders() {
        boolean[] leads = new boolean[code.size() + 1];
        leads[0] = true;
        for (Handler handler : code.handlers()) {
            leads[handler.start()] = true;
            leads[handler.end()] = true;
            leads[handler.handler()] = true;
        }
        for (int i = 0; i < code.size(); i++) {
            List<Integer> targets = targets(i);
            for (int target : targets) {
                leads[target] = true;
            }
            if (!targets.isEmpty() || !fallsThrough(i)) {
                leads[i + 1] = true;
            }
        }
        return leads;
    }

    /**
     * Where an instruction may jump to.
     *
     * @param index its number
     * @return the targets, without the next instruction unless it is one of them
     */
    private List<Integer> targets(int index) {
        Instruction instruction = code.at(index);
        if (instruction instanceof BranchInstruction branch) {
            return List.of(code.position(branch.target()));
        }
        if (instruction instanceof TableSwitchInstruction table) {
            return targets(code.position(table.defaultTarget()), table.cases());
        }
        if (instruction instanceof LookupSwitchInstruction lookup) {
            return targets(code.position(lookup.defaultTarget()), lookup.cases());
        }
        return List.of();
    }

    private List<Integer> targets(int otherwise, List<SwitchCase> cases) {
        List<Integer> targets = new ArrayList<>(cases.size() + 1);
        targets.add(otherwise);
        for (SwitchCase next : cases) {
            targets.add(code.position(next.target()));
        }
        return targets;
    }

    private boolean fallsThrough(int index) {
        Instruction instruction = code.at(index);
        if (instruction instanceof BranchInstruction) {
            return instruction.opcode() != Opcode.GOTO && instruction.opcode() != Opcode.GOTO_W;
        }
        return !(instruction instanceof ReturnInstruction
                || instruction instanceof ThrowInstruction
                || instruction instanceof TableSwitchInstruction
                || instruction instanceof LookupSwitchInstruction);
    }

    private int[] successorsOf(int last) {
        List<Integer> targets = targets(last);
        boolean falls = fallsThrough(last) && last + 1 < code.size();
        int[] result = new int[targets.size() + (falls ? 1 : 0)];
        int next = 0;
        for (int target : targets) {
            result[next++] = blockOf[target];
        }
        if (falls) {
            result[next] = blockOf[last + 1];
        }
        return result;
    }

    private void handlersOf(int block) {
        int index = starts[block];
        int[] result = new int[code.handlers().size()];
        int count = 0;
        boolean all = false;
        for (Handler handler : code.handlers()) {
            if (handler.start() <= index && index < handler.end()) {
                result[count++] = blockOf[handler.handler()];
                if (!all) {
                    reachable[block] = count;
                    all = handler.type() == null;
                }
            }
        }
        handlers[block] = Arrays.copyOf(result, count);
    }

    /**
     * The number of blocks.
     *
     * @return the number
     */
    public int blocks() {
        return successors.length;
    }

    /**
     * The first instruction of a block.
     *
     * @param block the block; {@link #blocks()} gives the end of the code
     * @return its number
     */
    public int start(int block) {
        return starts[block];
    }

    /**
     * The block of an instruction.
     *
     * @param index its number
     * @return the block
     */
    public int blockOf(int index) {
        return blockOf[index];
    }

    /**
     * The blocks that may run after a block has ended normally. Not to be changed.
     *
     * @param block the block
     * @return its successors
     */
    public int[] successors(int block) {
        return successors[block];
    }

    /**
     * The blocks of all handlers around a block, the innermost first. Not to be changed. The
     * verifier wants the frames of all of them to fit.
     *
     * @param block the block
     * @return the handlers
     */
    public int[] handlers(int block) {
        return handlers[block];
    }

    /**
     * How many handlers of a block can run: those up to the first that catches everything.
     *
     * @param block the block
     * @return how many, the first ones of {@link #handlers}
     */
    public int reachableHandlers(int block) {
        return reachable[block];
    }
}
