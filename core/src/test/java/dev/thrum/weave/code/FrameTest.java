package dev.thrum.weave.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Frames and their types")
class FrameTest {

    private static final VType STRING = VType.of(ConstantDescs.CD_String);

    private static Frame locals(VType... types) {
        return new Frame(types, new VType[0]);
    }

    @Test
    void aWideValueTakesTwoSlots() {
        Frame frame = locals(VType.INT, VType.INT, VType.INT, VType.INT).withLocal(1, VType.LONG);
        assertThat(frame.toString()).isEqualTo("locals [int, long, top, int] stack []");
    }

    @Test
    void aStoreIntoHalfOfAWideValueDestroysIt() {
        Frame frame = locals(VType.LONG, VType.TOP, VType.INT);
        assertThat(frame.withLocal(1, STRING).local(0)).isEqualTo(VType.TOP);
        assertThat(frame.withLocal(2, STRING).local(0)).isEqualTo(VType.LONG);
        assertThat(frame.local(1)).as("the old frame stays").isEqualTo(VType.TOP);
    }

    @Test
    void whatIsConstructedIsReplacedEverywhere() {
        VType fresh = VType.fresh(3, ConstantDescs.CD_String);
        VType other = VType.fresh(4, ConstantDescs.CD_String);
        Frame frame = locals(fresh, other, VType.INT).push(fresh).push(other).push(fresh);
        assertThat(frame.replace(fresh, STRING).toString())
                .isEqualTo(
                        "locals [String, uninitialized(4) String, int] stack [String,"
                                + " uninitialized(4) String, String]");
    }

    @Test
    void smallKindsAreInts() {
        for (ClassDesc small :
                new ClassDesc[] {
                    ConstantDescs.CD_boolean,
                    ConstantDescs.CD_byte,
                    ConstantDescs.CD_char,
                    ConstantDescs.CD_short
                }) {
            assertThat(VType.of(small)).isSameAs(VType.INT);
            assertThat(VType.of(small.arrayType()).component()).isSameAs(VType.INT);
        }
    }

    @Test
    void componentsOfArrays() {
        assertThat(VType.of(ConstantDescs.CD_String.arrayType(2)).component().component())
                .isEqualTo(STRING);
        assertThat(VType.NULL.component()).isSameAs(VType.NULL);
        assertThatThrownBy(STRING::component).hasMessage("Not an array: String");
    }

    @Test
    void objectsAreToldApartByTheirSiteUntilTheyAreConstructed() {
        assertThat(VType.fresh(1, ConstantDescs.CD_String))
                .isEqualTo(VType.fresh(1, ConstantDescs.CD_String))
                .isNotEqualTo(VType.fresh(2, ConstantDescs.CD_String))
                .isNotEqualTo(STRING);
        assertThat(VType.NULL).isNotEqualTo(STRING).isNotEqualTo(VType.TOP);
    }
}
