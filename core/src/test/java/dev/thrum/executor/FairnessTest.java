package dev.thrum.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One test for each rule by which no ready job starves. A loop ends when the other job has run. */
class FairnessTest {
    @Test
    void oneWorkerRunsWhatItQueuesFirstInFirstOut() {
        try (var rig = new Rig(1)) {
            var done = new CountDownLatch(1);
            rig.execute(() -> {
                for (int i = 0; i < 20; i++) {
                    rig.execute(rig.logs("" + i));
                }
                rig.execute(done::countDown);
            });
            Rig.await(done);
            assertThat(String.join(" ", rig.log))
                    .isEqualTo("0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19");
        }
    }

    @Test
    void theFirstJobThatAJobMakesReadyRunsNextAndTheOthersBehindThoseThatWait() {
        try (var rig = new Rig(1)) {
            var gate = new CountDownLatch(1);
            var done = new CountDownLatch(1);
            rig.execute(() -> Rig.await(gate));
            rig.execute(
                    Rig.job(() -> {
                        rig.log.add("first");
                        rig.execute(rig.logs("a"), rig.logs("b"), Rig.job(done::countDown));
                    }),
                    rig.logs("second"));
            gate.countDown();
            Rig.await(done);
            assertThat(rig.log).containsExactly("first", "a", "second", "b");
        }
    }

    @Test
    void T6_aQueuedJobRunsAlthoughTwoOthersWakeEachOtherForEver() {
        try (var rig = new Rig(1)) {
            var stop = new AtomicBoolean();
            var done = new CountDownLatch(1);
            rig.execute(() -> {
                wakesTheOtherForEver(rig, stop);
                rig.execute(done::countDown);
            });
            Rig.await(done);
            stop.set(true);
        }
    }

    private static void wakesTheOtherForEver(Rig rig, AtomicBoolean stop) {
        if (!stop.get()) {
            rig.execute(() -> wakesTheOtherForEver(rig, stop));
        }
    }

    @Test
    void theNextJobOfAStuckWorkerRunsElsewhere() {
        try (var rig = new Rig(2)) {
            var next = new CountDownLatch(1);
            var done = new CountDownLatch(1);
            rig.execute(() -> {
                rig.execute(next::countDown);
                Rig.await(next);
                done.countDown();
            });
            Rig.await(done);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5})
    void T6_theNextJobOfAStuckWorkerRunsElsewhereAlsoWhileOthersLookForJobs(int workers) {
        try (var rig = new Rig(workers)) {
            for (int i = 0; i < 200; i++) {
                var all = new CountDownLatch(workers);
                var done = new CountDownLatch(1);
                for (int w = 0; w < workers; w++) { // all are awake, and idle a moment later
                    rig.execute(all::countDown);
                }
                Rig.await(all);
                rig.execute(() -> {
                    var next = new CountDownLatch(1);
                    rig.execute(next::countDown);
                    Rig.await(next);
                    done.countDown();
                });
                Rig.await(done);
            }
        }
    }

    @Test
    void R2_aWorkerSleepsBesideJobsThatAreAnotherOnesToWatch() {
        try (var rig = new Rig(2)) {
            Sleepers sleepers = rig.scheduler.sleepers;
            List<Worker> started = new CopyOnWriteArrayList<>();
            rig.run(() -> started.add(Worker.current()));
            Worker worker = started.getFirst();
            int own = 0; // the other core has no thread yet
            Rig.until(() -> sleepers.contains(own) && isWaiting(worker));
            sleepers.beginSearch(); // somebody else's
            rig.scheduler.cores[1].push(rig.logs("left alone"));

            sleepers.beginSearch();
            assertThat(sleepers.take(-1)).isEqualTo(own);
            LockSupport.unpark(worker);

            Rig.until(() -> sleepers.contains(own) && isWaiting(worker));
            assertThat(rig.log).isEmpty();
            sleepers.endSearch();
        }
    }

    private static boolean isWaiting(Thread thread) {
        return thread.getState() == Thread.State.WAITING;
    }

    @Test
    void jobsOfOneOtherThreadRunInTheirOrder() {
        try (var rig = new Rig(1)) {
            var gate = new CountDownLatch(1);
            var done = new CountDownLatch(1);
            rig.execute(() -> Rig.await(gate));
            rig.execute(rig.logs("a"), rig.logs("b"), rig.logs("c"), Rig.job(done::countDown));
            gate.countDown();
            Rig.await(done);
            assertThat(rig.log).containsExactly("a", "b", "c");
        }
    }

