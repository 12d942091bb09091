package dev.thrum.judges.differential;

import dev.thrum.judges.differential.lib.Do.Pace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** Compares the renderings of programs, several in one source file. */
final class Judge {

    /**
     * A program whose renderings do not do the same.
     *
     * @param how the weaving, pace and driver of the woven run
     */
    record Difference(Program program, boolean debug, String how, String plain, String woven) {}

    private final Compiler compiler = new Compiler();
    private final List<Weaving> weavings;

    Judge(List<Weaving> weavings) {
        this.weavings = weavings;
    }

    static String source(List<Program> programs, boolean woven) {
        StringBuilder source = new StringBuilder(Program.HEADER);
        for (Program program : programs) {
            source.append(program.tree().render(woven));
        }
        return source.append("}\n").toString();
    }

    /** Those that differ. */
    List<Difference> compare(List<Program> programs, boolean debug) throws Compiler.Rejected {
        Map<String, byte[]> plain = compiler.compile(source(programs, false), debug);
        Map<String, byte[]> compiled = compiler.compile(source(programs, true), debug);
        List<String> expected = new ArrayList<>();
        ClassLoader loader = new Runs.Loader(plain, Runs.Gives.ALWAYS);
        for (Program program : programs) {
            String outcome = Runs.plain(loader, program);
            if (outcome.contains("java.lang.VerifyError")
                    || outcome.contains("java.lang.ClassFormatError")) {
                throw new Compiler.Rejected(Compiler.CRASH + ": it wrote what the JVM refuses");
            }
            expected.add(outcome);
        }
        Difference[] found = new Difference[programs.size()];
        for (Weaving weaving : weavings) {
            Supplier<ClassLoader> loaders;
            try {
                loaders = weaving.loaders(compiled);
            } catch (RuntimeException failure) {
                return oneByOne(programs, debug, weaving, failure);
            }
            for (Pace pace : Pace.values()) {
                ClassLoader woven = loaders.get();
                for (int i = 0; i < found.length; i++) {
                    Program program = programs.get(i);
                    boolean runtime = (program.seed() + pace.ordinal()) % 2 == 0;
                    String actual = Runs.woven(woven, program, pace, runtime);
                    if (found[i] == null && !same(expected.get(i), actual, runtime)) {
                        String how = weaving + ", " + pace + (runtime ? ", in a task" : ", polled");
                        found[i] = new Difference(program, debug, how, expected.get(i), actual);
                    }
                }
            }
        }
        return Arrays.stream(found).filter(Objects::nonNull).toList();
    }

    /** Finds the program that the weaver could not weave. */
    private List<Difference> oneByOne(
            List<Program> programs, boolean debug, Weaving weaving, RuntimeException failure)
            throws Compiler.Rejected {
        if (programs.size() == 1) {
            String end = failure + " " + List.of(failure.getStackTrace());
            return List.of(new Difference(programs.getFirst(), debug, weaving + "", "", end));
        }
        List<Difference> all = new ArrayList<>();
        for (Program program : programs) {
            all.addAll(compare(List.of(program), debug));
        }
        return all;
    }

    /** Only in a task are traces written such that they read like those of blocking code. */
    private static boolean same(String plain, String woven, boolean runtime) {
        return plain.equals(woven)
                || (!runtime
                        && plain.replaceAll(Runs.PLACE, "")
                                .equals(woven.replaceAll(Runs.PLACE, "")));
    }

    /** Makes a program that differs smaller as long as it still does. */
    Difference shrink(Difference found) {
        return new Shrinker(this, found).shrink();
    }
}
