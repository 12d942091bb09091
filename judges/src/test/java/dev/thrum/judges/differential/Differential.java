package dev.thrum.judges.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Compares the programs of many seeds, and reports those that differ. */
final class Differential {

    /** Programs in a source file: a compiler's start is paid once for all of them. */
    private static final int BATCH = 25;

    /** After so many differences there is enough to look at. */
    private static final int ENOUGH = 5;

    private final Judge judge;
    private final List<String> rejected = new ArrayList<>();
    private int programs;
    private int nodes;
    private int crashes;

    Differential(List<Weaving> weavings) {
        judge = new Judge(weavings);
    }

    /**
     * Compares.
     *
     * @param seed the seed of the first program; those of the others follow
     * @param count how many
     * @param progress is told now and then how far it is
     * @return a report for each difference
     */
    List<String> run(long seed, int count, Consumer<String> progress) {
        List<String> reports = new ArrayList<>();
        for (int done = 0; done < count && reports.size() < ENOUGH; done += BATCH) {
            List<Program> batch = new ArrayList<>();
            for (int i = done; i < Math.min(count, done + BATCH); i++) {
                Program program = Program.of(seed + i);
                batch.add(program);
                nodes += program.tree().size();
            }
            programs += batch.size();
            // Every fifth file without line numbers and names of variables.
            for (var difference : compare(batch, done / BATCH % 5 != 4)) {
                reports.add(report(difference));
                progress.accept(reports.getLast());
            }
            if (programs % 1000 == 0) {
                progress.accept(summary());
            }
        }
        return reports;
    }

    /** What the compiler does not take, or crashes at, is set aside: it is not judged here. */
    private List<Judge.Difference> compare(List<Program> batch, boolean debug) {
        try {
            return judge.compare(batch, debug);
        } catch (Compiler.Rejected refusal) {
            if (batch.size() > 1) {
                int half = batch.size() / 2;
                List<Judge.Difference> all = new ArrayList<>();
                all.addAll(compare(batch.subList(0, half), debug));
                all.addAll(compare(batch.subList(half, batch.size()), debug));
                return all;
            }
            if (refusal.getMessage().contains(Compiler.CRASH)) {
                crashes++;
            } else {
                rejected.add("seed " + batch.getFirst().seed() + ": " + refusal.getMessage());
            }
            return List.of();
        }
    }

    private String report(Judge.Difference found) {
        Judge.Difference small = judge.shrink(found);
        List<Program> one = List.of(small.program());
        return String.join(
                "\n",
                "Seed "
                        + found.program().seed()
                        + ", class Main."
                        + small.program().name()
                        + ", differs when "
                        + small.how()
                        + ".",
                "---- plain rendering, shrunk",
                Judge.source(one, false),
                "---- woven rendering, shrunk",
                Judge.source(one, true),
                "---- the plain one did",
                small.plain(),
                "---- the woven one did",
                small.woven());
    }

    /** Programs that are not Java: mistakes of the generator, or of the compiler. */
    List<String> rejected() {
        return rejected;
    }

    /** One line. */
    String summary() {
        return "%d programs of %d nodes on average compared, %d at which the compiler crashed, %d that it rejected"
                .formatted(
                        programs - crashes - rejected.size(),
                        nodes / programs,
                        crashes,
                        rejected.size());
    }
}
