package dev.thrum.weave.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thrum.weave.code.Frame;
import dev.thrum.weave.code.VType;
import java.lang.classfile.Opcode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** All forms of the Java Virtual Machine Specification, 6.5. */
@DisplayName("Instructions that shuffle the operand stack")
class StackOpsTest {

    private static VType type(char c) {
        return switch (c) {
            case 'i' -> VType.INT;
            case 'f' -> VType.FLOAT;
            case 'n' -> VType.NULL;
            case 'L' -> VType.LONG;
            default -> VType.DOUBLE;
        };
    }

    @ParameterizedTest
    @CsvSource({
        "POP, if, i",
        "POP2, nif, n",
        "POP2, nL, n",
        "DUP, ni, nii",
        "DUP_X1, nif, nfif",
        "DUP_X2, nif, fnif",
        "DUP_X2, Li, iLi",
        "DUP2, nif, nifif",
        "DUP2, nL, nLL",
        "DUP2_X1, nif, ifnif",
        "DUP2_X1, iL, LiL",
        "DUP2_X2, nifi, finifi",
        "DUP2_X2, niL, LniL",
        "DUP2_X2, Lif, ifLif",
        "DUP2_X2, DL, LDL",
        "SWAP, nif, nfi"
    })
    void shuffles(Opcode opcode, String before, String after) {
        Frame frame = new Frame(new VType[0], types(before));
        Frame result = StackOps.apply(opcode, frame);
        List<VType> stack = new ArrayList<>();
        for (int i = 0; i < result.depth(); i++) {
            stack.add(result.stack(i));
        }
        assertThat(stack).containsExactly(types(after));
        assertThat(frame.depth()).as("the old frame stays").isEqualTo(before.length());
    }

    private static VType[] types(String text) {
        return text.chars().mapToObj(c -> type((char) c)).toArray(VType[]::new);
    }
}
