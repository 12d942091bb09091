package dev.thrum.executor;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** The job that is next between the owner of a core and thieves. */
public final class NextJobStress {
    private NextJobStress() {}

    private static int contentOf(@Nullable Job job) {
        return job == null ? 0 : Token.contentOf(job);
    }

    /** What is seen at all is seen with its content. */
    @JCStressTest
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "too early")
    @Outcome(id = "7", expect = ACCEPTABLE, desc = "taken, and published")
    @Outcome(expect = FORBIDDEN, desc = "the job came without its content")
    @State
    public static class Publication {
        private final NextJob next = new NextJob(new Object[1], 0);

        @Actor
        public void owner() {
            next.offer(new Token(7));
        }

        @Actor
        public void thief(L_Result r) {
            r.r1 = contentOf(next.take());
        }
    }

    /** offer, poll, offer, poll | take | take: each job is taken once, by whomever. */
    @JCStressTest
    @Outcome(id = "3", expect = ACCEPTABLE, desc = "all accounted for")
    @Outcome(expect = FORBIDDEN, desc = "a job was lost or doubled")
    @State
    public static class EachOnce {
        private final NextJob next = new NextJob(new Object[1], 0);
        private int owned;
        private int stolen1;
        private int stolen2;

        @Actor
        public void owner() {
            for (int content = 1; content <= 2; content++) {
                if (!next.offer(new Token(content))) {
                    owned += content;
                }
                owned += contentOf(next.poll());
            }
        }

        @Actor
        public void thief1() {
            stolen1 = contentOf(next.take());
        }

        @Actor
        public void thief2() {
            stolen2 = contentOf(next.take());
        }

        @Arbiter
        public void sum(L_Result r) {
            r.r1 = owned + stolen1 + stolen2 + contentOf(next.take());
        }
    }
}
