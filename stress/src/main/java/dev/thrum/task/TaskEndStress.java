package dev.thrum.task;

import dev.thrum.executor.LocalQueue;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/** The races at the end of tasks: with an interrupt, a panic, a drop, and the registry. */
public final class TaskEndStress {
    private static final TaskRuntime RUNTIME = TaskRuntime.builder().workers(1).build();

    private static final int SUCCEEDED = 1;
    private static final int CANCELLED = 2;

    private TaskEndStress() {}

    private static int outcomeOf(TaskCell<?> task) {
        if (!task.isDone()) {
            return 0;
        }
        return (task.state() & TaskState.SUCCEEDED) != 0 ? SUCCEEDED : CANCELLED;
    }

    /** run | cancel, then: how did it end, and is the thread that ran it interrupted? */
    @JCStressTest
    @Description("The interrupt of a cancelled blocking task hits its code or nothing.")
    @org.openjdk.jcstress.annotations.Outcome(
            id = {"0, 1", "0, 2"},
            expect = Expect.ACCEPTABLE,
            desc = "ended, with a clean thread")
    @org.openjdk.jcstress.annotations.Outcome(
            expect = Expect.FORBIDDEN,
            desc = "a left interrupt, or no end")
    @State
    public static class InterruptOrEnd {
        private final BlockingTask<Integer> task =
                new BlockingTask<>(RUNTIME, () -> 1, TaskAttributes.NONE);

        @Actor
        public void run(II_Result r) {
            task.run();
            r.r1 = Thread.interrupted() ? 1 : 0;
        }

        @Actor
        public void cancel() {
            Async<Outcome<Integer>> unused = task.cancel();
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = outcomeOf(task);
        }
    }

    /** advance, throwPanic | panicked: is the panic thrown, was it taken? */
    @JCStressTest
    @Description("A panic that its root has taken is thrown by it; else whoever brought it knows.")
    @org.openjdk.jcstress.annotations.Outcome(
            id = "1, 1",
            expect = Expect.ACCEPTABLE,
            desc = "taken and thrown")
    @org.openjdk.jcstress.annotations.Outcome(
            id = "0, 0",
            expect = Expect.ACCEPTABLE,
            desc = "refused, the root had ended")
    @org.openjdk.jcstress.annotations.Outcome(
            expect = Expect.FORBIDDEN,
            desc = "lost, or told twice")
    @State
    public static class PanicOrRootEnd {
        private final RootTask<Integer> root =
                new RootTask<>(RUNTIME, Async.ready(1), TaskAttributes.NONE);
        private final Task descendant = new Task(1, null, null);
        private final Error panic = new AssertionError("panic");

        @Actor
        public void end(II_Result r) {
            root.advance();
            try {
                root.throwPanic();
            } catch (AssertionError thrown) {
                r.r1 = thrown == panic ? 1 : 2;
            }
        }

        @Actor
        public void panic(II_Result r) {
            r.r2 = root.panicked(descendant, panic) ? 1 : 0;
            root.cancelIfPanicked();
        }
    }

    /** advance | drop: how often did the body run, was it dropped, how did it end? */
    @JCStressTest
    @Description("A local task is polled or dropped, not both, and ends once.")
    @org.openjdk.jcstress.annotations.Outcome(
            id = "1, 0, 1",
            expect = Expect.ACCEPTABLE,
            desc = "polled")
    @org.openjdk.jcstress.annotations.Outcome(
            id = "0, 1, 2",
            expect = Expect.ACCEPTABLE,
            desc = "dropped")
    @org.openjdk.jcstress.annotations.Outcome(expect = Expect.FORBIDDEN, desc = "both, or neither")
    @State
    public static class PollOrDrop {
        private int polls;
        private final LocalTask<Integer> task =
                new LocalTask<>(
                        RUNTIME,
                        cx -> {
                            polls++;
                            return Poll.ready(1);
                        },
                        TaskAttributes.NONE,
                        new LocalQueue(),
                        null);

        @Actor
        public void poll() {
            if (task.run(null)) {
                task.resubmit();
            }
        }

        @Actor
        public void drop(III_Result r) {
            r.r2 = task.drop() ? 1 : 0;
        }

        @Arbiter
        public void end(III_Result r) {
            r.r1 = polls;
            r.r3 = outcomeOf(task);
        }
    }

    /** add a | remove b | collect, then collect: b while it was there, a for certain in the end. */
    @JCStressTest
    @Description("What is in the registry all the while is found, what was taken out is not.")
    @org.openjdk.jcstress.annotations.Outcome(
            id = {"100, 101", "101, 101", "110, 101", "111, 101"},
            expect = Expect.ACCEPTABLE,
            desc = "the one that stays, and maybe those that come and go")
    @org.openjdk.jcstress.annotations.Outcome(
            expect = Expect.FORBIDDEN,
            desc = "one lost, or one left behind")
    @State
    public static class AddRemoveCollect {
        private final TaskRegistry registry = new TaskRegistry();
        private final TaskCell<?> comes = cell();
        private final TaskCell<?> goes = cell();
        private final TaskCell<?> stays = cell();

        /** Puts in what is there from the beginning. */
        public AddRemoveCollect() {
            registry.add(stays);
            registry.add(goes);
        }

        private static TaskCell<?> cell() {
            return new SharedTask<>(RUNTIME, Async.ready(1), TaskAttributes.NONE);
        }

        private int found() {
            int found = 0;
            for (TaskCell<?> task : registry.alive()) {
                found += task == stays ? 100 : task == goes ? 10 : 1;
            }
            return found;
        }

        @Actor
        public void add() {
            registry.add(comes);
        }

        @Actor
        public void remove() {
            TaskRegistry.remove(goes);
        }

        @Actor
        public void collect(II_Result r) {
            r.r1 = found();
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = found();
        }
    }
}
