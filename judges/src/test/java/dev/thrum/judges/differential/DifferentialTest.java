package dev.thrum.judges.differential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("V4: random programs do the same woven as plain")
class DifferentialTest {

    /** Fixed, so that the normal run has the same result each time; the long run has others. */
    private static final long SEED = 1;

    private static final int COUNT = 300;

    @Test
    void V4_aSampleOfRandomPrograms() {
        Differential differential = new Differential(Weaving.ALL);
        List<String> differences = differential.run(SEED, COUNT, progress -> {});
        assertThat(differences).isEmpty();
        assertThat(differential.rejected()).isEmpty();
    }

    @Test
    void aProgramIsTheSameEachTime() {
        List<Program> one = List.of(Program.of(7));
        assertThat(Judge.source(one, true)).isEqualTo(Judge.source(List.of(Program.of(7)), true));
        assertThat(Judge.source(one, false).lines().count())
                .isEqualTo(Judge.source(one, true).lines().count());
    }

    /** The judge can see, and the shrinker leaves what matters. */
    @Test
    void aDifferenceIsFoundAndMadeSmall() throws Exception {
        Judge judge = new Judge(List.of(Weaving.RUN_TIME));
        Program program = Program.of(0); // any
        program.tree()
                .parts()
                .set(
                        program.tree().parts().size() - 1,
                        Node.fixed(
                                "static { ",
                                Node.statement("v(1);"),
                                new Node.Either("v(2);", "v(3);"),
                                " }\n}\n"));
        List<Judge.Difference> found = judge.compare(List.of(program), true);
        assertThat(found).hasSize(1);
        int before = program.tree().size();
        Judge.Difference small = judge.shrink(found.getFirst());
        assertThat(small.program().tree().size()).isLessThan(before / 2);
        assertThat(Judge.source(List.of(small.program()), true)).contains("v(3);");
    }
}
