package dev.thrum.executor;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The queues of ready jobs, without anybody who steals. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@State(Scope.Thread)
public class RunQueueBenchmark {
    private final RunQueue queue = new RunQueue(256, 64, 0);
    private final JobStack stack = new JobStack();

    private final Job job =
            new Job() {
                @Override
                public boolean run(@Nullable Worker worker) {
                    throw new AssertionError("not run here");
                }
            };

    /** A worker queues a job and takes it. */
    @Benchmark
    public @Nullable Job offerAndPoll() {
        queue.offer(job);
        return queue.poll();
    }

    /** A job is handed in from outside and taken out. */
    @Benchmark
    public @Nullable Job handInAndTake() {
        stack.push(job);
        return stack.takeAll();
    }
}
