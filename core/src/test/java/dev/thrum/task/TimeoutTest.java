package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TimeoutTest {

    private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

    private final TaskRuntime runtime = TaskRuntime.builder().workers(1).build();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final Gate<String> gate = new Gate<>();

    @AfterEach
    void close() {
        gate.assertRulesKept();
        runtime.close();
    }

    @Test
    void A7_aValueInTimeIsGivenAndTheTimerIsTakenBack() throws Exception {
        JoinHandle<String> handle = runtime.spawn(gate.timeout(FOREVER));
        gate.awaitPolls(1);
        runtime.spawn(() -> {}).join(); // the one worker has done with that poll
        assertThat(runtime.timers.size()).isEqualTo(1);

        gate.open("in time");

        assertThat(handle.join()).isEqualTo("in time");
        assertThat(runtime.timers.size()).isZero();
        assertThat(gate.cancels()).isZero();
    }

    @Test
    void A7_aFailureInTimeIsPassedOn() {
        var failure = new IOException("no");
        var timeout = new TimeoutException("of somebody else");

        assertThatThrownBy(() -> Task.blockOn(Async.failed(failure).timeout(FOREVER)))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isSameAs(failure);
        assertThatThrownBy(() -> Task.blockOn(Async.failed(timeout).timeout(FOREVER)))
                .cause()
                .isSameAs(timeout);
    }

    @Test
    void A7_aTimeoutIsThrownWhereItIsAwaited() {
        String caught =
                Task.blockOn(() -> {
                    try {
                        return Async.<String>pending().timeout(Duration.ofNanos(1)).await();
                    } catch (TimeoutException e) {
                        return e.getMessage();
                    }
                });

        assertThat(caught).contains("PT0.000000001S");
    }

    @Test
    void A7_zeroAndNegativeDurationsPollOnce() throws Exception {
        for (Duration none : List.of(Duration.ZERO, Duration.ofNanos(-1), FOREVER.negated())) {
            var never = new Gate<String>();
            assertThatThrownBy(() -> Task.blockOn(never.timeout(none)))
                    .cause()
                    .isInstanceOf(TimeoutException.class);
            assertThat(never.polls()).isEqualTo(1);
            assertThat(never.cancels()).isEqualTo(1);
            never.assertRulesKept();

            assertThat(Task.blockOn(Async.ready("there").timeout(none))).isEqualTo("there");
        }
    }

    @Test
    void A7_hugeDurationsNeverEnd() throws Exception {
        for (Duration huge : List.of(FOREVER, Duration.ofDays(365L * 292), Duration.ofDays(999))) {
            var slow = new Gate<String>();
            JoinHandle<String> handle = runtime.spawn(slow.timeout(huge));
            slow.awaitPolls(1);
            runtime.blockOn(Task.sleep(Duration.ofMillis(1))); // timers are looked at
            assertThat(handle.isDone()).isFalse();
            slow.open("at last");
            assertThat(handle.join()).isEqualTo("at last");
        }
    }

    @Test
    void A7_theClockStartsAtTheFirstPoll() throws Exception {
        long nanos = Duration.ofMillis(20).toNanos();
        Async<Object> timeout = Async.pending().timeout(Duration.ofNanos(nanos));
        runtime.blockOn(Task.sleep(Duration.ofNanos(nanos)));

        long start = System.nanoTime();
        assertThatThrownBy(() -> runtime.blockOn(timeout))
                .hasRootCauseInstanceOf(TimeoutException.class);
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(nanos);
    }

    @Test
    void A7_theCleanupIsOverBeforeTheTimeoutIsDelivered() throws Exception {
        Async<String> bounded =
                Async.async(() -> {
                    try {
                        return Async.<String>pending().await();
                    } finally {
                        log.add("cleanup begins");
                        gate.await();
                        log.add("cleanup ends");
                    }
                });
        JoinHandle<Void> handle =
                runtime.spawn(() -> {
                    try {
                        bounded.timeout(Duration.ZERO).await();
                    } catch (TimeoutException e) {
                        log.add("timeout");
                    }
                });

        gate.awaitPolls(1);
        assertThat(handle.isDone()).isFalse();
        gate.open();

        handle.join();
        assertThat(log).containsExactly("cleanup begins", "cleanup ends", "timeout");
    }

    @Test
    void A7_aFailureOfTheCleanupIsSuppressedInTheTimeout() {
        var failure = new IOException("in the cleanup");
        Async<String> bounded =
                Async.async(() -> {
                    try {
                        return Async.<String>pending().await();
                    } catch (CancellationException e) {
                        throw failure;
                    }
                });

        assertThatThrownBy(() -> Task.blockOn(bounded.timeout(Duration.ZERO)))
                .cause()
                .isInstanceOf(TimeoutException.class)
                .satisfies(e -> assertThat(e.getSuppressed()).containsExactly(failure));
    }

    @Test
    void A7_aValueThatArrivesBetweenPollAndDeadlineWins() {
        Async<String> justThere =
                new Async<>() {
                    private Poll<String> result = Poll.pending();

                    @Override
                    public Poll<String> poll(Context cx) {
                        return result;
                    }

                    @Override
                    public boolean onCancel(Context cx) {
                        result = Poll.ready("there");
                        return false;
                    }
                };

        assertThat(Task.blockOn(justThere.timeout(Duration.ZERO))).isEqualTo("there");
    }

    @Test
    void A7_aBlockThatCatchesTheCancellationIsTimedOutAllTheSame() {
        Async<String> bounded =
                Async.async(() -> {
                    try {
                        return Async.<String>pending().await();
                    } catch (CancellationException e) {
                        return "a value too late";
                    }
                });

        assertThatThrownBy(() -> Task.blockOn(bounded.timeout(Duration.ZERO)))
                .cause()
                .isInstanceOf(TimeoutException.class);
    }

    @Test
    void A7_timeoutsNestAndTheFirstToFireIsTheOneThatIsThrown() {
        Async<String> outer = Async.<String>pending().timeout(FOREVER).timeout(Duration.ofNanos(1));
        Async<String> inner = Async.<String>pending().timeout(Duration.ofNanos(1)).timeout(FOREVER);

        assertThatThrownBy(() -> Task.blockOn(outer)).hasMessageContaining("PT0.000000001S");
        assertThatThrownBy(() -> Task.blockOn(inner)).hasMessageContaining("PT0.000000001S");
    }

    @Test
    void A5_aBlockThatNeverWaitsIsTimedOutAsWell() {
        Async<Object> greedy =
                Async.async(() -> {
                    while (true) {
                        Async.ready(1).await();
                    }
                });

        assertThatThrownBy(() -> Task.blockOn(greedy.timeout(Duration.ofMillis(1))))
                .cause()
                .isInstanceOf(TimeoutException.class);
    }

    @Test
    void C1_aTimeoutIsNoCancellationOfTheTask() throws Exception {
        JoinHandle<Boolean> handle =
                runtime.spawn(() -> {
                    try {
                        Async.async(() -> Async.pending().await()).timeout(Duration.ZERO).await();
                    } catch (TimeoutException e) {
                        log.add("timeout");
                    }
                    gate.await();
                    return true;
                });
        gate.awaitPolls(1);
        assertThat(handle.task().isCancelled()).isFalse();

        // … and leaves it cancellable.
        assertThat(Task.blockOn(handle.cancel())).isEqualTo(new Outcome.Cancelled<>());
        assertThat(gate.cancels()).isEqualTo(1);
    }

    @Test
    void C2_aCancelledTimeoutCancelsWhatItBoundsAndItsTimer() throws Exception {
        JoinHandle<String> handle = runtime.spawn(gate.timeout(FOREVER));
        gate.awaitPolls(1);

        assertThat(Task.blockOn(handle.cancel())).isEqualTo(new Outcome.Cancelled<>());
        assertThat(gate.cancels()).isEqualTo(1);
        assertThat(runtime.timers.size()).isZero();
    }

    @Test
    void C2_whatHasTimedOutIsNotCancelledASecondTime() throws Exception {
        var cleaning = Gate.<String>polledOn();
        JoinHandle<String> handle = runtime.spawn(cleaning.timeout(Duration.ZERO));
        cleaning.awaitCancel();

        handle.cancel();
        cleaning.awaitPolls(3); // the first, the one behind the timeout, and this
        cleaning.open("too late");

        assertThat(Task.blockOn(handle.outcome())).isInstanceOf(Outcome.Failed.class);
        assertThat(cleaning.cancels()).isEqualTo(1);
        cleaning.assertRulesKept();
    }

    @Test
    void T5_twoRuntimesHaveTheirOwnTimers() throws Exception {
        try (var other = TaskRuntime.builder().workers(1).build()) {
            JoinHandle<String> handle = other.spawn(gate.timeout(FOREVER));
            gate.awaitPolls(1);
            other.spawn(() -> {}).join();

            assertThat(other.timers.size()).isEqualTo(1);
            assertThat(runtime.timers.size()).isZero();
            Task.blockOn(handle.cancel());
        }
    }

    /** From the deadline on it is timed out, whatever the block makes of its cancellation. */
    @Test
    void A7_aBlockThatCatchesItsCancellationHasTimedOutAllTheSame() {
        Async<Integer> stubborn =
                Async.async(() -> {
                    try {
                        return Async.<Integer>pending().await();
                    } catch (CancellationException e) {
                        return 1;
                    }
                });

        assertThatThrownBy(() -> Task.blockOn(stubborn.timeout(Duration.ofMillis(1))))
                .hasCauseInstanceOf(TimeoutException.class);
    }
}
