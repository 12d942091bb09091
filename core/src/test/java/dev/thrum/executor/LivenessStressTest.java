package dev.thrum.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every job runs, once, however the threads meet; a lost wake-up is a test that does not end. */
class LivenessStressTest {
    /** Job by job from outside: each time, the workers may be anywhere between awake and parked. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void noWakeUpIsLostWhileWorkersFallAsleep(int workers) throws InterruptedException {
        try (var rig = new Rig(workers)) {
            var ran = new Semaphore(0);
            Job job = Rig.job((Runnable) ran::release);
            for (int i = 0; i < 30_000; i++) {
                rig.execute(job);
                ran.acquire();
            }
        }
    }

    /** Two jobs at a time: the second must not wait for the first, which waits for it. */
    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void everyReadyJobGetsAThreadWhileThereIsOne(int workers) {
        try (var rig = new Rig(workers)) {
            for (int i = 0; i < 10_000; i++) {
                var met = new CountDownLatch(2);
                Runnable meet = () -> meet(met);
                if (i % 2 == 0) {
                    rig.execute(meet, meet); // both from outside
                } else {
                    rig.execute(() -> {
                        rig.execute(meet); // one from a worker
                        meet.run();
                    });
                }
                Rig.await(met);
            }
        }
    }

    /**
     * As before, but the second one is queued by a yield, which itself does not look for sleepers.
     */
    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void aYieldedJobGetsAThreadWhileThereIsOne(int workers) {
        try (var rig = new Rig(workers)) {
            for (int i = 0; i < 5000; i++) {
                var met = new CountDownLatch(2);
                rig.execute(
                        Rig.job(self -> {
                            if (self.turns++ == 0) {
                                Worker.current()
                                        .localQueue()
                                        .push(Rig.job(() -> meet(met))); // goes first
                                rig.scheduler.executeYielded(self);
                            } else {
                                meet(met);
                            }
                        }));
                Rig.await(met);
            }
        }
    }

    private static void meet(CountDownLatch all) {
        all.countDown();
        Rig.await(all);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 130})
    void aTreeOfJobsFromManyThreadsRunsCompletely(int workers) {
        int roots = 8;
        int depth = 12;
        try (var rig = new Rig(workers);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var left = new CountDownLatch(roots << depth);
            for (int i = 0; i < roots; i++) {
                threads.execute(() -> rig.execute(() -> branch(rig, depth, left)));
            }
            Rig.await(left);
        }
    }

    private static void branch(Rig rig, int depth, CountDownLatch leaves) {
        if (depth == 0) {
            leaves.countDown();
        } else {
            rig.execute(() -> branch(rig, depth - 1, leaves));
            rig.execute(() -> branch(rig, depth - 1, leaves));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void everyKindOfQueueingTogetherRunsEachJobAsOftenAsItWasQueued(int workers) {
        int jobs = 60;
        int turns = 2000;
        try (var rig = new Rig(workers)) {
            var done = new CountDownLatch(jobs);
            var runs = new AtomicInteger();
            for (int i = 0; i < jobs; i++) {
                int kind = i % 4;
                var inside = new AtomicInteger();
                rig.execute(
                        Rig.job(self -> {
                            assertThat(inside.getAndSet(1)).isZero();
                            runs.incrementAndGet();
                            boolean ends = ++self.turns == turns;
                            inside.set(0);
                            if (ends) {
                                done.countDown();
                            } else if (kind == 0) {
                                rig.scheduler.executeYielded(self);
                            } else if (kind == 1 && self.turns % 100 == 0) {
                                Worker.current().localQueue().push(self);
                            } else if (kind == 2 && self.turns % 100 == 0) {
                                Thread.startVirtualThread(() -> rig.execute(self));
                            } else if (kind == 3 && self.turns % 500 == 0) {
                                rig.scheduler.compensate();
                                rig.execute(self);
                            } else {
                                rig.execute(self);
                            }
                        }));
            }
            Rig.await(done);
            assertThat(runs).hasValue(jobs * turns);
        }
    }
}
