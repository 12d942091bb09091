package dev.thrum.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** T2: jobs that block their worker. */
class CompensationTest {
    @Test
    void T2_withOneWorkerAJobMayBlockOnAJobThatItQueued() {
        try (var rig = new Rig(1)) {
            rig.run(() -> {
                var done = new CountDownLatch(1);
                rig.execute(rig.logs("behind the blocked one"), Rig.job(done::countDown));
                rig.scheduler.compensate();
                rig.scheduler.compensate(); // nothing more
                Rig.await(done);
                rig.log.add("goes on");
            });
            assertThat(rig.log).containsExactly("behind the blocked one", "goes on");
        }
    }

    @Test
    void T2_theReplacementIsNamedAndIsADaemonToo() {
        try (var rig = new Rig(2)) {
            var names = ConcurrentHashMap.<String>newKeySet();
            var bothBlocked = new CountDownLatch(2);
            var replaced = new CountDownLatch(2);
            var done = new CountDownLatch(2);
            Runnable blocks =
                    () -> {
                        bothBlocked.countDown();
                        Rig.await(bothBlocked); // on two threads
                        rig.scheduler.compensate();
                        Rig.await(replaced);
                        done.countDown();
                    };
            rig.execute(blocks, blocks);
            Rig.await(bothBlocked);
            Runnable replacement =
                    () -> {
                        assertThat(Thread.currentThread().isDaemon()).isTrue();
                        names.add(Thread.currentThread().getName());
                        replaced.countDown();
                        Rig.await(replaced); // so that each needs a thread of its own
                    };
            rig.execute(replacement, replacement);
            Rig.await(done);
            assertThat(names).isEqualTo(Set.of("test-3", "test-4"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void T2_nestedToAnyDepth(int workers) {
        try (var rig = new Rig(workers)) {
            var ended = new AtomicInteger();
            rig.run(() -> nest(rig, 100, ended));
            assertThat(ended).hasValue(100);
        }
    }

    private static void nest(Rig rig, int depth, AtomicInteger ended) {
        if (depth > 0) {
            var inner = new CountDownLatch(1);
            rig.execute(() -> {
                nest(rig, depth - 1, ended);
                inner.countDown();
            });
            rig.scheduler.compensate();
            Rig.await(inner);
            ended.incrementAndGet();
        }
    }

    @Test
    void aThreadThatHasLostItsRoleTakesTheNextOne() {
        try (var rig = new Rig(1)) {
            var first = new AtomicReference<Thread>();
            rig.run(() -> first.set(Thread.currentThread()));
            blockOnce(rig);
            Rig.until(() -> rig.scheduler.spares.contains((Worker) first.get()));
            blockOnce(rig);
            var after = new AtomicReference<Thread>();
            rig.run(() -> after.set(Thread.currentThread()));
            assertThat(after.get()).isSameAs(first.get());
        }
    }

    private static void blockOnce(Rig rig) {
        rig.run(() -> {
            rig.scheduler.compensate();
            var done = new CountDownLatch(1);
            rig.execute(done::countDown);
            Rig.await(done);
        });
    }

    @Test
    void T3_aThreadWithoutARoleStillServesItsLocalQueue() {
        try (var rig = new Rig(1)) {
            var owner = new AtomicReference<Worker>();
            rig.run(() -> {
                owner.set(Worker.current());
                owner.get().localQueue().retain();
                rig.scheduler.compensate();
            });
            for (int i = 0; i < 100; i++) {
                var ranOn = new AtomicReference<Thread>();
                var done = new CountDownLatch(1);
                owner.get()
                        .localQueue()
                        .push(
                                Rig.job(() -> {
                                    ranOn.set(Thread.currentThread());
                                    done.countDown();
                                }));
                Rig.await(done);
                assertThat(ranOn.get()).isSameAs(owner.get());
            }
        }
    }

    @Test
    void T3_aWorkerThatSleepsServesItsLocalQueue() {
        try (var rig = new Rig(1)) {
            var owner = new AtomicReference<Worker>();
            rig.run(() -> owner.set(Worker.current()));
            for (int i = 0; i < 1000; i++) {
                var done = new CountDownLatch(1);
                owner.get().localQueue().push(Rig.job(done::countDown));
                Rig.await(done);
            }
        }
    }

    @Test
    void T3_aBlockedJobCanDrainTheLocalQueueOfItsThreadAlthoughALocalJobHadYielded() {
        try (var rig = new Rig(1)) {
            rig.run(() -> {
                LocalQueue local = Worker.current().localQueue();
                rig.execute(rig.logs("shared"));
                local.pushYielded(rig.logs("local"));
                assertThat(local.poll()).as("it waits for the shared job").isNull();
                rig.scheduler.compensate();
                Job job = local.poll();
                assertThat(job).as("now it need not").isNotNull();
                job.run(Worker.current());
            });
        }
    }

    @Test
    void elsewhereItDoesNothing() {
        try (var rig = new Rig(1);
                var other = new Rig(1)) {
            rig.scheduler.compensate();
            rig.run(other.scheduler::compensate);
            assertThat(rig.scheduler.cores[0].worker.getName()).isEqualTo("test-1");
        }
    }

    @Test
    @SuppressWarnings("DoNotCall") // that is the point
    void runOfAWorkerIsNotToBeCalled() {
        try (var rig = new Rig(1)) {
            var worker = new AtomicReference<Worker>();
            rig.run(() -> worker.set(Worker.current()));
            assertThatThrownBy(() -> worker.get().run())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("test-1");
        }
    }
}
