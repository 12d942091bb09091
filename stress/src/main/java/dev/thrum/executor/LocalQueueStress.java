package dev.thrum.executor;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Mode;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.Signal;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

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

    /** The owner parks, somebody pushes; a lost wake-up is an owner that does not return. */
    @JCStressTest(Mode.Termination)
    @Outcome(id = "TERMINATED", expect = ACCEPTABLE, desc = "the owner got the job")
    @Outcome(id = "STALE", expect = FORBIDDEN, desc = "a wake-up was lost")
    @State
    public static class ParkAndPush {
        private volatile @Nullable LocalQueue queue;

        @Actor
        public void owner() {
            var own = new LocalQueue();
            queue = own;
            while (own.poll() == null) {
                own.park();
            }
        }

        @Signal
        public void pushes() {
            LocalQueue other = queue;
            while (other == null) {
                Thread.onSpinWait();
                other = queue;
            }
            other.push(new Token(1));
        }
    }
}
