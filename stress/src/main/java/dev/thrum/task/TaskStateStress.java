package dev.thrum.task;

import dev.thrum.executor.Worker;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** The races on the state word of a task. */
public final class TaskStateStress {

    private TaskStateStress() {}

    private static final class Word extends TaskState {
        int payload; // plain

        @Override
        public boolean run(@Nullable Worker worker) {
            throw new AssertionError("not run here");
        }

        /** Polls as long as the state asks for it; what the last poll saw. */
        int pollWhileDue() {
            int seen;
            do {
                transitionToPolled();
                seen = payload;
            } while (!transitionToIdle());
            return seen;
        }
    }

    /** wake | poll, while ACTIVE: a wake that coalesces publishes, too. */
    @JCStressTest
    @Description("A poll sees what happened before the wake, or the waker has to submit.")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "coalesced, or polled once more")
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "woken behind the poll: submitted")
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "likewise, and seen early by chance")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a lost wake")
    @State
    public static class WakeOrPoll {
        private final Word task = new Word();

        @Actor
        public void wake(II_Result r) {
            task.payload = 1;
            r.r1 = task.transitionToWoken() ? 1 : 0;
        }

        @Actor
        public void poll(II_Result r) {
            r.r2 = task.pollWhileDue();
        }
    }

    /** wake | wake | poll: whoever finds it idle submits, one alone. */
    @JCStressTest
    @Description("However many wake: one submits, if the poll did not see them.")
    @Outcome(id = "0, 0, 0", expect = Expect.ACCEPTABLE, desc = "both before the end of the poll")
    @Outcome(
            id = {"1, 0, 1", "0, 1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one behind it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "submitted twice, or ACTIVE and not submitted")
    @State
    public static class WakeWakePoll {
        private final Word task = new Word();

        @Actor
        public void wake1(III_Result r) {
            r.r1 = task.transitionToWoken() ? 1 : 0;
        }

        @Actor
        public void wake2(III_Result r) {
            r.r2 = task.transitionToWoken() ? 1 : 0;
        }

        @Actor
        public void poll() {
            task.pollWhileDue();
        }

        @Arbiter
        public void phase(III_Result r) {
            r.r3 = TaskState.phase(task.state()); // IDLE is 0, ACTIVE is 1
        }
    }

    /** cancel | end: the request is recorded, or comes too late. */
    @JCStressTest
    @Description("A request to cancel is recorded before the end, or is nothing.")
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "too late")
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "recorded")
    @Outcome(expect = Expect.FORBIDDEN, desc = "told one thing and done another")
    @State
    public static class CancelOrComplete {
        private final Word task = new Word();

        /** Makes it polled. */
        public CancelOrComplete() {
            task.transitionToPolled();
        }

        @Actor
        public void cancel(II_Result r) {
            r.r1 = task.transitionToCancelRequested() == TaskState.OnCancel.RECORDED ? 1 : 0;
        }

        @Actor
        public void end() {
            task.transitionToEnded(TaskState.SUCCEEDED);
        }

        @Arbiter
        public void flag(II_Result r) {
            r.r2 = task.isCancelRequested() ? 1 : 0;
        }
    }

    /** cancel | wake of an idle task: one of both submits. */
    @JCStressTest
    @Description("Of a cancel and a wake of an idle task exactly one submits it.")
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both, or neither")
    @State
    public static class CancelOrWake {
        private final Word task = new Word();

        /** Makes it IDLE. */
        public CancelOrWake() {
            task.pollWhileDue();
        }

        @Actor
        public void cancel(II_Result r) {
            r.r1 = task.transitionToCancelRequested() == TaskState.OnCancel.SUBMIT ? 1 : 0;
        }

        @Actor
        public void wake(II_Result r) {
            r.r2 = task.transitionToWoken() ? 1 : 0;
        }
    }

    /** claim | wake of an idle task: one of both has it. */
    @JCStressTest
    @Description("An idle task is claimed by who ends it, or submitted by who wakes it.")
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one of both")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both, or neither")
    @State
    public static class ClaimOrWake {
        private final Word task = new Word();

        /** Makes it IDLE. */
        public ClaimOrWake() {
            task.pollWhileDue();
        }

        @Actor
        public void claim(II_Result r) {
            if (task.transitionToClaimed()) {
                r.r1 = 1;
                task.transitionToEnded(TaskState.CANCELLED);
            }
        }

        @Actor
        public void wake(II_Result r) {
            r.r2 = task.transitionToWoken() ? 1 : 0;
        }
    }
}
