package dev.thrum.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Runs a workload, warm, and says how long it took: the protocol that the peers follow.
 *
 * @param threads how many worker threads
 * @param n how many operations; 0 for the workload's own number
 * @param warmup how many runs at least before it counts, or −1 for the default
 * @param runs how many runs count, or −1 for the default
 */
record Measurement(int threads, long n, int warmup, int runs) {
    /** How long one sleeper sleeps. */
    static final long SLEEP_MS = 10_000;

    private static final long WARMUP_AT_LEAST_NS = 2_000_000_000L;
    private static final long WARMUP_AT_MOST_NS = 10_000_000_000L;

    /** What was measured; times in nanoseconds, memory in KiB. */
    record Result(
            Workload workload,
            int threads,
            long ops,
            List<Long> times,
            int warmedUp,
            long rssBefore,
            long rssPeak) {
        private boolean isSleepers() {
            return workload.name().equals("sleepers");
        }

        /** For sleepers only the time beyond the sleep counts. */
        private long base() {
            return isSleepers() ? SLEEP_MS * 1_000_000 : 0;
        }

        private long median() {
            return (times.get((times.size() - 1) / 2) + times.get(times.size() / 2)) / 2;
        }

        private double perOp(long time) {
            return (time - base()) / (double) ops;
        }

        private double bytesPerTask() {
            return (rssPeak - rssBefore) * 1024.0 / ops;
        }

        /** One JSON object, in one line. */
        String toJson() {
            String sleepers =
                    isSleepers()
                            ? String.format(
                                    Locale.ROOT,
                                    ",\"wall_s\":%.3f,\"overhead_s\":%.3f,\"rss_before_kb\":%d"
                                            + ",\"bytes_per_task\":%.1f",
                                    median() / 1e9,
                                    (median() - base()) / 1e9,
                                    rssBefore,
                                    bytesPerTask())
                            : "";
            return String.format(
                    Locale.ROOT,
                    "{\"system\":\"thrum\",\"version\":\"0.1.0\",\"workload\":\"%s\",\"threads\":%d"
                            + ",\"ops\":%d,\"ns_per_op_min\":%.3f,\"ns_per_op_median\":%.3f"
                            + ",\"ns_per_op_max\":%.3f,\"runs\":%d,\"warmup\":%d"
                            + ",\"total_ns_median\":%d,\"peak_rss_kb\":%d%s}",
                    workload.name(),
                    threads,
                    ops,
                    perOp(times.getFirst()),
                    perOp(median()),
                    perOp(times.getLast()),
                    times.size(),
                    warmedUp,
                    median(),
                    rssPeak,
                    sleepers);
        }

        /** One row of a table for people. */
        String toRow() {
            String memory =
                    isSleepers()
                            ? String.format(Locale.ROOT, "   %.0f bytes/task", bytesPerTask())
                            : "";
            return String.format(
                    Locale.ROOT,
                    "%-16s %12.1f ns/op  (%.1f – %.1f, %d runs)%s",
                    workload.name(),
                    perOp(median()),
                    perOp(times.getFirst()),
                    perOp(times.getLast()),
                    times.size(),
                    memory);
        }
    }

    Result measure(Workload workload) throws Exception {
        boolean sleepers = workload.name().equals("sleepers");
        long ops = n == 0 ? workload.defaultN() : n;
        int counted = runs >= 0 ? runs : sleepers ? 1 : 5;
        int atLeast = warmup >= 0 ? warmup : sleepers ? 0 : 5;

        // At least `atLeast` runs and 2 s, but no new one after 10 s.
        int warmedUp = 0;
        long start = System.nanoTime();
        while (atLeast > 0) {
            long elapsed = System.nanoTime() - start;
            if ((warmedUp > 0 && elapsed >= WARMUP_AT_MOST_NS)
                    || (warmedUp >= atLeast && elapsed >= WARMUP_AT_LEAST_NS)) {
                break;
            }
            workload.body().run(ops);
            warmedUp++;
        }
        long rssBefore = peakRss();
        long done = 0;
        List<Long> times = new ArrayList<>();
        for (int r = 0; r < counted; r++) {
            long begin = System.nanoTime();
            done = workload.body().run(ops);
            times.add(System.nanoTime() - begin);
        }
        Collections.sort(times);
        return new Result(workload, threads, done, times, warmedUp, rssBefore, peakRss());
    }

    /** The high-water mark of this process's resident memory; 0 where it cannot be told. */
    private static long peakRss() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("no line VmHWM in " + status);
    }
}
