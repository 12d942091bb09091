package dev.thrum.benchmarks;

import dev.thrum.channel.Channel;
import dev.thrum.sync.Mutex;
import dev.thrum.task.Task;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Channels and the mutex where nobody waits: a message in and out, a lock and its release. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@State(Scope.Thread)
public class ChannelBenchmark {
    private static final int MANY = 1000;

    private final Channel<String> bounded = Channel.bounded(64);
    private final Channel<String> unbounded = Channel.unbounded();
    private final Mutex mutex = new Mutex();

    @Benchmark
    public Optional<String> tryBounded() {
        bounded.trySend("message");
        return bounded.tryReceive();
    }

    @Benchmark
    public Optional<String> tryUnbounded() {
        unbounded.trySend("message");
        return unbounded.tryReceive();
    }

    /** In a task, by {@code await}. */
    @Benchmark
    @OperationsPerInvocation(MANY)
    public int awaitBounded() {
        Channel<String> channel = bounded;
        return Task.blockOn(() -> {
            int length = 0;
            for (int i = 0; i < MANY; i++) {
                channel.send("message").await();
                length += channel.receive().await().length();
            }
            return length;
        });
    }

    @Benchmark
    @OperationsPerInvocation(MANY)
    public int awaitMutex() {
        Mutex locked = mutex;
        return Task.blockOn(() -> {
            int count = 0;
            for (int i = 0; i < MANY; i++) {
                try (var _ = locked.lock().await()) {
                    count++;
                }
            }
            return count;
        });
    }
}
