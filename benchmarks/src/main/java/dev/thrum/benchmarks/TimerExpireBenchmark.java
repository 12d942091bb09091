package dev.thrum.benchmarks;

import dev.thrum.timer.TimerEntry;
import dev.thrum.timer.Timers;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A million sleepers, armed and then all fired in one go; time per entry for both together. They
 * are due in order of arming within {@code spread}, or in random order within it.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(TimerExpireBenchmark.COUNT)
@Warmup(iterations = 5)
@Measurement(iterations = 10)
@Fork(
        value = 1,
        jvmArgs = {"-Xms4g", "-Xmx4g"})
@State(Scope.Benchmark)
public class TimerExpireBenchmark {

    static final int COUNT = 1_000_000;
    private static final long SECOND = 1_000_000_000L;

    /** Over how many nanoseconds the deadlines are spread. */
    @Param({"1", "10000000", "10000000000"})
    long spread;

    /** Whether deadlines are armed in random order. */
    @Param({"false", "true"})
    boolean random;

    private final long[] deadlines = new long[COUNT];
    private final Entry[] entries = new Entry[COUNT];
    private final HeapEntry[] heapEntries = new HeapEntry[COUNT];
    private int fired;

    @Setup(Level.Trial)
    public void create() {
        SplittableRandom source = new SplittableRandom(1);
        for (int i = 0; i < COUNT; i++) {
            deadlines[i] = 10 * SECOND + (random ? source.nextLong(spread) : i * (spread / COUNT));
            entries[i] = new Entry();
            heapEntries[i] = new HeapEntry();
        }
    }

    @Setup(Level.Iteration)
    public void collect() {
        fired = 0;
        System.gc();
    }

    @Benchmark
    public int wheel() {
        Timers timers = new Timers(1, 0, deadline -> {});
        for (int i = 0; i < COUNT; i++) {
            timers.arm(entries[i], deadlines[i], 0);
        }
        timers.expire(10 * SECOND + spread);
        return check();
    }

    @Benchmark
    public int heap() {
        TimerHeap heap = new TimerHeap();
        for (int i = 0; i < COUNT; i++) {
            heap.arm(heapEntries[i], deadlines[i]);
        }
        heap.expire(10 * SECOND + spread);
        return check();
    }

    /**
     * It has a clock of its own, which cannot be set, and takes negative delays for zero: all are
     * due at once in the order of arming, whatever the parameters.
     */
    @Benchmark
    @SuppressWarnings("FutureReturnValueIgnored") // the count tells
    public int scheduledThreadPool() throws InterruptedException {
        ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);
        CountDownLatch armed = new CountDownLatch(1);
        scheduler.submit(() -> {
            armed.await();
            return null;
        });
        for (int i = 0; i < COUNT; i++) {
            scheduler.schedule(() -> fired++, 0, TimeUnit.NANOSECONDS);
        }
        armed.countDown();
        scheduler.shutdown();
        scheduler.awaitTermination(1, TimeUnit.MINUTES);
        return check();
    }

    private int check() {
        if (fired != COUNT) {
            throw new IllegalStateException("fired " + fired);
        }
        return fired;
    }

    private final class Entry extends TimerEntry {
        @Override
        protected void fired() {
            fired++;
        }
    }

    private final class HeapEntry extends TimerHeap.Entry {
        @Override
        void fired() {
            fired++;
        }
    }
}
