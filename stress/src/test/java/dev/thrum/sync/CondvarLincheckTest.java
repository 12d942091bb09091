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

/** A signal resumes who waits longest and has not given up; none is kept for who comes later. */
class CondvarLincheckTest {
    private static final Context CONTEXT = Context.of(Waker.noop());

    /** Two who wait, each with a mutex that nobody else wants, and some who signal. */
    public static class Two {
        private final Condvar condvar = new Condvar();
        private final Mutex[] mutexes = {new Mutex(), new Mutex()};
        private final Mutex.@Nullable Guard[] guards = new Mutex.Guard[2];
        private final @Nullable Async<?>[] waits = new Async<?>[2];

        private String poll(int who) throws Exception {
            Async<?> wait = waits[who];
            if (wait == null) {
                Mutex.Guard guard = mutexes[who].tryLock().orElseThrow();
                guards[who] = guard;
                wait = condvar.waitFor(guard);
                waits[who] = wait;
            }
            if (!(wait.poll(CONTEXT) instanceof Poll.Ready<?>)) {
                return "waits";
            }
            return leave(who, "resumed");
        }

        private String cancel(int who) {
            Async<?> wait = waits[who];
            if (wait == null) {
                return "is not there";
            }
            return wait.onCancel(CONTEXT) ? leave(who, "left") : "too late";
        }

        /** However it ends, the guard holds. */
        private String leave(int who, String how) {
            boolean held = mutexes[who].tryLock().isEmpty();
            Mutex.Guard guard = guards[who];
            if (guard != null) {
                guard.close();
            }
            waits[who] = null;
            return how + (held ? "" : " without the mutex");
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

        /** For one. */
        @Operation
        public void signal() {
            condvar.signal();
        }

        /** For all. */
        @Operation
        public void signalAll() {
            condvar.signalAll();
        }
    }

    @Test
    void aCondvarIsLinearizable_alsoIfOneGivesUp() {
        new ModelCheckingOptions()
                .iterations(6)
                .invocationsPerIteration(300)
                .threads(3)
                .actorsPerThread(3)
                .check(Two.class);
        new StressOptions()
                .iterations(6)
                .invocationsPerIteration(300)
                .threads(3)
                .actorsPerThread(3)
                .check(Two.class);
    }
}
