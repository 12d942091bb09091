package dev.thrum.sync;

import dev.thrum.task.Async;
import dev.thrum.task.AsyncCallable;
import dev.thrum.task.Context;
import dev.thrum.task.Poll;
import dev.thrum.task.Waker;
import java.util.Optional;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The first body that succeeds gives the value; one that fails, or was given up, leaves none. */
class OnceCellLincheckTest {
    private static final Context CONTEXT = Context.of(Waker.noop());

    /** A body of a class with a name, without an await, so that nothing has to be woven. */
    private record Giving(int value) implements AsyncCallable<Integer> {
        @Override
        public Integer call() {
            if (value == 0) {
                throw new IllegalStateException("nothing to give");
            }
            return value;
        }
    }

    /** Three who want the value, one of whom cannot make it. */
    private static final class Three {
        private final OnceCell<Integer> cell = new OnceCell<>();
        private final @Nullable Async<?>[] waits = new Async<?>[3];

        private String poll(int who) {
            Async<?> wait = waits[who];
            if (wait == null) {
                wait = cell.getOrInit(new Giving(who));
                waits[who] = wait;
            }
            String seen;
            try {
                if (!(wait.poll(CONTEXT) instanceof Poll.Ready<?>(Object value))) {
                    return "waits";
                }
                seen = "has " + value;
            } catch (Exception failure) {
                seen = failure.getMessage();
            }
            waits[who] = null;
            return seen;
        }

        private String cancel(int who) {
            Async<?> wait = waits[who];
            if (wait == null) {
                return "is not there";
            }
            boolean left = wait.onCancel(CONTEXT);
            waits[who] = left ? null : wait;
            return left ? "left" : "too late";
        }
    }

    /**
     * Who comes while another makes the value has to wait, and one after the other there is nobody
     * to wait for: so what is checked is that values agree, and that the cell can be used on.
     */
    public static class Values {
        private final Three three = new Three();

        /** One that fails. */
        @Operation(nonParallelGroup = "a")
        public void fail() {
            three.poll(0);
        }

        /** One that gives 1, and gives up if it has to wait. */
        @Operation(nonParallelGroup = "b")
        public void giveB() {
            if (three.poll(1).equals("waits")) {
                three.cancel(1);
            }
        }

        /** Once there, it stays what it is. */
        @Operation(nonParallelGroup = "c")
        public boolean stays() {
            Optional<Integer> before = three.cell.get();
            return before.isEmpty() || before.equals(three.cell.get());
        }

        /** Nobody is stuck: who comes last gets a value. */
        @org.jetbrains.lincheck.datastructures.Validate
        public void canBeUsed() {
            String last = "waits";
            for (int i = 0; i < 3 && last.equals("waits"); i++) {
                last = three.poll(2);
            }
            if (!last.startsWith("has ")) {
                throw new AssertionError("the cell is stuck: " + last);
            }
        }
    }

    @Test
    void aCellIsNeverStuckAndNeverChanges_alsoIfOneFailsOrGivesUp() {
        // The first use of a body reads its class file, which the model checker does not let it do.
        Async.async(new Giving(1));
        new ModelCheckingOptions()
                .iterations(6)
                .invocationsPerIteration(300)
                .threads(3)
                .actorsPerThread(3)
                .check(Values.class);
        new StressOptions()
                .iterations(6)
                .invocationsPerIteration(300)
                .threads(3)
                .actorsPerThread(3)
                .check(Values.class);
    }
}
