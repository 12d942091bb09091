package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thrum.executor.Worker;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Walks the table in the Javadoc of {@link TaskState}: every cell of it. */
class TaskStateTest {

    /** The table, as it stands there; "-" where the transition must not be asked for. */
    private static final String TABLE =
            """
            phase     wake      cancel     poll      pending      ended  claim
            IDLE      ACTIVE(1) ACTIVE(1)  -         -            -      ACTIVE
            ACTIVE    NOTIFIED  NOTIFIED   ACTIVE    IDLE         ENDED  ACTIVE(3)
            NOTIFIED  NOTIFIED  NOTIFIED   ACTIVE    NOTIFIED(2)  ENDED  NOTIFIED(3)
            ENDED     ENDED     ENDED      ENDED     -            -      ENDED(3)
            """;

    private static final List<String> PHASES = List.of("IDLE", "ACTIVE", "NOTIFIED", "ENDED");

    private static final class State extends TaskState {
        @Override
        public boolean run(Worker worker) {
            throw new AssertionError("not run here");
        }

        String phase() {
            return PHASES.get(phase(state()));
        }

        int flags() {
            return state() & ~3;
        }
    }

    private static State in(String phase) {
        var state = new State();
        switch (phase) {
            case "IDLE" -> state.transitionToIdle();
            case "NOTIFIED" -> state.transitionToWoken();
            case "ENDED" -> state.transitionToEnded(TaskState.SUCCEEDED);
            default -> {}
        }
        return state;
    }

    /** Does it, and gives the note that the result stands for. */
    private static String transition(State state, String name) {
        return switch (name) {
            case "wake" -> state.transitionToWoken() ? "(1)" : "";
            case "cancel" ->
                    state.transitionToCancelRequested() == TaskState.OnCancel.SUBMIT ? "(1)" : "";
            case "poll" -> {
                assertThat(state.transitionToPolled()).isEqualTo(state.state());
                yield "";
            }
            case "pending" -> state.transitionToIdle() ? "" : "(2)";
            case "ended" -> {
                state.transitionToEnded(TaskState.FAILED);
                yield "";
            }
            case "claim" -> state.transitionToClaimed() ? "" : "(3)";
            default -> throw new AssertionError(name);
        };
    }

    @TestFactory
    List<DynamicTest> W3_theTableHolds() {
        List<String[]> rows = TABLE.lines().map(line -> line.split(" +")).toList();
        String[] header = rows.getFirst();
        List<DynamicTest> tests = new ArrayList<>();
        for (String[] row : rows.subList(1, rows.size())) {
            for (int column = 1; column < header.length; column++) {
                String name = header[column];
                String expected = row[column];
                if (!expected.equals("-")) {
                    tests.add(
                            DynamicTest.dynamicTest(
                                    row[0] + " " + name + " -> " + expected,
                                    () -> {
                                        State state = in(row[0]);
                                        String note = transition(state, name);
                                        assertThat(state.phase() + note).isEqualTo(expected);
                                    }));
                }
            }
        }
        assertThat(tests).hasSize(19);
        return tests;
    }

    @Test
    void J2_aCancellationIsRecordedOnceAndKept() {
        for (String phase : List.of("ACTIVE", "NOTIFIED")) {
            State state = in(phase);
            assertThat(state.isCancelRequested()).isFalse();
            assertThat(state.transitionToCancelRequested()).isEqualTo(TaskState.OnCancel.RECORDED);
            assertThat(state.transitionToCancelRequested()).isEqualTo(TaskState.OnCancel.NOTHING);
            assertThat(state.isCancelRequested()).isTrue();
        }
        State idle = in("IDLE");
        assertThat(idle.transitionToCancelRequested()).isEqualTo(TaskState.OnCancel.SUBMIT);
        assertThat(idle.transitionToCancelRequested()).isEqualTo(TaskState.OnCancel.NOTHING);
    }

    @Test
    void J2_anEndedTaskIsNotCancelled() {
        State state = in("ENDED");

        assertThat(state.transitionToCancelRequested()).isEqualTo(TaskState.OnCancel.NOTHING);
        assertThat(state.isCancelRequested()).isFalse();
        assertThat(state.isEnded()).isTrue();
    }

    @Test
    void P3_onlyTheFirstLookIsTheFirst() {
        State state = in("ENDED");

        assertThat(state.transitionToLooked()).isTrue();
        assertThat(state.transitionToLooked()).isFalse();
        assertThat(state.isEnded()).isTrue();
    }

    @Test
    void W3_noTransitionTouchesAFlagOfAnother() {
        String[] names = {"wake", "cancel", "poll", "pending", "ended", "claim"};
        var random = new Random(42);
        Set<String> seen = new HashSet<>();
        for (int run = 0; run < 2000; run++) {
            var state = new State();
            boolean cancelled = false;
            boolean looked = false;
            int ended = 0;
            for (int i = 0; i < 12; i++) {
                String phase = state.phase();
                String name = names[random.nextInt(names.length)];
                boolean polling = phase.equals("ACTIVE") || phase.equals("NOTIFIED");
                if (polling || !(name.equals("pending") || name.equals("ended"))) {
                    if (!(name.equals("poll") && phase.equals("IDLE"))) {
                        transition(state, name);
                        seen.add(phase + " " + name + " " + state.phase());
                        cancelled |= name.equals("cancel") && !phase.equals("ENDED");
                        ended = name.equals("ended") ? TaskState.FAILED : ended;
                    }
                }
                if (random.nextInt(5) == 0) {
                    assertThat(state.transitionToLooked()).isEqualTo(!looked);
                    looked = true;
                }
                assertThat(state.flags())
                        .isEqualTo(
                                (cancelled ? TaskState.CANCEL : 0)
                                        | (looked ? TaskState.LOOKED : 0)
                                        | ended);
            }
        }
        assertThat(seen).hasSize(19 + 2); // a second cancel leaves IDLE and ACTIVE as they are
    }
}
