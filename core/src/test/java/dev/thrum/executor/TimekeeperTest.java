package dev.thrum.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** T5, the part of the workers: somebody wakes up for every timer. */
class TimekeeperTest {
    private final FakeDeadlines deadlines = new FakeDeadlines();

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void T5_aTimerFiresWithoutAnyJob(int workers) {
        try (var rig = new Rig(workers, deadlines)) {
            var fired = new CountDownLatch(1);
            deadlines.arm(rig.scheduler, 1_000_000, fired::countDown);
            Rig.await(fired);
        }
    }

    @Test
    void T5_anEarlierTimerThanTheOneThatIsWaitedForFiresFirst() {
        try (var rig = new Rig(2, deadlines)) {
            var fired = new CountDownLatch(1);
            deadlines.arm(rig.scheduler, TimeUnit.HOURS.toNanos(1), () -> rig.log.add("late"));
            rig.run(() -> {});
            deadlines.arm(rig.scheduler, 1_000_000, fired::countDown);
            Rig.await(fired);
            assertThat(rig.log).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void T5_aTimerThatAJobArmsFiresAfterTheWorkersHaveGoneToSleep(int workers) {
        try (var rig = new Rig(workers, deadlines)) {
            for (int i = 0; i < 100; i++) {
                var fired = new CountDownLatch(1);
                rig.run(() -> deadlines.arm(rig.scheduler, 10_000, fired::countDown));
                Rig.await(fired);
            }
        }
    }

    @Test
    void T5_aTimerFiresAlthoughTheWorkerThatWaitedForItIsBusyNow() {
        try (var rig = new Rig(2, deadlines)) {
            var fired = new CountDownLatch(1);
            var bothRun = new CountDownLatch(2);
            Runnable meet =
                    () -> {
                        bothRun.countDown();
                        Rig.await(bothRun);
                    };
            rig.execute(meet, meet); // both threads exist
            Rig.await(bothRun);
            for (int i = 0; i < 50; i++) {
                var timer = new CountDownLatch(1);
                deadlines.arm(rig.scheduler, 500_000, timer::countDown);
                rig.run(() -> Rig.await(timer)); // busy until it has fired
            }
            deadlines.arm(rig.scheduler, 1_000_000, fired::countDown);
            Rig.await(fired);
        }
    }

    /** What had been waited for is gone; the next deadline is later than that. */
    @Test
    void T5_aTimerIsWaitedForAfterAnEarlierOneWasCancelled() {
        try (var rig = new Rig(1, deadlines)) {
            var worker = new AtomicReference<Worker>();
            rig.run(() -> worker.set(Worker.current()));
            deadlines.arm(rig.scheduler, TimeUnit.HOURS.toNanos(1), () -> {});
            Rig.until(() -> worker.get().getState() == Thread.State.TIMED_WAITING);
            deadlines.clear();
            LockSupport.unpark(worker.get()); // a park may end for no reason
            Rig.until(() -> worker.get().getState() == Thread.State.WAITING);
            deadlines.arm(rig.scheduler, TimeUnit.HOURS.toNanos(2), () -> {});
            Rig.until(() -> worker.get().getState() == Thread.State.TIMED_WAITING);
        }
    }

    @Test
    void T5_aTimerFiresAlthoughTheWorkerThatHasArmedItIsBusySince() {
        try (var rig = new Rig(2, deadlines)) {
            for (int i = 0; i < 100; i++) {
                var fired = new CountDownLatch(1);
                rig.run(() -> {
                    deadlines.arm(rig.scheduler, 100_000, fired::countDown);
                    // nobody is woken for this one
                    Worker.current().localQueue().push(Rig.job(() -> Rig.await(fired)));
                });
                Rig.await(fired);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void T5_noTimerIsForgottenWhoeverArmsIt(int workers) {
        int threads = 3;
        int timers = 2000;
        try (var rig = new Rig(workers, deadlines)) {
            var fired = new CountDownLatch(threads * timers);
            var arming = new ArrayList<Thread>();
            for (int t = 0; t < threads; t++) {
                var random = new Random(t);
                arming.add(
                        Thread.startVirtualThread(() -> {
                            for (int i = 0; i < timers; i++) {
                                int nanos = random.nextInt(300_000);
                                if (i % 2 == 0) {
                                    deadlines.arm(rig.scheduler, nanos, fired::countDown);
                                } else {
                                    rig.execute(() ->
                                            deadlines.arm(rig.scheduler, nanos, fired::countDown));
                                }
                            }
                        }));
            }
            Rig.await(fired);
            assertThat(arming).allSatisfy(Thread::join);
        }
    }

    /** One timer at a time: everybody sleeps in between, and the roles change. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void T5_noTimerIsForgottenOneAfterTheOther(int workers) {
        try (var rig = new Rig(workers, deadlines)) {
            var random = new Random(workers);
            var left = new AtomicInteger(3000);
            var done = new CountDownLatch(1);
            rig.execute(() -> sleepAgain(rig, random, left, done));
            Rig.await(done);
        }
    }

    private void sleepAgain(Rig rig, Random random, AtomicInteger left, CountDownLatch done) {
        if (left.getAndDecrement() == 0) {
            done.countDown();
        } else {
            deadlines.arm(
                    rig.scheduler,
                    random.nextInt(50_000),
                    () -> rig.execute(() -> sleepAgain(rig, random, left, done)));
        }
    }
}
