package dev.thrum.judges.differential;

import dev.thrum.judges.differential.lib.Do.Pace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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

    long c, r, w;
    String times() { return " javac " + c/1000000 + " plain " + r/1000000 + " woven " + w/1000000; }
    /** Those that differ. */
    List<Difference> compare(List<Program> programs, boolean debug) throws Compiler.Rejected {
        long t0 = System.nanoTime();
        Map<String, byte[]> plain = compiler.compile(source(programs, false), debug);
        Map<String, byte[]> compiled = compiler.compile(source(programs, true), debug);
        long t1 = System.nanoTime(); c += t1 - t0;
        List<String> expected = new ArrayList<>();
        ClassLoader loader = new Runs.Loader(plain);
        for (Program program : programs) {
            expected.add(Runs.plain(loader, program));
        }
        long t2 = System.nanoTime(); r += t2 - t1;
        List<@Nullable Difference> found = new ArrayList<>();
        programs.forEach(_ -> found.add(null));
        for (Weaving weaving : weavings) {
            Map<String, byte[]> woven = weaving.weave(compiled);
            for (Pace pace : Pace.values()) {
                loader = new Runs.Loader(woven);
                for (int i = 0; i < programs.size(); i++) {
                    boolean runtime = (programs.get(i).seed() + pace.ordinal()) % 2 == 0;
                    String actual = Runs.woven(loader, programs.get(i), pace, runtime);
                    if (found.get(i) == null && !same(expected.get(i), actual, runtime)) {
                        String how =
                                "woven at "
                                        + weaving.name()
                                        + ", "
                                        + pace
                                        + (runtime ? ", blockOn" : ", driven");
                        found.set(
                                i,
                                new Difference(
                                        programs.get(i), debug, how, expected.get(i), actual));
                    }
                }
            }
        }
        w += System.nanoTime() - t2;
        found.removeIf(d -> d == null);
        return found;
    }

    /** Only in a task are traces written such that they read like those of blocking code. */
    private static boolean same(String plain, String woven, boolean runtime) {
        return plain.equals(woven)
                || (!runtime
                        && plain.replaceAll(Runs.PLACE, "").equals(woven.replaceAll(Runs.PLACE, "")));
    }

    /** Makes a program that differs smaller as long as it still does. */
    Difference shrink(Difference found) {
        return new Shrinker(this, found).shrink();
    }
}
