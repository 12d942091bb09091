package dev.thrum.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkStealingSchedulerTest {
    private static final DeadlineSource NO_TIMERS = new FakeDeadlines();

    private static Worker workerOf(Rig rig) {
        var worker = new AtomicReference<Worker>();
        rig.run(() -> worker.set(Worker.current()));
        return worker.get();
    }

    private static void awaitState(Thread thread, Thread.State state) {
        Rig.until(() -> thread.getState() == state);
    }

    private static List<String> threadNames(String prefix) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith(prefix))
                .sorted()
                .toList();
    }

    @Test
    void R2_threadsAreDaemonsWithNumbersAndStartWhenNeeded() {
        var scheduler = new WorkStealingScheduler(3, "lazy", NO_TIMERS);
        assertThat(threadNames("lazy-")).isEmpty();

        var names = new ArrayList<String>();
        var allRun = new CountDownLatch(3);
        for (int i = 0; i < 3; i++) {
            scheduler.execute(
                    Rig.job(() -> {
                        Worker worker = Worker.current();
                        assertThat(worker.scheduler()).isSameAs(scheduler);
                        assertThat(worker.isDaemon()).isTrue();
                        synchronized (names) {
                            names.add(worker.getName());
                        }
                        allRun.countDown();
                        Rig.await(allRun); // so that each needs a thread of its own
                    }));
        }
        Rig.await(allRun);
        assertThat(names).containsExactlyInAnyOrder("lazy-1", "lazy-2", "lazy-3");
        assertThat(scheduler.workers()).isEqualTo(3);
        scheduler.terminate();
    }

    @Test
    void R2_oneJobStartsOneThread() {
        try (var rig = new Rig(4)) {
            Worker worker = workerOf(rig);
            assertThat(worker.getName()).isEqualTo("test-1");
            awaitState(worker, Thread.State.WAITING);
            assertThat(threadNames("test-")).containsExactly("test-1");
        }
    }

    @Test
    void currentIsNullElsewhere() {
        assertThat(Worker.current()).isNull();
    }

    @Test
    void workersMustBePositive() {
        assertThatThrownBy(() -> new WorkStealingScheduler(0, "x", NO_TIMERS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0");
    }

    @Test
    void contextIsTheClients() {
        try (var rig = new Rig(1)) {
            rig.run(() -> {
                Worker.current().enter("mine");
                Worker.current().cachedKey = "key";
            });
            var seen = new AtomicReference<Object>();
            rig.run(() -> seen.set(Worker.current().context() + ", " + Worker.current().cachedKey));
            assertThat(seen.get()).isEqualTo("mine, key");
            rig.run(() ->
                    seen.set(Worker.current().enter(null) + ", " + Worker.current().cachedKey));
            assertThat(seen.get()).isEqualTo("mine, null");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void R2_anIdleSchedulerBurnsNoCpu(int workers) {
        try (var rig = new Rig(workers)) {
            var threads = new ArrayList<Worker>();
            var allRun = new CountDownLatch(workers);
            for (int i = 0; i < workers; i++) {
                rig.execute(() -> {
                    synchronized (threads) {
                        threads.add(Worker.current());
                    }
                    allRun.countDown();
                    Rig.await(allRun);
                });
            }
            Rig.await(allRun);
            rig.awaitIdle(threads);
            var bean = ManagementFactory.getThreadMXBean();
            long[] before =
                    threads.stream().mapToLong(w -> bean.getThreadCpuTime(w.threadId())).toArray();
            for (int i = 0; i < 10; i++) {
                System.gc(); // takes a while; nothing of it is done by the workers
                assertThat(threads)
                        .allSatisfy(worker ->
                                assertThat(worker.getState()).isEqualTo(Thread.State.WAITING));
            }
            long[] after =
                    threads.stream().mapToLong(w -> bean.getThreadCpuTime(w.threadId())).toArray();
            assertThat(after).isEqualTo(before);
        }
    }

    @Test
    void whatHasRunElsewhereBecomesGarbageAlthoughItsFirstWorkerIsStillBusy() {
        try (var rig = new Rig(2)) {
            var reference = new AtomicReference<WeakReference<Job>>();
            var queued = new CountDownLatch(1);
            var ran = new CountDownLatch(3);
            var gate = new CountDownLatch(1);
            rig.execute(() -> {
                queueThree(rig, reference, ran);
                queued.countDown();
                Rig.await(gate); // neither parks nor queues anything over the old slots
            });
            Rig.await(queued);
            Rig.await(ran);
            rig.run(() -> {}); // whoever ran them has let go of them
            WeakReference<Job> first = reference.get();
            Rig.until(() -> {
                System.gc();
                return first.get() == null;
            });
            gate.countDown();
        }
    }

    private static void queueThree(
            Rig rig, AtomicReference<WeakReference<Job>> reference, CountDownLatch ran) {
        Job first = Rig.job(ran::countDown);
        reference.set(new WeakReference<>(first));
        rig.execute(first, Rig.job(ran::countDown), Rig.job(ran::countDown));
    }

    static List<Throwable> throwables() {
        return List.of(
                new IllegalStateException("an exception"),
                new AssertionError("an error"),
                new OutOfMemoryError("not a real one"),
                new StackOverflowError("not a real one"));
    }

    @ParameterizedTest
    @MethodSource("throwables")
    void P5_whateverAJobThrowsGoesToTheHandlerAndHarmsNothing(Throwable thrown) {
        try (var rig = new Rig(1)) {
            var reported = new AtomicReference<Throwable>();
            Worker before = workerOf(rig);
            before.setUncaughtExceptionHandler((thread, t) -> reported.set(t));
            rig.execute(() -> {
                if (thrown instanceof Error error) {
                    throw error;
                }
                throw (RuntimeException) thrown;
            });
            assertThat(workerOf(rig)).isSameAs(before);
            assertThat(reported.get()).isSameAs(thrown);
        }
    }

    @Test
    void P5_aHandlerThatThrowsHarmsNothing() {
        try (var rig = new Rig(1)) {
            Worker before = workerOf(rig);
            before.setUncaughtExceptionHandler((thread, t) -> {
                throw new AssertionError("by the handler", t);
            });
            rig.execute(() -> {
                throw new IllegalStateException("by the job");
            });
            assertThat(workerOf(rig)).isSameAs(before);
        }
    }

    /** Queues jobs from every depth up to where the stack ends. */
    @Test
    void P5_jobsThatAreQueuedWhereTheStackEndsAreNeitherLostNorRunTwice() {
        try (var rig = new Rig(2)) {
            int[] taken = new int[1];
            var ran = new AtomicInteger();
            var deep = new CountDownLatch(1);
            for (int i = 0; i < 20; i++) {
                rig.run(() -> {
                    try {
                        descend(rig, taken, ran);
                    } catch (StackOverflowError e) {
                        deep.countDown();
                    }
                });
            }
            Rig.await(deep);
            Rig.until(() -> ran.get() >= taken[0]);
            rig.run(() -> {});
            assertThat(ran.get()).isEqualTo(taken[0]);
        }
    }

    @SuppressWarnings("InfiniteRecursion") // that is the point
    private static void descend(Rig rig, int[] taken, AtomicInteger ran) {
        try {
            descend(rig, taken, ran);
        } finally {
            var job = new Counted(ran);
            boolean queued = false;
            try {
                queued = rig.scheduler.execute(job);
            } catch (StackOverflowError e) {
                // then it must not run
            }
            if (queued) {
                taken[0]++; // a call might find no room
            }
        }
    }

    private static final class Counted extends Job {
        private final AtomicInteger ran;

        Counted(AtomicInteger ran) {
            this.ran = ran;
        }

        @Override
        public boolean run(Worker worker) {
            ran.getAndIncrement();
            return false;
        }
    }

    /** It throws at each of the places where a worker asks it, with a job in its hands or not. */
    @Test
    void P5_aDeadlineSourceThatThrowsLosesNoJob() {
        var failsAt = new AtomicInteger();
        var source =
                new DeadlineSource() {
                    @Override
                    public long nextDeadline() {
                        if (failsAt.decrementAndGet() == 0) {
                            throw new IllegalStateException("by the source");
                        }
                        return Long.MAX_VALUE;
                    }

                    @Override
                    public int expire(long now) {
                        return 0;
                    }
                };
        try (var rig = new Rig(1, source)) {
            Worker worker = workerOf(rig);
            var reported = new AtomicInteger();
            worker.setUncaughtExceptionHandler((thread, t) -> reported.incrementAndGet());
            for (int call = 1; call < 10; call++) {
                awaitState(worker, Thread.State.WAITING);
                int reportedBefore = reported.get();
                failsAt.set(call);
                while (reported.get() == reportedBefore) {
                    rig.run(() -> {}); // a job that is lost does not end
                }
            }
            assertThat(workerOf(rig)).isSameAs(worker);
        }
    }

    /** The role is taken away while jobs are at hand, while it looks for some, and after sleep. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void P5_whatATimerRunsMayBlockItsThread(int workers) {
        var deadlines = new FakeDeadlines();
        try (var rig = new Rig(workers, deadlines)) {
            for (int round = 0; round < 300; round++) {
                var fired = new CountDownLatch(1);
                Runnable arm =
                        () ->
                                deadlines.arm(
                                        rig.scheduler,
                                        0,
                                        () -> {
                                            rig.scheduler.compensate();
                                            fired.countDown();
                                        });
                int jobs = round % 3 == 2 ? 0 : 5;
                var left = new CountDownLatch(jobs);
                for (int i = 0; i < jobs; i++) {
                    rig.execute(
                            Rig.job(self -> {
                                if (fired.getCount() == 0 && ++self.turns > 100) {
                                    left.countDown();
                                } else {
                                    rig.scheduler.executeYielded(self);
                                }
                            }));
                }
                if (round % 3 == 0) {
                    rig.execute(arm);
                } else {
                    arm.run();
                }
                Rig.await(fired);
                Rig.await(left);
            }
            Rig.until(() -> !rig.scheduler.sleepers.isAnySearching());
        }
    }

    @Test
    void anInterruptOfAJobDoesNotReachTheNextOne() {
        try (var rig = new Rig(1)) {
            var interrupted = new CompletableFuture<Boolean>();
            rig.run(() -> {
                rig.execute(() -> interrupted.complete(Thread.currentThread().isInterrupted()));
                Thread.currentThread().interrupt();
            });
            assertThat(interrupted.join()).isFalse();
        }
    }

    @Test
    void shutdownIsOnlyAFlagAndTerminateEndsTheThreads() throws InterruptedException {
        var scheduler = new WorkStealingScheduler(2, "ends", NO_TIMERS);
        var gate = new CountDownLatch(1);
        var entered = new CountDownLatch(2);
        var notRun = new AtomicBoolean(true);
        var last = new CountDownLatch(1);
        scheduler.shutdown();
        assertThat(scheduler.isShutdown()).isTrue();
        for (int i = 0; i < 2; i++) {
            scheduler.execute(
                    Rig.job(() -> {
                        entered.countDown();
                        Rig.await(gate);
                        last.countDown();
                    }));
        }
        Rig.await(entered);
        assertThat(scheduler.execute(Rig.job(() -> notRun.set(false)))).isTrue();
        scheduler.terminate();
        assertThat(scheduler.execute(Rig.job(() -> {}))).isFalse();
        assertThat(scheduler.awaitTermination(Duration.ZERO)).isFalse();
        gate.countDown();
        assertThat(scheduler.awaitTermination(Duration.ofSeconds(60))).isTrue();
        assertThat(last.getCount()).isZero();
        assertThat(notRun).isTrue();
        assertThat(threadNames("ends-")).isEmpty();
    }

    @Test
    void R1_aJobThatWaitsForTerminationDoesNotWaitForItself() {
        var scheduler = new WorkStealingScheduler(1, "self", NO_TIMERS);
        var result = new AtomicReference<Object>();
        var done = new CountDownLatch(1);
        scheduler.execute(
                Rig.job(() -> {
                    scheduler.terminate();
                    try {
                        result.set(scheduler.awaitTermination(Duration.ofSeconds(60)));
                    } catch (InterruptedException e) {
                        result.set(e);
                    }
                    done.countDown();
                }));
        Rig.await(done);
        assertThat(result.get()).isEqualTo(true);
    }
}
