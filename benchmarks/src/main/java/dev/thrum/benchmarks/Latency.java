package dev.thrum.benchmarks;

import dev.thrum.sync.Promise;
import dev.thrum.task.AsyncRunnable;
import dev.thrum.task.JoinHandle;
import dev.thrum.task.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How late things happen, beside virtual threads that do the same.
 *
 * <pre>
 * Latency [SECONDS]
 * </pre>
 *
 * <ul>
 *   <li><em>wake</em>: the time from the completion of a promise (of a future) to the first
 *       instruction of the task that waits for it, while other tasks keep the processors busy for
 *       half of the time, in bursts of 50 µs;
 *   <li><em>timers</em>: how much later than asked for a sleep ends, with 100,000 tasks that sleep
 *       for random times of up to two seconds, again and again.
 * </ul>
 */
public final class Latency {
    private static final int SLEEPERS = 100_000;
    private static final long BURST_NANOS = 50_000;
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    private Latency() {}

    /** What was measured, in nanoseconds; of one task or thread. */
    private static final class Samples {
        private long[] values = new long[64];
        private int size;

        void add(long value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, 2 * size);
            }
            values[size++] = value;
        }

        static String row(String name, List<Samples> parts) {
            long[] all =
                    parts.stream()
                            .flatMapToLong(part -> Arrays.stream(part.values, 0, part.size))
                            .sorted()
                            .toArray();
            return String.format(
                    Locale.ROOT,
                    "%-24s %9d samples   p50 %8.1f µs   p99 %8.1f µs   p99.9 %8.1f µs",
                    name,
                    all.length,
                    all[all.length / 2] / 1e3,
                    all[(int) (all.length * 0.99)] / 1e3,
                    all[(int) (all.length * 0.999)] / 1e3);
        }
    }

    private static void burn() {
        long end = System.nanoTime() + BURST_NANOS;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    // ---- Thrum ----

    /** Who measures is a task itself, and not a thread outside, which would have to be woken. */
    private static void inTask(AsyncRunnable body) {
        Task.spawn(body).join();
    }

    private static Samples wakeOfTasks(long seconds) {
        var samples = new Samples();
        inTask(() -> {
            var stop = new AtomicBoolean();
            List<JoinHandle<?>> load = new ArrayList<>();
            for (int i = 0; i < 20 * PROCESSORS; i++) {
                load.add(
                        Task.spawn(() -> {
                            while (!stop.get()) {
                                burn();
                                // 20 for each processor: each is busy for half of the time.
                                Task.sleep(Duration.ofNanos(39 * BURST_NANOS)).await();
                            }
                        }));
            }
            long end = System.nanoTime() + seconds * 1_000_000_000L;
            while (System.nanoTime() < end) {
                var promise = new Promise<Long>();
                JoinHandle<Long> waiter =
                        Task.spawn(() -> {
                            long woken = promise.await();
                            return System.nanoTime() - woken;
                        });
                Task.sleep(Duration.ofMillis(1)).await();
                promise.complete(System.nanoTime());
                samples.add(waiter.await());
            }
            stop.set(true);
            for (JoinHandle<?> handle : load) {
                handle.await();
            }
        });
        return samples;
    }

    private static List<Samples> timersOfTasks(long seconds) {
        List<Samples> all = new ArrayList<>();
        inTask(() -> {
            long end = System.nanoTime() + seconds * 1_000_000_000L;
            List<JoinHandle<?>> handles = new ArrayList<>();
            for (int i = 0; i < SLEEPERS; i++) {
                var samples = new Samples();
                var random = new SplittableRandom(i);
                all.add(samples);
                handles.add(
                        Task.spawn(() -> {
                            while (System.nanoTime() < end) {
                                long nanos = random.nextLong(2_000_000_000L);
                                long begin = System.nanoTime();
                                Task.sleep(Duration.ofNanos(nanos)).await();
                                samples.add(System.nanoTime() - begin - nanos);
                            }
                        }));
            }
            for (JoinHandle<?> handle : handles) {
                handle.await();
            }
        });
        return all;
    }

    // ---- virtual threads ----

    /** Likewise. */
    private static <T> T inThread(Callable<T> body) throws Exception {
        var task = new FutureTask<T>(body);
        Thread.startVirtualThread(task);
        return task.get();
    }

    private static Samples wakeOfThreads(long seconds) throws Exception {
        var samples = new Samples();
        var stop = new AtomicBoolean();
        List<Thread> load = new ArrayList<>();
        for (int i = 0; i < 20 * PROCESSORS; i++) {
            load.add(
                    Thread.startVirtualThread(() -> {
                        while (!stop.get()) {
                            burn();
                            pause(39 * BURST_NANOS);
                        }
                    }));
        }
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        while (System.nanoTime() < end) {
            var future = new CompletableFuture<Long>();
            var late = new long[1];
            Thread waiter =
                    Thread.startVirtualThread(() -> {
                        long woken = future.join();
                        late[0] = System.nanoTime() - woken;
                    });
            Thread.sleep(1);
            future.complete(System.nanoTime());
            waiter.join();
            samples.add(late[0]);
        }
        stop.set(true);
        for (Thread thread : load) {
            thread.join();
        }
        return samples;
    }

    private static List<Samples> timersOfThreads(long seconds) throws Exception {
        List<Samples> all = new ArrayList<>();
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < SLEEPERS; i++) {
            var samples = new Samples();
            var random = new SplittableRandom(i);
            all.add(samples);
            threads.add(
                    Thread.startVirtualThread(() -> {
                        while (System.nanoTime() < end) {
                            long nanos = random.nextLong(2_000_000_000L);
                            long begin = System.nanoTime();
                            pause(nanos);
                            samples.add(System.nanoTime() - begin - nanos);
                        }
                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return all;
    }

    private static void pause(long nanos) {
        try {
            Thread.sleep(Duration.ofNanos(nanos));
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this", e);
        }
    }

    /** Measures both, each after a second to get warm. */
    public static void main(String[] args) throws Exception {
        long seconds = args.length == 0 ? 10 : Long.parseLong(args[0]);
        wakeOfTasks(2);
        System.out.println(Samples.row("wake, Thrum", List.of(wakeOfTasks(seconds))));
        inThread(() -> wakeOfThreads(2));
        System.out.println(
                Samples.row(
                        "wake, virtual threads", List.of(inThread(() -> wakeOfThreads(seconds)))));
        timersOfTasks(1);
        System.out.println(Samples.row("timers, Thrum", timersOfTasks(seconds)));
        inThread(() -> timersOfThreads(1));
        System.out.println(
                Samples.row("timers, virtual threads", inThread(() -> timersOfThreads(seconds))));
    }
}
