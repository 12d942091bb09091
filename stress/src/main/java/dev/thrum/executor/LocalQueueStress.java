package dev.thrum.executor;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** The queue of one thread between its owner and those who push. */
public final class LocalQueueStress {
    private LocalQueueStress() {}

    /** push | push | poll, poll: in the order of the pushes, each once, with its content. */
    @JCStressTest
    @Outcome(id = "12, 12", expect = ACCEPTABLE, desc = "one of each producer, in whatever order")
    @Outcome(id = "21, 21", expect = ACCEPTABLE, desc = "the other way round")
    @Outcome(expect = FORBIDDEN, desc = "lost, doubled, or in no one order")
    @State
    public static class PushPushPoll {
        private final LocalQueue queue = new LocalQueue();
        private int polled;

        private int poll(int before) {
            Job job = queue.poll();
            return job == null ? before : before * 10 + Token.contentOf(job);
        }

        @Actor
        public void first() {
            queue.push(new Token(1));
        }

        @Actor
        public void second() {
            queue.push(new Token(2));
        }

        @Actor
        public void owner() {
            polled = poll(poll(0));
        }

        @Arbiter
        public void arbiter(II_Result r) {
            int all = poll(poll(polled));
            r.r1 = all;
            r.r2 = queue.isEmpty() && queue.polled() == queue.added() ? all : 0;
        }
    }

    /** The owner is about to park, somebody pushes. */
    @JCStressTest
    @Outcome(id = "false, false", expect = ACCEPTABLE, desc = "the owner has seen the job")
    @Outcome(id = "true, true", expect = ACCEPTABLE, desc = "the owner is woken")
    @Outcome(id = "false, true", expect = ACCEPTABLE, desc = "both")
    @Outcome(id = "true, false", expect = FORBIDDEN, desc = "a wake-up was lost")
    @State
    public static class ParkAndPush {
        private final LocalQueue queue = new LocalQueue();
        private final Job job = new Token(1);

        @Actor
        public void owner(ZZ_Result r) {
            r.r1 = queue.mayPark();
        }

        @Actor
        public void pushes(ZZ_Result r) {
            r.r2 = queue.add(job);
        }
    }
}
