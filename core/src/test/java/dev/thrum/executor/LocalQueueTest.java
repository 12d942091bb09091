package dev.thrum.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalQueueTest {
    private final ArrayList<Integer> log = new ArrayList<>();

    private Job job(int number) {
        return new Job() {
            @Override
            public boolean run(Worker worker) {
                log.add(number);
                return false;
            }
        };
    }

    private void drain(LocalQueue queue) {
        for (Job job = queue.poll(); job != null; job = queue.poll()) {
            job.run(null);
        }
    }

    @Test
    void firstInFirstOutWhateverTheOrderOfPushesAndPolls() {
        var queue = new LocalQueue();
        queue.push(job(0));
        queue.push(job(1));
        queue.poll().run(null);
        queue.push(job(2));
        queue.pushYielded(job(3));
        queue.push(job(4));
        drain(queue);
        assertThat(log).containsExactly(0, 1, 2, 3, 4);
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.poll()).isNull();
        assertThat(queue.added()).isEqualTo(5);
        assertThat(queue.polled()).isEqualTo(5);
    }

    @Test
    void T6_aYieldGoesBehindWhatOthersHavePushed() {
        var queue = new LocalQueue();
        queue.push(job(1));
        queue.push(job(2));
        queue.pushYielded(job(3));
        drain(queue);
        assertThat(log).containsExactly(1, 2, 3);
    }

    @Test
    void aJobThatWasPolledKeepsNoOtherAlive() {
        var queue = new LocalQueue();
        Job first = job(1);
        queue.push(first);
        queue.push(job(2));
        assertThat(queue.poll()).isSameAs(first);
        assertThat(first.next).isNull();
    }

    @Test
    void parkReturnsAtOnceIfThereIsAJob() {
        var queue = new LocalQueue();
        queue.push(job(1));
        queue.park();
        assertThat(queue.isEmpty()).isFalse();
    }

    @Test
    void releaseWithoutRetainIsRefused() {
        var queue = new LocalQueue();
        queue.retain();
        assertThat(queue.retained()).isEqualTo(1);
        queue.release();
        assertThatThrownBy(queue::release)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(Thread.currentThread().getName());
    }

    /** A push between the owner's look and its park must wake it. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void T2_noWakeUpIsLostBetweenTwoOwners(boolean virtual) throws Exception {
        int rounds = 20_000;
        var factory = virtual ? Thread.ofVirtual().factory() : Thread.ofPlatform().factory();
        var left = new CompletableFuture<LocalQueue>();
        var right = new CompletableFuture<LocalQueue>();
        try (var threads = Executors.newThreadPerTaskExecutor(factory)) {
            var results =
                    new ArrayList<>(
                            java.util.List.of(
                                    threads.submit(() -> bounce(left, right, rounds)),
                                    threads.submit(() -> bounce(right, left, rounds))));
            left.get().push(new Ball(left.get()));
            for (var result : results) {
                assertThat(result.get()).isEqualTo(rounds);
            }
        }
    }

    private static final class Ball extends Job {
        LocalQueue to;

        Ball(LocalQueue to) {
            this.to = to;
        }

        @Override
        public boolean run(Worker worker) {
            assertThat(worker).isNull();
            to.push(this);
            return false;
        }
    }

    private static int bounce(
            CompletableFuture<LocalQueue> mine, CompletableFuture<LocalQueue> other, int rounds)
            throws Exception {
        var queue = new LocalQueue();
        mine.complete(queue);
        int count = 0;
        while (count < rounds) {
            Job job = queue.poll();
            if (job == null) {
                queue.park();
            } else {
                count++;
                ((Ball) job).to = other.get();
                job.run(null);
            }
        }
        return count;
    }

    @Test
    void everyJobOfManyProducersArrivesInTheOrderOfItsProducer() throws Exception {
        int producers = 4;
        int each = 20_000;
        var queue = new LocalQueue();
        int[] last = new int[producers];
        var count = new AtomicInteger();
        var start = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int p = 0; p < producers; p++) {
                int producer = p;
                threads.execute(() -> {
                    Rig.await(start);
                    for (int i = 1; i <= each; i++) {
                        int number = i;
                        queue.push(
                                new Job() {
                                    @Override
                                    public boolean run(Worker worker) {
                                        assertThat(number).isEqualTo(++last[producer]);
                                        count.incrementAndGet();
                                        return false;
                                    }
                                });
                    }
                });
            }
            start.countDown();
            while (count.get() < producers * each) {
                Job job = queue.poll();
                if (job == null) {
                    queue.park();
                } else {
                    job.run(null);
                }
            }
        }
        assertThat(queue.isEmpty()).isTrue();
    }
}