    @Test
    void T6_aYieldGoesBehindLocalAndInjectedJobs() {
        try (var rig = new Rig(1)) {
            var inside = new CountDownLatch(1);
            var gate = new CountDownLatch(1);
            var done = new CountDownLatch(1);
            var turns = new AtomicInteger();
            rig.execute(
                    Rig.job(self -> {
                        if (turns.getAndIncrement() == 0) {
                            rig.execute(rig.logs("own 1"), rig.logs("own 2"));
                            inside.countDown();
                            Rig.await(gate);
                            rig.scheduler.executeYielded(self);
                        } else {
                            rig.log.add("yielded");
                            done.countDown();
                        }
                    }));
            Rig.await(inside);
            rig.execute(rig.logs("foreign 1"), rig.logs("foreign 2"));
            gate.countDown();
            Rig.await(done);
            assertThat(rig.log)
                    .containsExactly("own 1", "own 2", "foreign 1", "foreign 2", "yielded");
        }
    }

    @Test
    void T6_aYieldGoesBehindAJobThatWaitsBehindABusyWorker() {
        try (var rig = new Rig(2)) {
            var bothRun = new CountDownLatch(2);
            var queued = new CountDownLatch(1);
            var done = new CountDownLatch(1);
            rig.execute(() -> {
                meet(bothRun);
                rig.execute(rig.logs("waits behind it"));
                queued.countDown();
                Rig.await(done); // busy until the end
            });
            var turns = new AtomicInteger();
            rig.execute(
                    Rig.job(self -> {
                        if (turns.getAndIncrement() == 0) {
                            meet(bothRun);
                            Rig.await(queued);
                            rig.scheduler.executeYielded(self);
                        } else {
                            rig.log.add("yielded");
                            done.countDown();
                        }
                    }));
            Rig.await(done);
            assertThat(rig.log).containsExactly("waits behind it", "yielded");
        }
    }

    @Test
    void T6_aYieldOfALocalJobGoesBehindSharedJobs() {
        try (var rig = new Rig(1)) {
            var inside = new CountDownLatch(1);
            var gate = new CountDownLatch(1);
            var done = new CountDownLatch(1);
            rig.execute(() -> {
                LocalQueue local = Worker.current().localQueue();
                var turns = new AtomicInteger();
                local.push(
                        Rig.job(self -> {
                            if (turns.getAndIncrement() == 0) {
                                inside.countDown();
                                Rig.await(gate);
                                rig.execute(rig.logs("own 1"), rig.logs("own 2"));
                                local.push(rig.logs("local"));
                                local.pushYielded(self);
                            } else {
                                rig.log.add("yielded");
                                done.countDown();
                            }
                        }));
            });
            Rig.await(inside);
            rig.execute(rig.logs("foreign 1"), rig.logs("foreign 2"));
            gate.countDown();
            Rig.await(done);
            assertThat(rig.log)
                    .containsExactlyInAnyOrder(
                            "own 1", "own 2", "local", "foreign 1", "foreign 2", "yielded")
                    .endsWith("yielded");
        }
    }

    @Test
    void T6_aYieldOfASharedJobGoesBehindLocalJobs() {
        try (var rig = new Rig(1)) {
            var done = new CountDownLatch(1);
            var turns = new AtomicInteger();
            rig.execute(
                    Rig.job(self -> {
                        if (turns.getAndIncrement() == 0) {
                            LocalQueue local = Worker.current().localQueue();
                            for (int i = 1; i <= 5; i++) {
                                local.push(rig.logs("local " + i));
                            }
                            rig.scheduler.executeYielded(self);
                        } else {
                            rig.log.add("yielded");
                            done.countDown();
                        }
                    }));
            Rig.await(done);
            assertThat(rig.log)
                    .containsExactly(
                            "local 1", "local 2", "local 3", "local 4", "local 5", "yielded");
        }
    }

    /** The same while a thief takes what lies before the yielded job. */
    @Test
    void T6_aYieldOfASharedJobGoesBehindLocalJobsAlthoughOthersSteal() {
        try (var rig = new Rig(1)) {
            for (int round = 0; round < 4; round++) { // local and shared jobs take turns
                rig.log.clear();
                var done = new CountDownLatch(1);
                var stolen = new RunQueue(2, 4, 0);
                rig.execute(
                        Rig.job(self -> {
                            if (self.turns++ == 0) {
                                rig.execute(() -> {}); // the next one; only others are stolen
                                rig.execute(rig.logs("stolen"));
                                Worker.current().localQueue().push(rig.logs("local"));
                                rig.scheduler.executeYielded(self);
                                rig.scheduler.cores[0].ring.stealTo(stolen);
                            } else {
                                rig.log.add("yielded");
                                done.countDown();
                            }
                        }));
                Rig.await(done);
                assertThat(stolen.poll()).isNotNull();
                assertThat(rig.log).containsExactly("local", "yielded");
                for (int i = 0; i < round; i++) {
                    rig.run(() -> {});
                }
            }
        }
    }

