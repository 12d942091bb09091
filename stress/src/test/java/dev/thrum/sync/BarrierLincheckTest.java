package dev.thrum.sync;

import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.task.Poll;
import dev.thrum.task.Waker;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Rounds are made of those who arrived first and have not given up. */
class BarrierLincheckTest {
    private static final Context CONTEXT = Context.of(Waker.noop());

    /** Three who meet by twos. */
    public static class Three {
        private final Barrier barrier = new Barrier(2);
        private final @Nullable Async<Boolean>[] arrivals = newArray();

        @SuppressWarnings({"unchecked", "rawtypes"}) // there is no other way to make such an array
        private static @Nullable Async<Boolean>[] newArray() {
            return new Async[3];
        }

        private String poll(int who) throws Exception {
            Async<Boolean> arrival = arrivals[who];
            if (arrival == null) {
                arrival = barrier.arrive();
                arrivals[who] = arrival;
            }
            if (!(arrival.poll(CONTEXT) instanceof Poll.Ready<Boolean>(Boolean leads))) {
                return "waits";
            }
            arrivals[who] = null;
            return leads ? "leads" : "follows";
        }

        private String cancel(int who) {
            Async<Boolean> arrival = arrivals[who];
            if (arrival == null) {
                return "is not there";
            }
            if (!arrival.onCancel(CONTEXT)) {
                return "too late";
            }
            arrivals[who] = null;
            return "left";
        }

        /** The first. */
        @Operation(nonParallelGroup = "a")
        public String pollA() throws Exception {
            return poll(0);
        }

        /** The first. */
        @Operation(nonParallelGroup = "a")
        public String cancelA() {
            return cancel(0);
        }

        /** The second. */
        @Operation(nonParallelGroup = "b")
        public String pollB() throws Exception {
            return poll(1);
        }

        /** The second. */
        @Operation(nonParallelGroup = "b")
        public String cancelB() {
            return cancel(1);
        }

        /** The third. */
        @Operation(nonParallelGroup = "c")
        public String pollC() throws Exception {
            return poll(2);
        }
    }

    @Test
    void aBarrierIsLinearizable_alsoIfSomeGiveUp() {
        new ModelCheckingOptions()
                .iterations(6)
                .invocationsPerIteration(300)
                .threads(3)
                .actorsPerThread(3)
                .check(Three.class);
        new StressOptions()
                .iterations(6)
                .invocationsPerIteration(300)
                .threads(3)
                .actorsPerThread(3)
                .check(Three.class);
    }
}
