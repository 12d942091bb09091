package dev.thrum.task;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** The races of who uses a root again with who closes its runtime. */
public final class SpareRootStress {
    private static final TaskRuntime RUNTIME = TaskRuntime.builder().workers(1).build();

    private SpareRootStress() {}

    private static RootTask<Integer> root() {
        return new RootTask<>(RUNTIME, block(), TaskAttributes.NONE);
    }

    private static Coroutine<Integer> block() {
        AsyncCallable<Integer> body = () -> 1;
        return AsyncBodies.block(body);
    }

    private static RootTask<Integer> endedRoot() {
        RootTask<Integer> root = root();
        root.advance();
        return root;
    }

    /** begin again, look at the flag | set the flag, look for roots: who saw the other? */
    @JCStressTest
    @Description("A root that is used again sees that its runtime is closed, or is found there.")
    @org.openjdk.jcstress.annotations.Outcome(
            id = {"0, 1", "1, 0", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one saw the other, or both did")
    @org.openjdk.jcstress.annotations.Outcome(
            expect = Expect.FORBIDDEN,
            desc = "neither: the root would run in a closed runtime")
    @State
    public static class BeginOrClose {
        private final RootTask<Integer> root = endedRoot();
        private volatile boolean closed;

        @Actor
        public void begin(II_Result r) {
            root.restart(block());
            root.id = RUNTIME.admitAgain(root);
            r.r1 = closed ? 1 : 0;
        }

        @Actor
        public void close(II_Result r) {
            closed = true;
            TaskRuntime.nextId(); // as SpareRoots.collect
            r.r2 = root.transitionToFound() ? 1 : 0;
        }
    }

    /** poll to the end | find, then: was it found, is it used again, has it ended? */
    @JCStressTest
    @Description("A root that another thread has found is not used again.")
    @org.openjdk.jcstress.annotations.Outcome(
            id = {"0, 1, 1", "1, 0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "found, or used again")
    @org.openjdk.jcstress.annotations.Outcome(
            expect = Expect.FORBIDDEN,
            desc = "both, neither, or no end")
    @State
    public static class FindOrReuse {
        private final RootTask<Integer> root = root();

        @Actor
        public void end(III_Result r) {
            root.advance();
            r.r2 = root.isReusable() ? 1 : 0;
        }

        @Actor
        public void find(III_Result r) {
            r.r1 = root.transitionToFound() ? 1 : 0;
        }

        @Arbiter
        public void ended(III_Result r) {
            r.r3 = root.isEnded() ? 1 : 0;
        }
    }

    /**
     * end, begin again, end | find, cancel: a cancellation that was taken is not the next one's.
     */
    @JCStressTest
    @Description("Who finds a root cancels that one, or the one that it has become, for good.")
    @org.openjdk.jcstress.annotations.Outcome(
            id = {"0, 1", "1, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "found, so not used again; or not found")
    @org.openjdk.jcstress.annotations.Outcome(
            expect = Expect.FORBIDDEN,
            desc = "found, and used again all the same")
    @State
    public static class CancelOrBeginAgain {
        private final RootTask<Integer> root = endedRoot();

        @Actor
        public void blockAgain(II_Result r) {
            root.restart(block());
            root.id = TaskRuntime.nextId();
            root.advance();
            r.r2 = root.isReusable() ? 1 : 0;
        }

        @Actor
        public void close(II_Result r) {
            if (root.transitionToFound()) {
                Async<Outcome<Integer>> unused = root.cancel();
                r.r1 = 1;
            }
        }
    }
}