    /** Local and shared jobs that all yield take strict turns: marks never block each other. */
    @Test
    void T6_localAndSharedJobsThatYieldTakeTurns() {
        try (var rig = new Rig(1)) {
            int rounds = 300;
            var done = new CountDownLatch(4);
            rig.execute(() -> {
                LocalQueue local = Worker.current().localQueue();
                for (String name : new String[] {"a", "b"}) {
                    var left = new AtomicInteger(rounds);
                    var shared = new AtomicInteger(rounds);
                    local.push(
                            Rig.job(self -> {
                                rig.log.add(name);
                                if (left.decrementAndGet() > 0) {
                                    local.pushYielded(self);
                                } else {
                                    done.countDown();
                                }
                            }));
                    rig.execute(
                            Rig.job(self -> {
                                rig.log.add(name.toUpperCase(java.util.Locale.ROOT));
                                if (shared.decrementAndGet() > 0) {
                                    rig.scheduler.executeYielded(self);
                                } else {
                                    done.countDown();
                                }
                            }));
                }
            });
            Rig.await(done);
            for (int round = 0; round < rounds; round++) {
                assertThat(rig.log.subList(4 * round, 4 * round + 4))
                        .as("round %d", round)
                        .containsExactlyInAnyOrder("a", "b", "A", "B");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void T6_anInjectedJobRunsAlthoughTheWorkerNeverRunsDry(boolean yields) {
        try (var rig = new Rig(1)) {
            var spinning = new CountDownLatch(1);
            var stop = new AtomicBoolean();
            rig.execute(loop(rig, yields, stop, spinning));
            Rig.await(spinning);
            endsWith(rig, stop);
        }
    }

    @Test
    void T6_anInjectedJobRunsAlthoughJobsSpawnOthersInALoop() {
        try (var rig = new Rig(2)) {
            var stop = new AtomicBoolean();
            for (int i = 0; i < 3; i++) {
                spawnsForever(rig, stop);
            }
            endsWith(rig, stop);
        }
    }

    private static void spawnsForever(Rig rig, AtomicBoolean stop) {
        rig.execute(() -> {
            if (!stop.get()) {
                spawnsForever(rig, stop);
            }
        });
    }

    @Test
    void T6_localJobsRunAlthoughSharedOnesAreAlwaysReady() {
        try (var rig = new Rig(1)) {
            var stop = new AtomicBoolean();
            var done = new CountDownLatch(1);
            rig.execute(() -> {
                rig.execute(loop(rig, false, stop, new CountDownLatch(0)));
                Worker.current()
                        .localQueue()
                        .push(
                                Rig.job(() -> {
                                    stop.set(true);
                                    done.countDown();
                                }));
            });
            Rig.await(done);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void T6_sharedJobsRunAlthoughLocalOnesAreAlwaysReady(boolean yields) {
        try (var rig = new Rig(1)) {
            var stop = new AtomicBoolean();
            var done = new CountDownLatch(1);
            rig.execute(() -> {
                LocalQueue local = Worker.current().localQueue();
                local.push(
                        Rig.job(self -> {
                            if (!stop.get()) {
                                if (yields) {
                                    local.pushYielded(self);
                                } else {
                                    local.push(self);
                                }
                            }
                        }));
                rig.execute(() -> {
                    stop.set(true);
                    done.countDown();
                });
            });
            Rig.await(done);
        }
    }

    /** The one is stuck, the others never run dry: only the look at stuck peers helps. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void T6_aJobBehindAStuckWorkerRunsAlthoughAllOthersAreBusy(boolean yields) {
        try (var rig = new Rig(2)) {
            var stop = new AtomicBoolean();
            var bothRun = new CountDownLatch(2);
            var spinning = new CountDownLatch(4);
            var done = new CountDownLatch(1);
            rig.execute(() -> {
                meet(bothRun);
                Rig.await(spinning);
                rig.execute(() -> {
                    stop.set(true);
                    done.countDown();
                });
                Rig.await(done); // stuck
            });
            rig.execute(() -> {
                meet(bothRun);
                for (int i = 0; i < 4; i++) {
                    rig.execute(loop(rig, yields, stop, spinning));
                }
            });
            Rig.await(done);
        }
    }

    @Test
    void T6_timersFireAlthoughTheWorkerNeverRunsDry() {
        var deadlines = new FakeDeadlines();
        try (var rig = new Rig(1, deadlines)) {
            var stop = new AtomicBoolean();
            var done = new CountDownLatch(1);
            rig.execute(loop(rig, true, stop, new CountDownLatch(0)));
            deadlines.arm(
                    rig.scheduler,
                    1_000_000,
                    () -> {
                        stop.set(true);
                        done.countDown();
                    });
            Rig.await(done);
        }
    }

    private static void meet(CountDownLatch all) {
        all.countDown();
        Rig.await(all);
    }

    /** A job that queues itself until told to stop. */
    private static Job loop(Rig rig, boolean yields, AtomicBoolean stop, CountDownLatch spinning) {
        return Rig.job(self -> {
            spinning.countDown();
            if (!stop.get()) {
                if (yields) {
                    rig.scheduler.executeYielded(self);
                } else {
                    rig.execute(self);
                }
            }
        });
    }

    /** Another job that stops the loop, from this thread. */
    private static void endsWith(Rig rig, AtomicBoolean stop) {
        rig.run(() -> stop.set(true));
    }
}
