package dev.thrum.timer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several threads at once: nothing is lost, nothing fires twice, nobody sleeps on. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TimersConcurrencyTest {

    private static final int THREADS = 4;

    /** Owners arm, everybody cancels anything, everybody expires: armed = fired + cancelled. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void T5_eachArmIsEitherCancelledOrFiredOnce(int shards) throws Exception {
        int perThread = 500;
        int rounds = 100;
        Timers timers = new Timers(shards, 0, TimersConcurrencyTest::nobody);
        AtomicLong clock = new AtomicLong();
        List<Counted> entries = new ArrayList<>();
        for (int i = 0; i < THREADS * perThread; i++) {
            entries.add(new Counted());
        }
        together(
                THREADS,
                thread -> {
                    SplittableRandom random = new SplittableRandom(thread);
                    List<Counted> own =
                            entries.subList(thread * perThread, (thread + 1) * perThread);
                    for (int round = 0; round < rounds; round++) {
                        for (Counted entry : own) {
                            if (!entry.isArmed()) {
                                entry.arms++;
                                long delay = random.nextLong(1L << random.nextInt(1, 24));
                                timers.arm(entry, clock.get() + delay, random.nextInt());
                            }
                            Counted any = entries.get(random.nextInt(entries.size()));
                            if (random.nextInt(4) != 0 && timers.cancel(any)) {
                                any.cancelled.incrementAndGet();
                            }
                        }
                        timers.expire(clock.addAndGet(random.nextLong(1L << 18)), thread);
                    }
                    return null;
                });
        timers.expire(Long.MAX_VALUE - 1);

        assertThat(timers.size()).isZero();
        for (Counted entry : entries) {
            assertThat(entry.fired.get() + entry.cancelled.get()).isEqualTo(entry.arms);
        }
        assertThat(entries.stream().mapToInt(entry -> entry.fired.get()).sum()).isPositive();
        assertThat(entries.stream().mapToInt(entry -> entry.cancelled.get()).sum()).isPositive();
    }

    /** Enough entries in one slot that dealing it out is interrupted by arms and cancels. */
    @Test
    void T5_aSlotThatIsDealtOutTakesArmsAndCancels() throws Exception {
        int count = 20_000;
        Timers timers = new Timers(1, 0, TimersConcurrencyTest::nobody);
        long base = 1L << 30;
        List<Counted> entries = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(42);
        for (int i = 0; i < 2 * count; i++) {
            entries.add(new Counted());
        }
        for (Counted entry : entries.subList(0, count)) {
            entry.arms++;
            timers.arm(entry, base + random.nextLong(1L << 20), 0);
        }
        together(
                3,
                thread -> {
                    SplittableRandom own = new SplittableRandom(thread);
                    for (int i = 0; i < count; i++) {
                        switch (thread) {
                            case 0 -> timers.expire(base + i * (1L << 20) / count);
                            case 1 -> {
                                Counted entry = entries.get(count + i);
                                entry.arms++;
                                timers.arm(entry, base + own.nextLong(1L << 20), 0);
                            }
                            default -> {
                                Counted entry = entries.get(own.nextInt(2 * count));
                                if (timers.cancel(entry)) {
                                    entry.cancelled.incrementAndGet();
                                }
                            }
                        }
                    }
                    return null;
                });
        timers.expire(base + (1L << 20));

        assertThat(timers.size()).isZero();
        for (Counted entry : entries) {
            assertThat(entry.fired.get() + entry.cancelled.get()).isEqualTo(entry.arms);
        }
    }

    /** fired is called by whoever runs expire, with a clock that has passed the deadline. */
    @Test
    void T5_neverEarlyWhileSeveralThreadsExpire() throws Exception {
        int count = 20_000;
        Timers timers = new Timers(2, 0, TimersConcurrencyTest::nobody);
        AtomicLong clock = new AtomicLong();
        AtomicInteger early = new AtomicInteger();
        AtomicIntegerArray fired = new AtomicIntegerArray(count);
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < count; i++) {
            int number = i;
            long due = random.nextLong(1L << 22);
            timers.arm(
                    new TimerEntry() {
                        @Override
                        protected void fired() {
                            fired.incrementAndGet(number);
                            if (clock.get() < due) {
                                early.incrementAndGet();
                            }
                        }
                    },
                    due,
                    i);
        }
        AtomicInteger total = new AtomicInteger();
        together(
                THREADS,
                thread -> {
                    while (clock.get() < 1L << 22) {
                        total.addAndGet(timers.expire(clock.addAndGet(1L << 10), thread));
                    }
                    return null;
                });

        assertThat(early.get()).isZero();
        assertThat(total.get()).isEqualTo(count);
        for (int i = 0; i < count; i++) {
            assertThat(fired.get(i)).isOne();
        }
    }

    /** A worker that sleeps by the protocol in the class comment is never left asleep. */
    @Test
    void T5_theListenerNeverLeavesAWorkerAsleep() throws Exception {
        int count = 100_000;
        AtomicInteger left = new AtomicInteger(2 * count);
        AtomicInteger sleeping = new AtomicInteger();
        CountDownLatch ready = new CountDownLatch(1);
        Thread[] worker = new Thread[1];
        Timers timers =
                new Timers(
                        2,
                        0,
                        deadline -> {
                            if (sleeping.get() == 1) {
                                LockSupport.unpark(worker[0]);
                            }
                        });
        together(
                3,
                thread -> {
                    if (thread == 2) {
                        worker[0] = Thread.currentThread();
                        ready.countDown();
                        while (left.get() > 0) {
                            sleeping.set(1);
                            if (timers.nextDeadline() == Long.MAX_VALUE) {
                                LockSupport.park();
                            }
                            sleeping.set(0);
                            timers.expire(1);
                        }
                        return null;
                    }
                    ready.await();
                    Semaphore fired = new Semaphore(0);
                    for (int i = 0; i < count; i++) {
                        timers.arm(new Releasing(fired), 1, thread);
                        fired.acquire();
                        if (left.decrementAndGet() == 0) {
                            LockSupport.unpark(worker[0]);
                        }
                    }
                    return null;
                });

        assertThat(left.get()).isZero();
    }

    /** Arm and cancel with no stack left: they fail as a whole, and leave no lock behind. */
    @Test
    void T5_aStackOverflowInArmOrCancelDoesNoHarm() throws Exception {
        Timers timers = new Timers(1, 0, TimersConcurrencyTest::nobody);
        List<Counted> entries = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            entries.add(new Counted());
        }
        for (int i = 0; i < 40; i++) {
            int frames = i;
            Thread thread =
                    new Thread(null, () -> overflow(timers, entries, frames), "deep", 300_000);
            thread.start();
            thread.join();
        }
        timers.arm(new Counted(), 5, 0);
        timers.expire(1L << 40);

        assertThat(timers.size()).isZero();
        assertThat(entries).noneMatch(TimerEntry::isArmed);
    }

    private static void overflow(Timers timers, List<Counted> entries, int frames) {
        try {
            deep(timers, entries, 0, frames);
        } catch (StackOverflowError expected) {
            // That is what was asked for.
        }
    }

    private static int deep(Timers timers, List<Counted> entries, int depth, int frames) {
        Counted entry = entries.get(depth % entries.size());
        if (timers.cancel(entry)) {
            return deep(timers, entries, depth + 1, frames) + 1;
        }
        timers.arm(entry, 1_000 + depth, 0);
        return (depth + frames) % 3 == 0
                ? other(timers, entries, depth, frames, 1L, 2L, 3L)
                : deep(timers, entries, depth + 1, frames) + 1;
    }

    /** A frame of another size, so that the stack ends at different places. */
    private static int other(
            Timers timers, List<Counted> entries, int depth, int frames, long a, long b, long c) {
        return deep(timers, entries, depth + 1, frames) + (int) (a + b + c);
    }

    private static void nobody(long deadline) {}

    @FunctionalInterface
    private interface Part {
        Void run(int thread) throws Exception;
    }

    private static void together(int threads, Part part) throws Exception {
        CountDownLatch start = new CountDownLatch(threads);
        try (var executor = Executors.newFixedThreadPool(threads)) {
            List<Callable<Void>> calls = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                calls.add(() -> {
                    start.countDown();
                    start.await();
                    return part.run(thread);
                });
            }
            for (Future<Void> result : executor.invokeAll(calls)) {
                result.get();
            }
        }
    }

    private static final class Counted extends TimerEntry {

        int arms; // by its owner alone
        final AtomicInteger fired = new AtomicInteger();
        final AtomicInteger cancelled = new AtomicInteger();

        @Override
        protected void fired() {
            fired.incrementAndGet();
        }
    }

    private static final class Releasing extends TimerEntry {

        private final Semaphore semaphore;

        Releasing(Semaphore semaphore) {
            this.semaphore = semaphore;
        }

        @Override
        protected void fired() {
            semaphore.release();
        }
    }
}
