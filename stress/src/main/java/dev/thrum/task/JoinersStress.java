package dev.thrum.task;

import dev.thrum.task.Outcome.Succeeded;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** The races between those who wait for a task and its end. */
public final class JoinersStress {
    private static final TaskRuntime RUNTIME = TaskRuntime.builder().workers(1).build();

    private JoinersStress() {}

    /** A task that no worker knows: the actors poll it. */
    private static TaskCell<Integer> task() {
        return new SharedTask<>(RUNTIME, Async.ready(42), TaskAttributes.NONE);
    }

    private static final class Wakes extends AtomicInteger implements Waker {
        private static final long serialVersionUID = 1;

        @Override
        public void wake() {
            incrementAndGet();
        }
    }

    /** join | end. */
    @JCStressTest
    @Description("Who joins finds the result, or is woken by the end.")
    @Outcome(id = "42, 0", expect = Expect.ACCEPTABLE, desc = "the result was there")
    @Outcome(id = "-1, 1", expect = Expect.ACCEPTABLE, desc = "woken")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a lost wake, two, or no result")
    @State
    public static class JoinOrEnd {
        private final TaskCell<Integer> task = task();
        private final Wakes waker = new Wakes();

        @Actor
        public void join(II_Result r) {
            r.r1 = -1;
            if (Joiners.isEndedElseJoin(task, waker)) {
                r.r1 = task.outcomeNow() instanceof Succeeded<Integer>(Integer value) ? value : 0;
            }
        }

        @Actor
        public void end() {
            task.advance();
        }

        @Arbiter
        public void wakes(II_Result r) {
            r.r2 = waker.get();
        }
    }

    /** join | join | end. */
    @JCStressTest
    @Description("Each of two finds the task ended or is woken, once.")
    @Outcome(id = "1, 1, 0", expect = Expect.ACCEPTABLE, desc = "each one way or the other")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a lost wake, or two")
    @State
    public static class JoinJoinEnd {
        private final TaskCell<Integer> task = task();
        private final Wakes first = new Wakes();
        private final Wakes second = new Wakes();

        @Actor
        public void join1(III_Result r) {
            r.r1 = Joiners.isEndedElseJoin(task, first) ? 1 : 0;
        }

        @Actor
        public void join2(III_Result r) {
            r.r2 = Joiners.isEndedElseJoin(task, second) ? 1 : 0;
        }

        @Actor
        public void end() {
            task.advance();
        }

        @Arbiter
        public void wakes(III_Result r) {
            r.r1 += first.get();
            r.r2 += second.get();
        }
    }

    /** leave | join | end. */
    @JCStressTest
    @Description("Who leaves takes nobody else's place away.")
    @Outcome(id = "0, 1, 0", expect = Expect.ACCEPTABLE, desc = "left in time")
    @Outcome(id = "1, 1, 0", expect = Expect.ACCEPTABLE, desc = "woken before it could leave")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a lost wake, or two")
    @State
    public static class LeaveJoinEnd {
        private final TaskCell<Integer> task = task();
        private final Wakes leaving = new Wakes();
        private final Wakes joining = new Wakes();

        /** One waits already. */
        public LeaveJoinEnd() {
            Joiners.isEndedElseJoin(task, leaving);
        }

        @Actor
        public void leave() {
            Joiners.leave(task, leaving);
        }

        @Actor
        public void join(III_Result r) {
            r.r2 = Joiners.isEndedElseJoin(task, joining) ? 1 : 0;
        }

        @Actor
        public void end() {
            task.advance();
        }

        @Arbiter
        public void wakes(III_Result r) {
            r.r1 = leaving.get();
            r.r2 += joining.get();
        }
    }
}
