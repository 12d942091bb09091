package dev.thrum.ways;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jdi.event.LocatableEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("V7: steps over awaits that are not ready, however the code was woven")
class SteppingInEachWayTest {

    @TempDir private Path folder;

    /** What the line of a stop ends with. */
    private static String at(LocatableEvent stop) throws Exception {
        if (stop == null) {
            return "ended";
        }
        assertThat(stop.location().sourceName()).isEqualTo("Stepping.java");
        String line = source().get(stop.location().lineNumber() - 1);
        int comment = line.indexOf("// ");
        return comment < 0 ? line.strip() : line.substring(comment + 3);
    }

    /** A line with a pending await would be a stop again when the body goes on. */
    private static LocatableEvent first(Debuggee debuggee) throws Exception {
        LocatableEvent stop = debuggee.next();
        assertThat(stop).isNotNull();
        debuggee.forgetLines();
        return stop;
    }

    private static List<String> source() throws Exception {
        return Files.readAllLines(Path.of("src/test/resources/ways/Stepping.java"));
    }

    private static int line(String comment) throws Exception {
        List<String> source = source();
        for (int i = 0; i < source.size(); i++) {
            if (source.get(i).endsWith("// " + comment)) {
                return i + 1;
            }
        }
        throw new IllegalArgumentException(comment);
    }

    @ParameterizedTest
    @CsvSource({
        "RUN, root", "RUN, worker", "RUN, several",
        "LOAD, root", "LOAD, worker", "LOAD, several",
        "BUILD, root", "BUILD, worker", "BUILD, several"
    })
    void V7_aStepOverAPendingAwaitEndsOnTheNextLine(Program.Way way, String who) throws Exception {
        Program program = Program.compile("Stepping", way, folder);
        try (Debuggee steps = new Debuggee(program, "Stepping " + who, List.of(line("start")))) {
            LocatableEvent stop = first(steps);
            List<String> stops = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                // With and without the filters that debuggers are set to.
                stop =
                        i % 2 == 0
                                ? steps.stepOver(stop.thread())
                                : steps.stepOver(stop.thread(), List.of());
                stops.add(at(stop));
            }
            assertThat(stops)
                    .containsExactly(
                            "first", "second", "loop", "third", "loop", "third", "loop", "end");
            assertThat(Debuggee.variables(stop)).containsEntry("sum", "5");
            // Also out of the method that awaits, into the body that awaits that.
            stop = steps.stepOver(stop.thread());
            assertThat(at(stop)).isEqualTo("called by the " + who);
            assertThat(steps.next()).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void V7_aStepOutOfAPartEndsInTheBodyThatAwaitsIt(Program.Way way) throws Exception {
        Program program = Program.compile("Stepping", way, folder);
        try (Debuggee steps =
                new Debuggee(program, "Stepping part", List.of(line("in the part")))) {
            LocatableEvent stop = first(steps);
            stop = steps.stepOver(stop.thread());
            assertThat(at(stop)).isEqualTo("of the part");
            assertThat(at(steps.stepOver(stop.thread()))).isEqualTo("after the part");
        }
    }

    @ParameterizedTest
    @EnumSource
    void V7_withoutStayingAStepFollowsTheThread(Program.Way way) throws Exception {
        Program program = Program.compile("Stepping", way, folder).with("-Dthrum.debug.stay=false");
        List<Integer> lines = List.of(line("third"));
        try (Debuggee root = new Debuggee(program, "Stepping root", lines)) {
            LocatableEvent stop = first(root);
            stop = root.stepOver(stop.thread());
            assertThat(at(stop)).isEqualTo("case \"root\" -> Task.blockOn(() -> {");
            assertThat(at(root.stepOver(stop.thread()))).isEqualTo("behind");
        }
        try (Debuggee worker = new Debuggee(program, "Stepping worker", lines)) {
            LocatableEvent stop = first(worker);
            assertThat(at(worker.stepOver(stop.thread()))).isEqualTo("ended");
        }
        try (Debuggee unfiltered = new Debuggee(program, "Stepping worker", lines)) {
            LocatableEvent stop = first(unfiltered);
            stop = unfiltered.stepOver(stop.thread(), List.of());
            assertThat(stop.location().declaringType().name())
                    .isEqualTo("dev.thrum.task.Coroutine");
        }
    }
}
