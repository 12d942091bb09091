package dev.thrum.benchmarks;

import static dev.thrum.benchmarks.Workload.check;
import static dev.thrum.benchmarks.Workload.triangle;

import dev.thrum.channel.Channel;
import dev.thrum.sync.Mutex;
import dev.thrum.task.Async;
import dev.thrum.task.JoinHandle;
import dev.thrum.task.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** The workloads about tasks that talk to each other. */
final class MessageWorkloads {
    private MessageWorkloads() {}

    static List<Workload> all() {
        return List.of(
                new Workload("ping_pong", 1_000_000, MessageWorkloads::pingPong),
                new Workload("mpsc_bounded", 4_000_000, MessageWorkloads::mpscBounded),
                new Workload("mpmc_unbounded", 4_000_000, MessageWorkloads::mpmcUnbounded),
                new Workload("mutex", 2_000_000, MessageWorkloads::mutex),
                new Workload("sieve", 1_500, MessageWorkloads::sieve));
    }

    private static long pingPong(long n) {
        int pairs = 1000;
        long rounds = n / pairs;
        long total =
                Task.spawn(
                                () -> {
                                    var handles = new ArrayList<JoinHandle<Long>>();
                                    for (int p = 0; p < pairs; p++) {
                                        Channel<Long> pings = Channel.bounded(1);
                                        Channel<Long> pongs = Channel.bounded(1);
                                        Task.spawn(pong(pings, pongs));
                                        handles.add(Task.spawn(ping(pings, pongs, rounds)));
                                    }
                                    return TaskWorkloads.sum(handles).await();
                                })
                        .join();
        check(total == pairs * rounds, "ping_pong");
        return total;
    }

    private static Async<Void> pong(Channel<Long> pings, Channel<Long> pongs) {
        return Async.async(() -> {
            for (Optional<Long> ping; (ping = pings.next().await()).isPresent(); ) {
                pongs.send(ping.get() + 1).await();
            }
        });
    }

    private static Async<Long> ping(Channel<Long> pings, Channel<Long> pongs, long rounds) {
        return Async.async(() -> {
            long value = 0;
            for (long i = 0; i < rounds; i++) {
                pings.send(value).await();
                value = pongs.receive().await();
            }
            pings.close();
            return value;
        });
    }

    private static long mpscBounded(long n) {
        return producersAndConsumers(Channel.bounded(100), n, 1);
    }

    private static long mpmcUnbounded(long n) {
        return producersAndConsumers(Channel.unbounded(), n, 4);
    }

    private static long producersAndConsumers(Channel<Long> channel, long n, int consumers) {
        int producers = 4;
        long each = n / producers;
        var count = new AtomicLong();
        long sum =
                Task.spawn(
                                () -> {
                                    var consuming = new ArrayList<JoinHandle<Long>>();
                                    for (int c = 0; c < consumers; c++) {
                                        consuming.add(Task.spawn(consume(channel, count)));
                                    }
                                    var producing = new ArrayList<JoinHandle<?>>();
                                    for (int p = 0; p < producers; p++) {
                                        producing.add(
                                                Task.spawn(() -> {
                                                    for (long i = 0; i < each; i++) {
                                                        channel.send(i).await();
                                                    }
                                                }));
                                    }
                                    for (JoinHandle<?> producer : producing) {
                                        producer.await();
                                    }
                                    channel.close();
                                    return TaskWorkloads.sum(consuming).await();
                                })
                        .join();
        check(count.get() == producers * each && sum == producers * triangle(each), "messages");
        return count.get();
    }

    private static Async<Long> consume(Channel<Long> channel, AtomicLong count) {
        return Async.async(() -> {
            long received = 0;
            long sum = 0;
            for (Optional<Long> message; (message = channel.next().await()).isPresent(); ) {
                received++;
                sum += message.get();
            }
            count.addAndGet(received);
            return sum;
        });
    }

    private static long mutex(long n) {
        int tasks = 100;
        long locks = n / tasks;
        var counter = new long[1];
        Task.spawn(
                        () -> {
                            var mutex = new Mutex();
                            var handles = new ArrayList<JoinHandle<?>>();
                            for (int t = 0; t < tasks; t++) {
                                handles.add(
                                        Task.spawn(() -> {
                                            for (long i = 0; i < locks; i++) {
                                                try (var _ = mutex.lock().await()) {
                                                    counter[0]++;
                                                }
                                            }
                                        }));
                            }
                            for (JoinHandle<?> handle : handles) {
                                handle.await();
                            }
                        })
                .join();
        check(counter[0] == tasks * locks, "mutex");
        return counter[0];
    }

    private static long sieve(long n) {
        long[] expected = primes((int) n);
        long limit = expected[expected.length - 1];
        List<Long> found =
                Task.spawn(
                                () -> {
                                    var primes = new ArrayList<Long>();
                                    Channel<Long> numbers = Channel.bounded(1);
                                    Task.spawn(() -> {
                                        for (long x = 2; x <= limit; x++) {
                                            numbers.send(x).await();
                                        }
                                        numbers.close();
                                    });
                                    // The end of the numbers closes channel after channel, and so
                                    // ends all tasks.
                                    Channel<Long> in = numbers;
                                    for (Optional<Long> next;
                                            (next = in.next().await()).isPresent(); ) {
                                        long prime = next.get();
                                        primes.add(prime);
                                        Channel<Long> to = Channel.bounded(1);
                                        Task.spawn(filter(prime, in, to));
                                        in = to;
                                    }
                                    return primes;
                                })
                        .join();
        boolean right = found.size() == expected.length;
        for (int i = 0; right && i < expected.length; i++) {
            right = found.get(i) == expected[i];
        }
        check(right, "sieve");
        return n;
    }

    private static Async<Void> filter(long prime, Channel<Long> in, Channel<Long> out) {
        return Async.async(() -> {
            for (Optional<Long> next; (next = in.next().await()).isPresent(); ) {
                if (next.get() % prime != 0) {
                    out.send(next.get()).await();
                }
            }
            out.close();
        });
    }

    /** The first {@code n} primes, found without any task; the sieve is checked against them. */
    private static long[] primes(int n) {
        long[] primes = new long[n];
        int found = 0;
        for (long x = 2; found < n; x++) {
            boolean isPrime = true;
            for (int i = 0; isPrime && i < found && primes[i] * primes[i] <= x; i++) {
                isPrime = x % primes[i] != 0;
            }
            if (isPrime) {
                primes[found++] = x;
            }
        }
        return primes;
    }
}
