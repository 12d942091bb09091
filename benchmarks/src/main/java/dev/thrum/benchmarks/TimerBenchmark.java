package dev.thrum.benchmarks;

import dev.thrum.timer.TimerEntry;
import dev.thrum.timer.Timers;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A timeout that does not strike: arm for 30 s, cancel. {@code pending} others are armed meanwhile,
 * spread over a minute. Time stands still for the pair, and moves on by a microsecond after it.
 * Compare {@code -t 1} with {@code -t 2}: each thread has a shard of its own.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 2,
        jvmArgs = {"-Xms4g", "-Xmx4g"})
@State(Scope.Benchmark)
public class TimerBenchmark {

    private static final long SECOND = 1_000_000_000L;

    /** Entries armed all the time. */
    @Param({"0", "100000"})
    int pending;

    private final Timers timers = new Timers(4, 0, deadline -> {});
    private final TimerHeap heap = new TimerHeap();
    private final ScheduledThreadPoolExecutor scheduler = new ScheduledThreadPoolExecutor(1);
    private final AtomicInteger threads = new AtomicInteger();

    @Setup
    @SuppressWarnings("FutureReturnValueIgnored") // never due
    public void armPending() {
        scheduler.setRemoveOnCancelPolicy(true);
        for (int i = 0; i < pending; i++) {
            long delay = 60 * SECOND * i / pending + 60 * SECOND;
            timers.arm(new Entry(), delay, i);
            heap.arm(new HeapEntry(), delay);
            scheduler.schedule(() -> {}, delay, TimeUnit.NANOSECONDS);
        }
        // As in a program that has run for a while: the collector has moved like objects together.
        System.gc();
    }

    @TearDown
    public void stop() {
        scheduler.shutdownNow();
    }

    @Benchmark
    public boolean wheel(Clock clock) {
        clock.now += 1_000;
        timers.arm(clock.entry, clock.now + 30 * SECOND, clock.thread);
        return timers.cancel(clock.entry);
    }

    @Benchmark
    public boolean wheelFreshEntry(Clock clock) {
        clock.now += 1_000;
        Entry entry = new Entry();
        timers.arm(entry, clock.now + 30 * SECOND, clock.thread);
        return timers.cancel(entry);
    }

    @Benchmark
    public boolean heap(Clock clock) {
        clock.now += 1_000;
        heap.arm(clock.heapEntry, clock.now + 30 * SECOND);
        return heap.cancel(clock.heapEntry);
    }

    @Benchmark
    public boolean scheduledThreadPool(Clock clock) {
        ScheduledFuture<?> future = scheduler.schedule(clock, 30 * SECOND, TimeUnit.NANOSECONDS);
        return future.cancel(false);
    }

    /** Time, and the entries, of one thread. */
    @State(Scope.Thread)
    public static class Clock implements Runnable {
        final Entry entry = new Entry();
        final HeapEntry heapEntry = new HeapEntry();
        long now;
        int thread;

        @Setup
        public void number(TimerBenchmark benchmark) {
            thread = benchmark.threads.getAndIncrement();
        }

        @Override
        public void run() {}
    }

    static final class Entry extends TimerEntry {
        @Override
        protected void fired() {}
    }

    static final class HeapEntry extends TimerHeap.Entry {
        @Override
        void fired() {}
    }
}
