package dev.thrum.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thrum.support.StackEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunQueueTest {
    private static final class Numbered extends Job {
        final int number;

        Numbered(int number) {
            this.number = number;
        }

        @Override
        public boolean run(Worker worker) {
            throw new AssertionError("not run in this test");
        }

        @Override
        public String toString() {
            return "job " + number;
        }
    }

    private static void fill(RunQueue queue, int from, int to) {
        for (int i = from; i < to; i++) {
            assertThat(queue.offer(new Numbered(i))).isTrue();
        }
    }

    private static List<Integer> drain(RunQueue queue) {
        var numbers = new ArrayList<Integer>();
        for (Job job = queue.poll(); job != null; job = queue.poll()) {
            numbers.add(((Numbered) job).number);
        }
        return numbers;
    }

    private static List<Integer> numbers(int from, int to) {
        var numbers = new ArrayList<Integer>();
        for (int i = from; i < to; i++) {
            numbers.add(i);
        }
        return numbers;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 256})
    void firstInFirstOutAcrossGrowth(int capacity) {
        var queue = new RunQueue(capacity, 4, 0);
        assertThat(queue.isEmpty()).isTrue();
        fill(queue, 0, 3);
        assertThat(((Numbered) queue.poll()).number).isZero();
        fill(queue, 3, 1000);
        assertThat(queue.isEmpty()).isFalse();
        assertThat(drain(queue)).isEqualTo(numbers(1, 1000));
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.poll()).isNull();
    }

    @Test
    void P5_anOfferThatFindsNoStackToGrowLeavesTheQueueAsItWas() {
        for (int round = 0; round < 1000; round++) {
            var queue = new RunQueue(16, 4, 0);
            fill(queue, 0, 16);
            boolean[] taken = {false}; // to box it might find no room
            StackEnd.at(
                    round % 50,
                    () -> {
                        taken[0] = queue.offer(new Numbered(16));
                        return null;
                    });
            int next = taken[0] ? 17 : 16;
            fill(queue, next, next + 20);
            assertThat(drain(queue)).isEqualTo(numbers(0, next + 20));
        }
    }

    @Test
    void wrapsAroundWithoutGrowth() {
        var queue = new RunQueue(4, 4, 0);
        for (int i = 0; i < 100; i += 3) {
            fill(queue, i, i + 3);
            assertThat(drain(queue)).isEqualTo(numbers(i, i + 3));
        }
        assertThat(queue.capacity()).isEqualTo(4);
    }

    @ParameterizedTest(name = "of {0} jobs, in batches of {1}: {2}")
    @CsvSource({"0,4,0", "1,4,1", "2,4,1", "3,4,2", "7,4,4", "100,4,4", "100,64,50", "100,1,1"})
    void aThiefTakesTheOldestHalfInOrder(int jobs, int batch, int stolen) {
        var victim = new RunQueue(2, batch, 0);
        var thief = new RunQueue(2, batch, 0);
        fill(victim, 0, jobs);
        assertThat(victim.stealTo(thief)).isEqualTo(stolen);
        assertThat(drain(thief)).isEqualTo(numbers(0, stolen));
        assertThat(drain(victim)).isEqualTo(numbers(stolen, jobs));
    }

    @Test
    void stolenJobsGoBehindThoseOfTheThief() {
        var victim = new RunQueue(4, 4, 0);
        var thief = new RunQueue(2, 4, 0);
        fill(victim, 10, 14);
        fill(thief, 0, 2);
        victim.stealTo(thief);
        assertThat(drain(thief)).containsExactly(0, 1, 10, 11);
    }

    @Test
    void whatWasTakenIsNotHeld() {
        var victim = new RunQueue(4, 64, 0);
        var thief = new RunQueue(4, 64, 0);
        fill(victim, 0, 40);
        victim.poll();
        victim.stealTo(thief);
        while (victim.poll() != null) {
            thief.poll();
        }
        while (thief.poll() != null) {}
        assertThat(victim.heldSlots()).isZero();
        assertThat(thief.heldSlots()).isZero();
    }

    @Test
    void trimGivesTheMemoryOfAPeakBackOnceItIsEmpty() {
        var queue = new RunQueue(2, 4, 0);
        fill(queue, 0, 100);
        queue.trim();
        assertThat(queue.capacity()).isEqualTo(128);
        drain(queue);
        queue.trim();
        assertThat(queue.capacity()).isEqualTo(2);
        fill(queue, 0, 3);
        assertThat(drain(queue)).containsExactly(0, 1, 2);
    }

    @Test
    void capacityMustBeAPowerOfTwo() {
        assertThatThrownBy(() -> new RunQueue(3, 4, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3");
    }

    /** offer, poll | stealTo, poll | stealTo, poll: each job once, in order for each taker. */
    @ParameterizedTest
    @CsvSource({"1,1", "2,2", "2,64", "4,4", "256,64"})
    void everyJobIsTakenExactlyOnceAndNoneIsHeldAfterwards(int capacity, int batch)
            throws Exception {
        int jobs = 200_000;
        int thieves = 2;
        var victim = new RunQueue(capacity, batch, 0);
        var taken = new AtomicIntegerArray(jobs);
        var ended = new AtomicBoolean();
        var queues = new ArrayList<RunQueue>();
        try (var threads = Executors.newFixedThreadPool(thieves)) {
            var running = new ArrayList<Callable<Void>>();
            for (int i = 0; i < thieves; i++) {
                var own = new RunQueue(capacity, batch, 0);
                queues.add(own);
                running.add(() -> {
                    int last = -1;
                    boolean atEnd;
                    do {
                        atEnd = ended.get();
                        if (victim.stealTo(own) > 0) {
                            atEnd = false;
                        }
                        for (Job job = own.poll(); job != null; job = own.poll()) {
                            int number = ((Numbered) job).number;
                            assertThat(number).isGreaterThan(last);
                            last = number;
                            taken.incrementAndGet(number);
                        }
                    } while (!atEnd);
                    return null;
                });
            }
            var results = running.stream().map(threads::submit).toList();
            try {
                int last = -1;
                for (int i = 0; i < jobs; i++) {
                    victim.offer(new Numbered(i));
                    if (i % 8 > 2) {
                        Job job = victim.poll();
                        if (job != null) {
                            assertThat(((Numbered) job).number).isGreaterThan(last);
                            last = ((Numbered) job).number;
                            taken.incrementAndGet(last);
                        }
                    }
                }
                for (int number : drain(victim)) {
                    taken.incrementAndGet(number);
                }
            } finally {
                ended.set(true);
            }
            for (var result : results) {
                result.get();
            }
        }
        for (int i = 0; i < jobs; i++) {
            assertThat(taken.get(i)).as("how often job %d was taken", i).isEqualTo(1);
        }
        assertThat(victim.heldSlots()).isZero();
        assertThat(queues).allSatisfy(queue -> assertThat(queue.heldSlots()).isZero());
    }
}
