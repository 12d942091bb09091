package dev.thrum.weave.flow;

import dev.thrum.weave.code.Frame;
import dev.thrum.weave.code.VType;
import java.lang.classfile.Opcode;

/** The instructions that shuffle the operand stack; what they move depends on wide values. */
final class StackOps {

    private StackOps() {}

    static Frame apply(Opcode opcode, Frame f) {
        return switch (opcode) {
            case POP -> f.pop(1);
            case POP2 -> f.pop(values(f, 0));
            case DUP -> f.push(f.top(0));
            case DUP_X1 -> insert(f, 1, 1);
            case DUP_X2 -> insert(f, 1, values(f, 1));
            case DUP2 -> insert(f, values(f, 0), 0);
            case DUP2_X1 -> insert(f, values(f, 0), 1);
            case DUP2_X2 -> insert(f, values(f, 0), values(f, values(f, 0)));
            default -> swap(f);
        };
    }

    /** How many values two slots hold, under {@code below} others. */
    private static int values(Frame f, int below) {
        return f.top(below).isWide() ? 1 : 2;
    }

    /** Copies the upper {@code count} values to below the {@code under} next ones. */
    private static Frame insert(Frame f, int count, int under) {
        int depth = f.depth();
        int base = depth - count - under;
        VType[] stack = new VType[depth + count];
        for (int i = 0; i < base; i++) {
            stack[i] = f.stack(i);
        }
        for (int i = 0; i < count; i++) {
            stack[base + i] = f.stack(base + under + i);
        }
        for (int i = base; i < depth; i++) {
            stack[i + count] = f.stack(i);
        }
        return f.withStack(stack);
    }

    private static Frame swap(Frame f) {
        return f.pop(2).push(f.top(0)).push(f.top(1));
    }
}
