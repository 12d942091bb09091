package dev.thrum.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thrum.channel.Channel;
import dev.thrum.channel.LaggedException;
import dev.thrum.task.Async;
import dev.thrum.task.JoinHandle;
import dev.thrum.task.Task;
import dev.thrum.task.TaskRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A7: every operation that waits, given up at any step under load, has had no effect. Each for
 * itself, and then all together: for {@code thrum.soak.minutes}, by default for a moment.
 */
class SoakTest {
    private static final int ATTEMPTS = 1_000;
    private static final Queue<Throwable> UNEXPECTED = new ConcurrentLinkedQueue<>();

    static Stream<Subject> subjects() {
        return Stream.of(
                Channels.of("rendezvous", Channel.rendezvous()),
                Channels.of("Channel of 1", Channel.bounded(1)),
                Channels.of("Channel of 3", Channel.bounded(3)),
                Channels.of("Channel of 2000", Channel.bounded(2_000)),
                Channels.of("unbounded Channel", Channel.unbounded()),
                Channels.broadcast(),
                Channels.watch(),
                Locks.mutex(),
                Locks.rwLock(),
                Locks.semaphore(),
                Locks.barrier(),
                Locks.condvar(),
                Locks.onceCell(),
                Locks.promise(),
                Tasks.joinSet(),
                Tasks.joinHandle(),
                Tasks.sleep(),
                Tasks.interval());
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void A7_whatIsGivenUpHasHadNoEffect(Subject subject) {
        try (TaskRuntime runtime = runtime(2)) {
            runtime.blockOn(subject.run(attempts -> attempts < ATTEMPTS));
        }
        subject.checkBalance();
        assertThat(subject.done()).isPositive();
        assertThat(subject.givenUp()).isPositive();
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void A7_soAlsoOnOneWorker(Subject subject) {
        try (TaskRuntime runtime = runtime(1)) {
            runtime.blockOn(subject.run(attempts -> attempts < ATTEMPTS / 4));
        }
        subject.checkBalance();
    }

    @Test
    void A7_soAlsoAllTogetherForLong() {
        String minutes = System.getProperty("thrum.soak.minutes", "0");
        long nanos = TimeUnit.MINUTES.toNanos(Long.parseLong(minutes));
        long start = System.nanoTime();
        List<Subject> all = subjects().toList();
        Subject.Patience patience = attempts -> attempts < 100 || System.nanoTime() - start < nanos;
        try (TaskRuntime runtime = runtime(4)) {
            runtime.blockOn(runAll(all, patience));
        }
        for (Subject subject : all) {
            subject.checkBalance();
        }
        if (nanos > 0) {
            System.out.println("Soak of " + minutes + " minutes; all balances:");
            all.forEach(subject -> System.out.println(subject.counters()));
        }
    }

    /**
     * Losers of races fail on purpose here, as {@link Locks#onceCell} has it; nothing else does.
     */
    private static TaskRuntime runtime(int workers) {
        return TaskRuntime.builder()
                .workers(workers)
                .onUnobservedFailure((task, thrown) -> {
                    if (!(thrown instanceof IllegalArgumentException
                            || thrown instanceof LaggedException)) {
                        UNEXPECTED.add(thrown);
                    }
                })
                .build();
    }

    @AfterEach
    void nothingFailedThatShouldNot() {
        Throwable first = UNEXPECTED.poll();
        UNEXPECTED.clear();
        if (first != null) {
            throw new AssertionError("nobody looked at a failure", first);
        }
    }

    private static Async<Void> runAll(List<Subject> all, Subject.Patience patience) {
        return Async.async(() -> {
            List<JoinHandle<Void>> running = new ArrayList<>();
            for (Subject subject : all) {
                running.add(Task.builder().name(subject.toString()).spawn(subject.run(patience)));
            }
            for (JoinHandle<Void> one : running) {
                one.await();
            }
        });
    }
}
