package dev.thrum.stream;

import static dev.thrum.stream.Streams.all;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thrum.task.Async;
import dev.thrum.task.JoinHandle;
import dev.thrum.task.Outcome;
import dev.thrum.task.Task;
import dev.thrum.task.TaskRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Operators that take one element at a time, and the functions that they are given. */
class StreamOperatorTest {
    @Test
    void mapAndFilterTakeFunctionsThatAwait() {
        assertThat(
                        all(
                                AsyncStream.of(1, 2, 3, 4)
                                        .filter(x -> {
                                            Task.yieldNow().await();
                                            return x % 2 == 0;
                                        })
                                        .map(x -> Async.ready(x * 10).await())))
                .containsExactly(20, 40);
    }

    @Test
    void aFilterThatLetsNothingPassGivesWayToOthers() {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            AtomicInteger count = new AtomicInteger();
            AsyncStream<Integer> endless = () -> Async.ready(Optional.of(1));
            JoinHandle<Optional<Integer>> filtering =
                    runtime.spawn(endless.filter(x -> count.incrementAndGet() < 0).next());
            runtime.spawn(() -> {}).join();
            assertThat(runtime.blockOn(filtering.cancel())).isInstanceOf(Outcome.Cancelled.class);
        }
    }

    @Test
    void aFunctionThatGivesNullIsAFailureThatNamesIt() {
        assertThatThrownBy(() -> all(AsyncStream.of(1).map(x -> null)))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("the function of map gave null for 1");
    }

    @Test
    void C1_aFunctionIsCancelledWithItsNextAndAppliedAgainByTheNextOne() {
        List<String> events = new ArrayList<>();
        AtomicInteger tries = new AtomicInteger();
        AsyncStream<Integer> stream =
                AsyncStream.of(7)
                        .map(x -> {
                            try {
                                if (tries.getAndIncrement() == 0) {
                                    Async.pending().await();
                                }
                                return x;
                            } finally {
                                Task.yieldNow().await();
                                events.add("try " + tries);
                            }
                        });
        Task.blockOn(() -> {
            Async.race(stream.next().map(x -> "next"), Task.yieldNow().map(v -> "other")).await();
            assertThat(events).containsExactly("try 1"); // the loser has ended
            assertThat(stream.next().await()).contains(7);
        });
        assertThat(events).containsExactly("try 1", "try 2");
    }

    @Test
    void aFunctionThatGivesAValueAlthoughItIsCancelledIsNotAppliedAgain() {
        AtomicInteger tries = new AtomicInteger();
        AsyncStream<Integer> stream =
                AsyncStream.of(7)
                        .map(x -> {
                            tries.incrementAndGet();
                            try {
                                Async.pending().await();
                            } catch (CancellationException e) {
                                Task.yieldNow().await();
                            }
                            return x;
                        });
        Task.blockOn(() -> {
            Async.race(stream.next().map(x -> "next"), Task.yieldNow().map(v -> "other")).await();
            assertThat(stream.next().await()).contains(7);
            assertThat(stream.next().await()).isEmpty();
        });
        assertThat(tries).hasValue(1);
    }

    @Test
    void takeClosesTheRestWithTheLastElement() {
        Script source = new Script(-1, 1);
        Task.blockOn(() -> {
            AsyncStream<Integer> stream = source.take(2);
            assertThat(stream.next().await()).contains(1);
            assertThat(source.closed).isZero();
            assertThat(stream.next().await()).contains(2);
            assertThat(source.closed).isPositive();
            assertThat(stream.next().await()).isEmpty();
        });
        assertThat(source.given()).isEqualTo(2);
    }

    @Test
    void takeOfNothingPullsNothing() {
        Script source = new Script(-1, 0);
        assertThat(all(source.take(0))).isEmpty();
        assertThat(source.given()).isZero();
        assertThat(source.closed).isPositive();
    }

    @Test
    void C69_throttleKeepsTheGapBetweenElementsAndTheFirstDoesNotWait() {
        Task.blockOn(() -> {
            long start = System.nanoTime();
            AsyncStream<Integer> stream = AsyncStream.of(1, 2, 3).throttle(Duration.ofMillis(5));
            for (int i = 0; i < 3; i++) {
                assertThat(stream.next().await()).contains(i + 1);
                assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(i * 5_000_000L);
            }
        });
    }

    @Test
    void throttleByNothingIsNothing() {
        assertThat(all(AsyncStream.of(1, 2, 3).throttle(Duration.ZERO))).containsExactly(1, 2, 3);
    }
}
