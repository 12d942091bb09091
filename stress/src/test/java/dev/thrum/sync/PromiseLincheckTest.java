package dev.thrum.sync;

import dev.thrum.task.Context;
import dev.thrum.task.Poll;
import dev.thrum.task.Waker;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PromiseLincheckTest {
    /** The operations: two who await, any number who complete. */
    public abstract static class Operations {
        abstract String poll(int who);

        abstract boolean cancel(int who);

        /** Gives the value. */
        @Operation
        public abstract boolean complete(@Param(gen = IntGen.class, conf = "1:3") int value);

        /** Whether it is there. */
        @Operation
        public abstract boolean isDone();

        /** The first polls. */
        @Operation(nonParallelGroup = "a")
        public String pollA() {
            return poll(0);
        }

        /** The first is cancelled. */
        @Operation(nonParallelGroup = "a")
        public boolean cancelA() {
            return cancel(0);
        }

        /** The second polls. */
        @Operation(nonParallelGroup = "b")
        public String pollB() {
            return poll(1);
        }
    }

    /** What a promise does if nothing happens at the same time. */
    public static class Model extends Operations {
        private final boolean[] waits = new boolean[2];
        private @Nullable Integer value;

        @Override
        String poll(int who) {
            waits[who] = value == null;
            return value == null ? "waits" : "has " + value;
        }

        @Override
        boolean cancel(int who) {
            boolean was = waits[who];
            waits[who] = false;
            return was && value == null;
        }

        @Override
        public boolean complete(int to) {
            if (value != null) {
                return false;
            }
            value = to;
            return true;
        }

        @Override
        public boolean isDone() {
            return value != null;
        }
    }

    /** The real one. */
    public static class Tested extends Operations {
        private final Promise<Integer> promise = new Promise<>();
        private final AtomicInteger[] wakes = {new AtomicInteger(), new AtomicInteger()};
        private final Context[] contexts = {
            Context.of(Waker.of(wakes[0]::incrementAndGet)),
            Context.of(Waker.of(wakes[1]::incrementAndGet))
        };
        private final boolean[] waits = new boolean[2];

        @Override
        String poll(int who) {
            try {
                if (promise.poll(contexts[who]) instanceof Poll.Ready<Integer>(var value)) {
                    waits[who] = false;
                    return "has " + value;
                }
            } catch (Exception e) {
                return e.toString();
            }
            waits[who] = true;
            return "waits";
        }

        @Override
        boolean cancel(int who) {
            boolean was = waits[who];
            waits[who] = false;
            return was && promise.onCancel(contexts[who]);
        }

        @Override
        public boolean complete(int value) {
            return promise.complete(value);
        }

        @Override
        public boolean isDone() {
            return promise.isDone();
        }
    }

    @Test
    void aPromiseIsDoneOnce_andItsAwaitersSeeTheSameValue() {
        new ModelCheckingOptions()
                .iterations(25)
                .invocationsPerIteration(500)
                .threads(3)
                .actorsPerThread(3)
                .sequentialSpecification(Model.class)
                .check(Tested.class);
        new StressOptions()
                .iterations(10)
                .invocationsPerIteration(500)
                .threads(3)
                .actorsPerThread(3)
                .sequentialSpecification(Model.class)
                .check(Tested.class);
    }
}
