package dev.thrum.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a worker without jobs takes from others, and what it leaves to them. */
class LookoutTest {

    private static final class Nothing extends Job {
        @Override
        public boolean run(@Nullable Worker worker) {
            throw new AssertionError("not run here");
        }
    }

    /** Its threads never start: the test does what the owners of both cores would. */
    private final WorkStealingScheduler scheduler =
            new WorkStealingScheduler(2, "unused", new FakeDeadlines());

    private final Core own = scheduler.cores[0];
    private final Core other = scheduler.cores[1];
    private final Worker worker =
            new Worker(scheduler, Thread.currentThread().getThreadGroup(), "unused", own, true);

    LookoutTest() {
        other.worker =
                new Worker(
                        scheduler, Thread.currentThread().getThreadGroup(), "unused", other, false);
        scheduler.sleepers.beginSearch(); // as the worker would
    }

    private void fill(Core core, int jobs) {
        for (int i = 0; i < jobs; i++) {
            core.push(new Nothing());
        }
    }

    private static long sizeOf(Core core) {
        return core.ring.added() - core.ring.taken();
    }

    @Test
    void nothingIsFoundWhereEverybodySleeps() {
        scheduler.sleepers.add(other.index);
        assertThat(own.lookout.search(worker)).isFalse();
    }

    @Test
    void aLongQueueIsHalvedAtOnce() {
        fill(other, 40);

        assertThat(own.lookout.search(worker)).isTrue();
        assertThat(sizeOf(own)).isEqualTo(20);
        assertThat(sizeOf(other)).isEqualTo(20);
    }

    @Test
    void T6_aShortQueueIsTakenFromAnOwnerThatIsBusy() {
        fill(other, 1);

        assertThat(own.lookout.search(worker)).isTrue();
        assertThat(sizeOf(own)).isEqualTo(1);
        assertThat(sizeOf(other)).isZero();
    }

    @Test
    void aShortQueueIsLeftToAnOwnerThatEmptiesIt() {
        fill(other, 1);
        other.ring.poll(); // as quick as an owner can be: before the first look
        scheduler.sleepers.add(other.index);

        assertThat(own.lookout.search(worker)).isFalse();
        assertThat(sizeOf(own)).isZero();
    }

    @Test
    void T6_patienceWithAnOwnerThatIsNeverDoneEnds() throws InterruptedException {
        var stop = new AtomicBoolean();
        fill(other, 3);
        Thread owner =
                Thread.ofPlatform()
                        .start(() -> {
                            while (!stop.get()) { // always short, never empty for long
                                Job job = other.ring.poll();
                                other.push(job == null ? new Nothing() : job);
                            }
                        });
        try {
            while (!own.lookout.search(worker) || sizeOf(own) == 0) { // a look may find it empty
                Thread.onSpinWait();
            }
        } finally {
            stop.set(true);
            owner.join();
        }
        assertThat(sizeOf(own)).isPositive();
    }

    @Test
    void oneWatchesAtMost() {
        fill(other, 1);
        scheduler.sleepers.beginSearch();
        assertThat(own.lookout.search(worker)).isFalse();
        assertThat(sizeOf(other)).isEqualTo(1);
    }

    @Test
    void aWatchEndsWhenTheLastOneFallsAsleep() throws InterruptedException {
        var found = new AtomicBoolean(true);
        Thread watcher = watch(found);
        awaitNap();
        scheduler.sleepers.add(other.index);
        watcher.join();
        assertThat(found).isFalse();
    }

    @Test
    void R2_aWatchEndsWhenAllOthersAreInLongJobs() {
        assertThat(own.lookout.search(worker)).isFalse();
    }

    @Test
    void R2_aJobFromOutsideEndsTheNap() throws InterruptedException {
        var found = new AtomicBoolean();
        Thread watcher = watch(found);
        awaitNap();
        scheduler.execute(new Nothing());
        watcher.join();
        assertThat(found).isTrue();
        assertThat(sizeOf(own)).isZero(); // the owner looks there itself
    }

    @Test
    void theEndOfTheSchedulerEndsTheWatch() throws InterruptedException {
        var found = new AtomicBoolean();
        Thread watcher = watch(found);
        awaitNap();
        scheduler.terminate();
        watcher.join();
        assertThat(found).isTrue();
    }

    private Thread watch(AtomicBoolean found) {
        var untilWoken = new Lookout(scheduler, own, Long.MAX_VALUE);
        return Thread.ofPlatform().start(() -> found.set(untilWoken.search(worker)));
    }

    private void awaitNap() {
        while (!scheduler.sleepers.isAnyNapping()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void whatComesMeanwhileIsNotKeptWaiting() {
        fill(other, 1);
        scheduler.injected.push(new Nothing());
        assertThat(own.lookout.search(worker)).isTrue();
        assertThat(sizeOf(own)).isZero(); // the owner looks there itself

        scheduler.injected.takeAll();
        worker.localQueue().push(new Nothing());
        assertThat(own.lookout.search(worker)).isTrue();
        assertThat(sizeOf(own)).isZero();
    }
}
