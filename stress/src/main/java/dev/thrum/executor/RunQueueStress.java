package dev.thrum.executor;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/** The ring between its owner and its thieves; capacities so small that every path is taken. */
public final class RunQueueStress {
    private RunQueueStress() {}

    private static int drain(RunQueue queue) {
        int sum = 0;
        for (Job job = queue.poll(); job != null; job = queue.poll()) {
            sum += Token.contentOf(job);
        }
        return sum;
    }

    /** What is seen at all is seen with its content. */
    @JCStressTest
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "too early")
    @Outcome(id = "7", expect = ACCEPTABLE, desc = "stolen, and published")
    @Outcome(expect = FORBIDDEN, desc = "the job came without its content")
    @State
    public static class Publication {
        private final RunQueue victim = new RunQueue(2, 4, 0);
        private final RunQueue thief = new RunQueue(2, 4, 0);

        @Actor
        public void owner() {
            victim.offer(new Token(7));
        }

        @Actor
        public void thief(L_Result r) {
            victim.stealTo(thief);
            r.r1 = drain(thief);
        }
    }

    /** offer, poll | stealTo | stealTo: each job is taken once, by whomever. */
    @JCStressTest
    @Outcome(id = "7, 0", expect = ACCEPTABLE, desc = "all accounted for, nothing held")
    @Outcome(expect = FORBIDDEN, desc = "a job was lost, doubled or is held")
    @State
    public static class EachOnce {
        private final RunQueue queue = new RunQueue(2, 4, 0);
        private final RunQueue thief1 = new RunQueue(2, 4, 0);
        private final RunQueue thief2 = new RunQueue(2, 4, 0);
        private int owned;

        public EachOnce() {
            queue.offer(new Token(1));
            queue.offer(new Token(2));
        }

        @Actor
        public void owner() {
            queue.offer(new Token(4)); // grows, unless a thief was faster
            owned = Token.contentOf(queue.poll());
        }

        @Actor
        public void thief1() {
            queue.stealTo(thief1);
        }

        @Actor
        public void thief2() {
            queue.stealTo(thief2);
        }

        @Arbiter
        public void arbiter(II_Result r) {
            r.r1 = owned + drain(queue) + drain(thief1) + drain(thief2);
            r.r2 = queue.heldSlots() + thief1.heldSlots() + thief2.heldSlots();
        }
    }

    /** The owner reuses the slot that the thief has claimed and is about to clear. */
    @JCStressTest
    @Outcome(id = "3, 0", expect = ACCEPTABLE, desc = "both are there, nothing is held")
    @Outcome(expect = FORBIDDEN, desc = "the thief has cleared the slot of another job")
    @State
    public static class ReusedSlot {
        private final RunQueue queue = new RunQueue(1, 4, 0);
        private final RunQueue thief = new RunQueue(1, 4, 0);

        public ReusedSlot() {
            queue.offer(new Token(1));
        }

        @Actor
        public void owner() {
            queue.offer(new Token(2)); // into the same slot, if the thief has claimed it
        }

        @Actor
        public void thief() {
            queue.stealTo(thief);
        }

        @Arbiter
        public void arbiter(II_Result r) {
            r.r1 = drain(queue) + drain(thief);
            r.r2 = queue.heldSlots() + thief.heldSlots();
        }
    }

    /** Trimming must not hide a job from a thief, nor bring a claimed one back. */
    @JCStressTest
    @Outcome(id = "3, 0", expect = ACCEPTABLE, desc = "both are there, nothing is held")
    @Outcome(expect = FORBIDDEN, desc = "a job was lost, doubled or is held")
    @State
    public static class Trim {
        private final RunQueue queue = new RunQueue(1, 4, 0);
        private final RunQueue thief = new RunQueue(1, 4, 0);
        private int owned;

        public Trim() {
            queue.offer(new Token(1));
            queue.offer(new Token(0));
            queue.offer(new Token(0));
        }

        @Actor
        public void owner() {
            owned = drain(queue);
            queue.trim();
            queue.offer(new Token(2));
        }

        @Actor
        public void thief() {
            queue.stealTo(thief);
        }

        @Arbiter
        public void arbiter(II_Result r) {
            r.r1 = owned + drain(queue) + drain(thief);
            r.r2 = queue.heldSlots() + thief.heldSlots();
        }
    }
}
