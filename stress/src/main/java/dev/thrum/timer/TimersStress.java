package dev.thrum.timer;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** The races around one timer entry, under the memory model. */
public final class TimersStress {

    private TimersStress() {}

    private static final class Counted extends TimerEntry {
        int payload;
        int fired;
        int seen;

        @Override
        protected void fired() {
            fired++;
            seen = payload;
        }
    }

    /** cancel | expire, then: how often did it fire? */
    @JCStressTest
    @Description("Either cancel wins and the entry does not fire, or expire wins and it does.")
    @Outcome(id = "1, 0, 0", expect = Expect.ACCEPTABLE, desc = "cancelled")
    @Outcome(id = "0, 1, 1", expect = Expect.ACCEPTABLE, desc = "fired")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both, or neither")
    @State
    public static class CancelOrExpire {
        private final Timers timers = new Timers(1, 0, deadline -> {});
        private final Counted entry = new Counted();

        /** Arms the entry that is raced for. */
        public CancelOrExpire() {
            timers.arm(entry, 10, 0);
        }

        @Actor
        public void cancel(III_Result r) {
            r.r1 = timers.cancel(entry) ? 1 : 0;
        }

        @Actor
        public void expire(III_Result r) {
            r.r2 = timers.expire(10);
        }

        @Arbiter
        public void count(III_Result r) {
            r.r3 = entry.fired;
        }
    }

    /** expire | expire, then: how often did it fire? */
    @JCStressTest
    @Description("Of two threads that expire exactly one fires the entry.")
    @Outcome(id = "1, 0, 1", expect = Expect.ACCEPTABLE, desc = "the first")
    @Outcome(id = "0, 1, 1", expect = Expect.ACCEPTABLE, desc = "the second")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both, or neither")
    @State
    public static class ExpireOnce {
        private final Timers timers = new Timers(1, 0, deadline -> {});
        private final Counted entry = new Counted();

        /** Arms the entry that is raced for. */
        public ExpireOnce() {
            timers.arm(entry, 10, 0);
        }

        @Actor
        public void expire1(III_Result r) {
            r.r1 = timers.expire(10);
        }

        @Actor
        public void expire2(III_Result r) {
            r.r2 = timers.expire(11);
        }

        @Arbiter
        public void count(III_Result r) {
            r.r3 = entry.fired;
        }
    }

    /** write, arm | expire: what was written before arming is seen by fired. */
    @JCStressTest
    @Description("Arming publishes what was written before it.")
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "not armed yet")
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "fired, and seen")
    @Outcome(expect = Expect.FORBIDDEN, desc = "fired without seeing it")
    @State
    public static class ArmPublishes {
        private final Timers timers = new Timers(1, 0, deadline -> {});
        private final Counted entry = new Counted();

        @Actor
        public void arm() {
            entry.payload = 1;
            timers.arm(entry, 10, 0);
        }

        @Actor
        public void expire(II_Result r) {
            r.r1 = timers.expire(10);
            r.r2 = entry.seen;
        }
    }

    /** mark, look | arm, tell: the worker sees the deadline, or the listener sees the worker. */
    @JCStressTest
    @Description("A worker about to sleep and a thread that arms do not miss each other.")
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "the worker does not sleep")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "the worker is woken")
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "both")
    @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "a lost wake-up")
    @State
    public static class ArmOrSleep {
        private volatile boolean sleeping;
        private boolean told;
        private final Timers timers = new Timers(1, 0, deadline -> told = sleeping);
        private final Counted entry = new Counted();

        @Actor
        public void sleep(II_Result r) {
            sleeping = true;
            r.r1 = timers.nextDeadline() == 10 ? 1 : 0;
        }

        @Actor
        public void arm(II_Result r) {
            timers.arm(entry, 10, 0);
            r.r2 = told ? 1 : 0;
        }
    }

    /** arm in one shard | arm in another: somebody announces the earliest deadline. */
    @JCStressTest
    @Description("Of equal deadlines armed at once in two shards at least one is announced.")
    @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "each left it to the other")
    @Outcome(expect = Expect.ACCEPTABLE, desc = "announced")
    @State
    public static class ArmInTwoShards {
        private final ThreadLocal<Integer> told = ThreadLocal.withInitial(() -> 0);
        private final Timers timers = new Timers(2, 0, deadline -> told.set(1));
        private final Counted first = new Counted();
        private final Counted second = new Counted();

        @Actor
        public void arm0(II_Result r) {
            timers.arm(first, 10, 0);
            r.r1 = told.get();
        }

        @Actor
        public void arm1(II_Result r) {
            timers.arm(second, 10, 1);
            r.r2 = told.get();
        }
    }
}
