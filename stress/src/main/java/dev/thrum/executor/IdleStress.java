package dev.thrum.executor;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZZ_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** The Dekker pairs of falling asleep, without the threads: who has to have seen whom. */
public final class IdleStress {
    private IdleStress() {}

    private static boolean signals(Sleepers sleepers) {
        return sleepers.mayWake() && sleepers.beginOnlySearch() && sleepers.take(-1) >= 0;
    }

    /** A worker queues by the release of its ring and a fence; another one falls asleep. */
    @JCStressTest
    @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "the sleeper has seen the job")
    @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "the sleeper is woken")
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "both")
    @Outcome(id = "false, false", expect = FORBIDDEN, desc = "a wake-up was lost")
    @State
    public static class RingAndSleeper {
        private final RunQueue ring = new RunQueue(4, 4, 0);
        private final Sleepers sleepers = new Sleepers(2);
        private final Job job = new Token(1);

        public RingAndSleeper() {
            sleepers.beginSearch(); // by the worker that will fall asleep
        }

        @Actor
        public void worker(ZZ_Result r) {
            sleepers.add(1);
            sleepers.endSearch();
            r.r1 = !ring.isEmpty();
        }

        @Actor
        public void queues(ZZ_Result r) {
            ring.offer(job);
            VarHandle.fullFence();
            r.r2 = signals(sleepers);
        }
    }

    /** The same for a job from outside. */
    @JCStressTest
    @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "the sleeper has seen the job")
    @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "the sleeper is woken")
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "both")
    @Outcome(id = "false, false", expect = FORBIDDEN, desc = "a wake-up was lost")
    @State
    public static class InboxAndSleeper {
        private final JobStack injected = new JobStack();
        private final Sleepers sleepers = new Sleepers(2);
        private final Job job = new Token(1);

        @Actor
        public void worker(ZZ_Result r) {
            sleepers.add(1);
            r.r1 = !injected.isEmpty();
        }

        @Actor
        public void queues(ZZ_Result r) {
            injected.push(job);
            r.r2 = signals(sleepers);
        }
    }

    /** A searcher that ends its search, because it has found something else, looks once more. */
    @JCStressTest
    @Outcome(id = "true, false", expect = ACCEPTABLE, desc = "the searcher sees the job")
    @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "the sleeper is woken")
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "both")
    @Outcome(id = "false, false", expect = FORBIDDEN, desc = "each relied on the other")
    @State
    public static class SearcherEnds {
        private final JobStack injected = new JobStack();
        private final Sleepers sleepers = new Sleepers(2);
        private final Job job = new Token(1);

        public SearcherEnds() {
            sleepers.add(0);
            sleepers.beginSearch();
        }

        @Actor
        public void searcher(ZZ_Result r) {
            r.r1 = sleepers.endSearch() && !injected.isEmpty();
        }

        @Actor
        public void queues(ZZ_Result r) {
            injected.push(job);
            r.r2 = signals(sleepers);
        }
    }

    /** Two wakers and the sleeper itself: exactly one takes it out of the set. */
    @JCStressTest
    @Outcome(id = "true, false, false", expect = ACCEPTABLE, desc = "by itself")
    @Outcome(id = "false, true, false", expect = ACCEPTABLE, desc = "by the first")
    @Outcome(id = "false, false, true", expect = ACCEPTABLE, desc = "by the second")
    @Outcome(expect = FORBIDDEN, desc = "woken by nobody, or twice")
    @State
    public static class WokenOnce {
        private final Sleepers sleepers = new Sleepers(70);

        public WokenOnce() {
            sleepers.add(65);
        }

        @Actor
        public void itself(ZZZ_Result r) {
            r.r1 = sleepers.remove(65);
        }

        @Actor
        public void first(ZZZ_Result r) {
            r.r2 = sleepers.take(-1) == 65;
        }

        @Actor
        public void second(ZZZ_Result r) {
            r.r3 = sleepers.take(65) == 65;
        }
    }
}
