package dev.thrum.task;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** The races between a part of a group that is woken and the poll of the group. */
public final class GroupStress {
    private static final TaskRuntime RUNTIME = TaskRuntime.builder().workers(1).build();

    private GroupStress() {}

    static final class Wakes extends AtomicInteger implements Waker {
        private static final long serialVersionUID = 1;

        @Override
        public void wake() {
            incrementAndGet();
        }
    }

    /** Sees what was written plainly, and never ends. */
    static final class Part implements Async<Integer> {
        int first; // plain
        int second; // plain
        int seen;
        @Nullable Waker waker;

        @Override
        public Poll<Integer> poll(Context cx) {
            waker = cx.waker();
            seen = first + second;
            return Poll.pending();
        }

        void wake() {
            if (waker != null) {
                waker.wake();
            }
        }
    }

    abstract static class InGroup {
        private final TaskCell<?> task =
                new SharedTask<>(RUNTIME, Async.pending(), TaskAttributes.NONE);
        final Part part = new Part();
        private final Async<List<Integer>> group =
                Async.joinAll(List.of(part, Async.<Integer>pending()));
        final Wakes latest = new Wakes();

        InGroup() {
            poll(Waker.noop());
        }

        final void poll(Waker waker) {
            TaskCell<?> outer = Current.enter(task); // which owns the group, on any thread
            try {
                group.poll(Context.of(waker));
            } catch (Exception e) {
                throw new AssertionError(e);
            } finally {
                Current.enter(outer);
            }
        }
    }

    /** wake | poll with another waker. */
    @JCStressTest
    @Description("The poll sees what happened before the wake, or the latest waker is woken.")
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "seen by the poll")
    @Outcome(
            id = {"0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "woken to poll again")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a lost wake")
    @State
    public static class WakeOrPoll extends InGroup {
        @Actor
        public void wake() {
            part.first = 1;
            part.wake();
        }

        @Actor
        public void poll() {
            poll(latest);
        }

        @Arbiter
        public void result(II_Result r) {
            r.r1 = part.seen;
            r.r2 = latest.get();
        }
    }

    /** wake | wake of the same part | poll. */
    @JCStressTest
    @Description("Also of two wakes of one part none is lost, and a coalesced one publishes.")
    @Outcome(id = "2, 0", expect = Expect.ACCEPTABLE, desc = "both seen by the poll")
    @Outcome(
            id = {"0, 1", "1, 1", "2, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "woken again")
    @Outcome(
            id = {"0, 2", "1, 2", "2, 2"},
            expect = Expect.ACCEPTABLE,
            desc = "twice")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a lost wake")
    @State
    public static class WakeWakePoll extends InGroup {
        @Actor
        public void wake1() {
            part.first = 1;
            part.wake();
        }

        @Actor
        public void wake2() {
            part.second = 1;
            part.wake();
        }

        @Actor
        public void poll() {
            poll(latest);
        }

        @Arbiter
        public void result(II_Result r) {
            r.r1 = part.seen;
            r.r2 = latest.get();
        }
    }
}
