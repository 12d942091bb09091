package dev.thrum.benchmarks;

import dev.thrum.task.Task;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Locale;

/**
 * What a runtime costs that has nothing to do: processor time while 100,000 tasks sleep.
 *
 * <pre>
 * Idle [SECONDS]
 * </pre>
 */
public final class Idle {
    private static final int SLEEPERS = 100_000;

    private Idle() {}

    /** Measures the whole process, the JVM's own threads included. */
    public static void main(String[] args) throws Exception {
        long seconds = args.length == 0 ? 30 : Long.parseLong(args[0]);
        for (int i = 0; i < SLEEPERS; i++) {
            Task.spawn(Task.sleep(Duration.ofHours(1)));
        }
        System.gc();
        Thread.sleep(2000); // the JIT compiler has to come to rest
        var process =
                (com.sun.management.OperatingSystemMXBean)
                        ManagementFactory.getOperatingSystemMXBean();
        long before = process.getProcessCpuTime();
        long begin = System.nanoTime();
        Thread.sleep(seconds * 1000);
        long cpu = process.getProcessCpuTime() - before;
        long wall = System.nanoTime() - begin;
        System.out.printf(
                Locale.ROOT,
                "%d sleeping tasks: %.1f ms of processor time in %.1f s, %.3f %% of one"
                        + " processor%n",
                SLEEPERS,
                cpu / 1e6,
                wall / 1e9,
                100.0 * cpu / wall);
        System.exit(0);
    }
}
