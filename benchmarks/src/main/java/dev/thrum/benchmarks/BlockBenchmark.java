package dev.thrum.benchmarks;

import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.task.Poll;
import dev.thrum.task.Waker;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A woven block beside a state machine written by hand, made and run. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
@State(Scope.Thread)
public class BlockBenchmark {
    private final Async<Integer> one = Async.ready(1);
    private final Async<Integer> two = Async.ready(2);
    private final Context noop = Context.of(Waker.noop());
    private int number = 3;

    private Async<Integer> woven(int n) {
        return Async.async(() -> one.await() + two.await() + n);
    }

    private static final class ByHand implements Async<Integer> {
        private final Async<Integer> first;
        private final Async<Integer> second;
        private final int n;
        private int state;
        private int sum;

        ByHand(Async<Integer> first, Async<Integer> second, int n) {
            this.first = first;
            this.second = second;
            this.n = n;
        }

        @Override
        public Poll<Integer> poll(Context cx) throws Exception {
            if (state == 0) {
                if (!(first.poll(cx) instanceof Poll.Ready<Integer>(Integer value))) {
                    return Poll.pending();
                }
                sum = value;
                state = 1;
            }
            if (state == 1) {
                if (!(second.poll(cx) instanceof Poll.Ready<Integer>(Integer value))) {
                    return Poll.pending();
                }
                state = 2;
                return Poll.ready(sum + value + n);
            }
            throw new IllegalStateException("polled after it completed");
        }
    }

    @Benchmark
    public Async<Integer> makeWoven() {
        return woven(number);
    }

    @Benchmark
    public Async<Integer> makeByHand() {
        return new ByHand(one, two, number);
    }

    @Benchmark
    public Poll<Integer> runWoven() throws Exception {
        return woven(number).poll(noop);
    }

    @Benchmark
    public Poll<Integer> runByHand() throws Exception {
        return new ByHand(one, two, number).poll(noop);
    }
}
