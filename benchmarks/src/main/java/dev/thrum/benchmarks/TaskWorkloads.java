package dev.thrum.benchmarks;

import static dev.thrum.benchmarks.Workload.check;
import static dev.thrum.benchmarks.Workload.triangle;

import dev.thrum.sync.Promise;
import dev.thrum.task.Async;
import dev.thrum.task.JoinHandle;
import dev.thrum.task.Task;
import dev.thrum.task.TaskLocal;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** The workloads about tasks alone. */
final class TaskWorkloads {
    private static final TaskLocal<Long> LOCAL = TaskLocal.withInitial(() -> 7L);

    private static final Duration SLEEP = Duration.ofMillis(Measurement.SLEEP_MS);

    private TaskWorkloads() {}

    static List<Workload> all() {
        return List.of(
                new Workload("spawn_join", 1_000_000, TaskWorkloads::spawnJoin),
                new Workload("spawn_detached", 1_000_000, TaskWorkloads::spawnDetached),
                new Workload("yield_many", 1_000_000, TaskWorkloads::yieldMany),
                new Workload("chained_spawn", 1_000_000, TaskWorkloads::chainedSpawn),
                new Workload("skynet", 1_000_000, TaskWorkloads::skynet),
                new Workload("timeout_churn", 1_000_000, TaskWorkloads::timeoutChurn),
                new Workload("spawn_blocking", 200_000, TaskWorkloads::spawnBlocking),
                new Workload("block_on", 1_000_000, TaskWorkloads::blockOn),
                new Workload("task_local", 100_000_000, TaskWorkloads::taskLocal),
                new Workload("sleepers", 1_000_000, TaskWorkloads::sleepers));
    }

    /** Awaits the handles in order and sums what they give. */
    static Async<Long> sum(List<JoinHandle<Long>> handles) {
        return Async.async(() -> {
            long sum = 0;
            for (JoinHandle<Long> handle : handles) {
                sum += handle.await();
            }
            return sum;
        });
    }

    private static long spawnJoin(long n) {
        long sum =
                Task.spawn(
                                () -> {
                                    var handles = new ArrayList<JoinHandle<Long>>((int) n);
                                    for (long i = 0; i < n; i++) {
                                        long result = i;
                                        handles.add(Task.spawn(() -> result));
                                    }
                                    return sum(handles).await();
                                })
                        .join();
        check(sum == triangle(n), "spawn_join");
        return n;
    }

    private static long spawnDetached(long n) throws InterruptedException {
        var left = new AtomicLong(n);
        var done = new CountDownLatch(1);
        for (long i = 0; i < n; i++) {
            Task.spawn(() -> {
                if (left.decrementAndGet() == 0) {
                    done.countDown();
                }
            });
        }
        done.await();
        check(left.get() == 0, "spawn_detached");
        return n;
    }

    private static long yieldMany(long n) {
        int tasks = 1000;
        long yields = n / tasks;
        long total =
                Task.spawn(
                                () -> {
                                    var handles = new ArrayList<JoinHandle<Long>>();
                                    for (int t = 0; t < tasks; t++) {
                                        handles.add(
                                                Task.spawn(() -> {
                                                    long count = 0;
                                                    for (long i = 0; i < yields; i++) {
                                                        Task.yieldNow().await();
                                                        count++;
                                                    }
                                                    return count;
                                                }));
                                    }
                                    return sum(handles).await();
                                })
                        .join();
        check(total == tasks * yields, "yield_many");
        return total;
    }

    private static long chainedSpawn(long n) {
        long depth = 1000;
        long repeat = n / depth;
        long total =
                Task.spawn(
                                () -> {
                                    long sum = 0;
                                    for (long r = 0; r < repeat; r++) {
                                        var done = new Promise<Long>();
                                        chain(depth, 0, done);
                                        sum += done.await();
                                    }
                                    return sum;
                                })
                        .join();
        check(total == depth * repeat, "chained_spawn");
        return total;
    }

    private static void chain(long depth, long spawned, Promise<Long> done) {
        Task.spawn(() -> {
            if (depth == 1) {
                done.complete(spawned + 1);
            } else {
                chain(depth - 1, spawned + 1, done);
            }
        });
    }

    private static long skynet(long n) {
        long leaves = 1;
        while (leaves * 10 <= n) {
            leaves *= 10;
        }
        long all = leaves;
        long sum = Task.spawn(skynetNode(0, all)).join();
        check(sum == triangle(all), "skynet");
        return all;
    }

    private static Async<Long> skynetNode(long first, long leaves) {
        return Async.async(() -> {
            if (leaves == 1) {
                return first;
            }
            long part = leaves / 10;
            var children = new ArrayList<JoinHandle<Long>>(10);
            for (int i = 0; i < 10; i++) {
                children.add(Task.spawn(skynetNode(first + i * part, part)));
            }
            return sum(children).await();
        });
    }

    private static long timeoutChurn(long n) {
        int tasks = 100;
        long each = n / tasks;
        long total =
                Task.spawn(
                                () -> {
                                    var handles = new ArrayList<JoinHandle<Long>>();
                                    for (int t = 0; t < tasks; t++) {
                                        handles.add(
                                                Task.spawn(() -> {
                                                    long inTime = 0;
                                                    for (long i = 0; i < each; i++) {
                                                        Task.yieldNow()
                                                                .timeout(Duration.ofHours(1))
                                                                .await();
                                                        inTime++;
                                                    }
                                                    return inTime;
                                                }));
                                    }
                                    return sum(handles).await();
                                })
                        .join();
        check(total == tasks * each, "timeout_churn");
        return total;
    }

    private static long spawnBlocking(long n) {
        int window = 1000;
        long windows = n / window;
        long total =
                Task.spawn(
                                () -> {
                                    long sum = 0;
                                    for (long w = 0; w < windows; w++) {
                                        var handles = new ArrayList<JoinHandle<Long>>(window);
                                        for (long i = w * window; i < (w + 1) * window; i++) {
                                            long result = i;
                                            handles.add(Task.spawnBlocking(() -> result));
                                        }
                                        sum += sum(handles).await();
                                    }
                                    return sum;
                                })
                        .join();
        check(total == triangle(windows * window), "spawn_blocking");
        return windows * window;
    }

    private static long blockOn(long n) {
        long sum = 0;
        for (long i = 0; i < n; i++) {
            long result = i;
            sum += Task.blockOn(() -> result);
        }
        check(sum == triangle(n), "block_on");
        return n;
    }

    private static long taskLocal(long n) {
        long sum =
                Task.spawn(
                                () -> {
                                    long s = 0;
                                    for (long i = 0; i < n; i++) {
                                        s += LOCAL.get();
                                        // Costs nothing, but each read has to be done anew.
                                        VarHandle.acquireFence();
                                    }
                                    return s;
                                })
                        .join();
        check(sum == 7 * n, "task_local");
        return n;
    }

    private static long sleepers(long n) {
        Task.spawn(
                        () -> {
                            var handles = new ArrayList<JoinHandle<?>>((int) n);
                            for (long i = 0; i < n; i++) {
                                handles.add(Task.spawn(Task.sleep(SLEEP)));
                            }
                            for (JoinHandle<?> handle : handles) {
                                handle.await();
                            }
                        })
                .join();
        return n;
    }
}
