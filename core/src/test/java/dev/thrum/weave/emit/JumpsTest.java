package dev.thrum.weave.emit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.classfile.Opcode;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Conditional jumps and their opposites")
class JumpsTest {

    @Test
    void eachConditionalJumpHasOneOpposite() {
        var conditional =
                Arrays.stream(Opcode.values()).filter(o -> o.name().startsWith("IF")).toList();
        assertThat(conditional).hasSize(16);
        for (Opcode opcode : conditional) {
            Opcode inverse = Jumps.inverse(opcode);
            assertThat(inverse).isNotEqualTo(opcode);
            assertThat(Jumps.inverse(inverse)).isEqualTo(opcode);
        }
    }

    @Test
    void otherJumpsHaveNone() {
        assertThatThrownBy(() -> Jumps.inverse(Opcode.GOTO))
                .hasMessage("Not a conditional jump: GOTO");
    }
}
