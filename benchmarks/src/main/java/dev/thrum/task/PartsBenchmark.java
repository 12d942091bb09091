package dev.thrum.task;

import dev.thrum.executor.Worker;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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

/** What tasks are made of: transitions, polls, spawning, the read of a task-local. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@State(Scope.Thread)
public class PartsBenchmark {
    private static final int MANY = 1000;

    private static final TaskLocal<Integer> LOCAL = TaskLocal.withInitial(() -> 7);

    /** The state word without a task around it. */
    private static final class Word extends TaskState {
        @Override
        public boolean run(@Nullable Worker worker) {
            throw new AssertionError("not run here");
        }
    }

    private final Word word = new Word();
    private final Async<Object> pending = Async.pending();
    private final Context noop = Context.of(Waker.noop());
    private final ThreadLocal<Integer> threadLocal = ThreadLocal.withInitial(() -> 7);

    /** The poll of something that stays pending. */
    @Benchmark
    public Poll<Object> pollPending() throws Exception {
        return pending.poll(noop);
    }

    /** An idle task is woken, polled, and idle again. */
    @Benchmark
    public boolean wakePollIdle() {
        boolean idle = word.transitionToIdle();
        boolean woken = word.transitionToWoken();
        word.transitionToPolled();
        return idle & woken;
    }

    /** A wake that finds the task woken already. */
    @Benchmark
    public boolean wakeCoalesces() {
        return word.transitionToWoken();
    }

    @Benchmark
    public Integer blockOnReady() {
        return Task.blockOn(Async.ready(1));
    }

    @Benchmark
    public Integer blockOnBlock() {
        return Task.blockOn(() -> 1);
    }

    /** From outside, one at a time: there and back between two threads. */
    @Benchmark
    public Integer spawnAndJoinFromOutside() {
        return Task.spawn(() -> 1).join();
    }

    /** Within a task, a thousand at a time, for each. */
    @Benchmark
    @OperationsPerInvocation(MANY)
    public int spawnAndAwait() {
        return Task.spawn(
                        () -> {
                            var handles = new JoinHandle<?>[MANY];
                            for (int i = 0; i < MANY; i++) {
                                handles[i] = Task.spawn(Async.ready(1));
                            }
                            int sum = 0;
                            for (JoinHandle<?> handle : handles) {
                                sum += (Integer) handle.await();
                            }
                            return sum;
                        })
                .join();
    }

    @Benchmark
    @OperationsPerInvocation(MANY)
    public int taskLocalGet() {
        return Task.blockOn(() -> {
            int sum = 0;
            for (int i = 0; i < MANY; i++) {
                sum += LOCAL.get();
                java.lang.invoke.VarHandle.acquireFence(); // each read anew
            }
            return sum;
        });
    }

    @Benchmark
    @OperationsPerInvocation(MANY)
    public int threadLocalGet() {
        int sum = 0;
        for (int i = 0; i < MANY; i++) {
            sum += threadLocal.get();
            java.lang.invoke.VarHandle.acquireFence();
        }
        return sum;
    }
}
