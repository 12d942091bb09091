package dev.thrum.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class BlockingPoolTest {
    private static final long SHORT = 1_000_000;

    /** No command is taken for stuck, however long the system holds a thread up. */
    private static final long ENDLESS = Long.MAX_VALUE;

    @Test
    void commandsBeyondThePlatformThreadsGetVirtualOnes() throws Exception {
        BlockingPool pool = new BlockingPool("small", 1, 2, SHORT);
        int count = 50;
        CountDownLatch allRun = new CountDownLatch(count);
        CountDownLatch done = new CountDownLatch(count);
        List<Boolean> virtual = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < count; i++) {
            pool.execute(() -> {
                virtual.add(Thread.currentThread().isVirtual());
                allRun.countDown();
                awaitQuietly(allRun);
                done.countDown();
            });
        }
        done.await();
        // Fewer, if the system has held those threads up for longer than commands are to wait.
        assertThat(virtual.stream().filter(v -> !v)).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void aCommandThatThrowsGoesToTheHandlerAndHarmsNobody() throws Exception {
        BlockingPool pool = new BlockingPool("throwing", 1, 1, ENDLESS);
        List<Throwable> seen = Collections.synchronizedList(new ArrayList<>());
        AssertionError boom = new AssertionError("boom");
        pool.execute(() -> {
            Thread.currentThread().setUncaughtExceptionHandler((t, e) -> seen.add(e));
            throw boom;
        });
        CountDownLatch next = new CountDownLatch(1);
        pool.execute(next::countDown);
        next.await();
        assertThat(seen).containsExactly(boom);
    }

    @Test
    void anInterruptMeantForOneCommandDoesNotReachTheNext() throws Exception {
        BlockingPool pool = new BlockingPool("interrupted", 1, 1, ENDLESS);
        pool.execute(() -> Thread.currentThread().interrupt());
        CountDownLatch next = new CountDownLatch(1);
        List<Boolean> interrupted = Collections.synchronizedList(new ArrayList<>());
        pool.execute(() -> {
            interrupted.add(Thread.currentThread().isInterrupted());
            next.countDown();
        });
        next.await();
        assertThat(interrupted).containsExactly(false);
    }

    @Test
    void manyShortCommandsFromManyThreadsAllRun() throws Exception {
        BlockingPool pool = new BlockingPool("short", 2, 8, SHORT);
        int producers = 4;
        int each = 20_000;
        CountDownLatch all = new CountDownLatch(producers * each);
        List<Thread> threads = new ArrayList<>();
        for (int p = 0; p < producers; p++) {
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int i = 0; i < each; i++) {
                                    pool.execute(all::countDown);
                                }
                            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        all.await();
        assertThat(all.getCount()).isZero();
    }

    @Test
    void threadsAreNamedDaemons() throws Exception {
        BlockingPool pool = new BlockingPool("named", 1, 1, ENDLESS);
        List<Thread> seen = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch done = new CountDownLatch(1);
        pool.execute(() -> {
            seen.add(Thread.currentThread());
            done.countDown();
        });
        done.await();
        assertThat(seen.get(0).getName()).isEqualTo("named-1");
        assertThat(seen.get(0).isDaemon()).isTrue();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
