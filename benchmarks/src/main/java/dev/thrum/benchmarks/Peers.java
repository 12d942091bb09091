package dev.thrum.benchmarks;

import java.util.ArrayList;
import java.util.List;

/**
 * The workloads that other runtimes run too, on Thrum.
 *
 * <pre>
 * Peers [WORKLOAD…] [--threads T] [--n N] [--warmup W] [--runs R] [--json]
 * </pre>
 *
 * Without workloads it runs all of them. With {@code --json} it prints a JSON line for each instead
 * of a row, and ends with status 3 if it does not have one.
 */
public final class Peers {
    private static final int NO_SUCH_WORKLOAD = 3;

    private Peers() {}

    /** Runs what the arguments name. */
    public static void main(String[] args) throws Exception {
        List<String> names = new ArrayList<>();
        int threads = Runtime.getRuntime().availableProcessors();
        long n = 0;
        int warmup = -1;
        int runs = -1;
        boolean json = false;
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--threads" -> threads = (int) number(args, ++i);
                case "--n" -> n = number(args, ++i);
                case "--warmup" -> warmup = (int) number(args, ++i);
                case "--runs" -> runs = (int) number(args, ++i);
                case "--json" -> json = true;
                default -> names.add(args[i]);
            }
        }
        System.setProperty("thrum.thread.count", Integer.toString(threads));
        var measurement = new Measurement(threads, n, warmup, runs);
        for (Workload workload : select(names)) {
            Measurement.Result result = measurement.measure(workload);
            System.out.println(json ? result.toJson() : result.toRow());
        }
        System.exit(0);
    }

    private static long number(String[] args, int at) {
        String option = args[at - 1];
        if (at == args.length) {
            throw new IllegalArgumentException(option + " needs a number behind it");
        }
        try {
            return Long.parseLong(args[at].replace("_", ""));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    option + " needs a number behind it, not \"" + args[at] + "\"", e);
        }
    }

    private static List<Workload> select(List<String> names) {
        List<Workload> all = new ArrayList<>(TaskWorkloads.all());
        all.addAll(MessageWorkloads.all());
        if (names.isEmpty()) {
            return all;
        }
        List<Workload> selected = new ArrayList<>();
        for (String name : names) {
            Workload found = null;
            for (Workload workload : all) {
                if (workload.name().equals(name)) {
                    found = workload;
                }
            }
            if (found == null) {
                System.err.println(
                        "no workload \""
                                + name
                                + "\"; there are "
                                + all.stream().map(Workload::name).toList());
                System.exit(NO_SUCH_WORKLOAD);
            } else {
                selected.add(found);
            }
        }
        return selected;
    }
}
