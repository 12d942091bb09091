package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RaceTest {

    private final TaskRuntime runtime = TaskRuntime.builder().workers(1).build();
    private final List<String> log = new ArrayList<>();

    @AfterEach
    void close() {
        runtime.close();
    }

    @Test
    void A7_theFirstToFinishWins() {
        assertThat(Task.<Integer>blockOn(Async.race(Async.pending(), Async.ready(1)))).isEqualTo(1);
        assertThat(Task.<Integer>blockOn(Async.race(List.of(Async.pending(), Async.ready(2)))))
                .isEqualTo(2);
        assertThat(Task.<Integer>blockOn(Async.race(Async.ready(null)))).isNull();
    }

    @Test
    void A7_aFailureWinsARaceAsAValueDoes() {
        var failure = new IOException("no");

        assertThatThrownBy(() -> Task.blockOn(Async.race(Async.pending(), Async.failed(failure))))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isSameAs(failure);
    }

    @Test
    void A7_aPendingPartWinsOnceItIsWoken() throws Exception {
        var first = new Gate<String>();
        var second = new Gate<String>();
        JoinHandle<String> race = runtime.spawn(Async.race(first, second));
        first.awaitPolls(1);
        second.awaitPolls(1);

        second.open("second");

        assertThat(race.join()).isEqualTo("second");
        assertThat(first.cancels()).isEqualTo(1);
        assertThat(first.polls()).as("polled for another's wake").isEqualTo(1);
        first.assertRulesKept();
        second.assertRulesKept();
    }

    @Test
    void A7_theCleanupOfTheLosersIsOverBeforeTheWinnerIsDelivered() throws Exception {
        var cleanup = new Gate<Void>();
        var winner = new Gate<String>();
        Async<String> loser =
                Async.async(() -> {
                    try {
                        Async.pending().await();
                        return "not so";
                    } finally {
                        log.add("cleanup begins");
                        cleanup.await();
                        log.add("cleanup ends");
                    }
                });
        JoinHandle<String> race =
                runtime.spawn(() -> {
                    var won = Async.race(loser, winner).await();
                    log.add("delivered");
                    return won;
                });
        winner.awaitPolls(1);

        winner.open("winner");
        cleanup.awaitPolls(1);
        assertThat(race.isDone()).isFalse();
        cleanup.open();

        assertThat(race.join()).isEqualTo("winner");
        assertThat(log).containsExactly("cleanup begins", "cleanup ends", "delivered");
    }

    @Test
    void A7_aLoserThatWasNotPolledNeverStarts() {
        Async<Integer> ready = Async.ready(0);

        // Whoever is polled first decides; if that is the ready one the other must not have run.
        for (int i = 0; i < 100; i++) {
            log.clear();
            Async<Integer> block =
                    Async.async(() -> {
                        log.add("started");
                        return 1;
                    });
            int won = Task.blockOn(Async.<Integer>race(ready, block));
            assertThat(log).hasSize(won);
        }
    }

    @Test
    void A7_whoIsPolledFirstIsDrawn() {
        var winners = new HashSet<Integer>();

        for (int i = 0; i < 1000; i++) {
            winners.add(
                    Task.<Integer>blockOn(
                            Async.race(Async.ready(0), Async.ready(1), Async.ready(2))));
        }

        assertThat(winners).containsExactlyInAnyOrder(0, 1, 2);
    }

    @Test
    void A7_anEmptyRaceIsRefused() {
        assertThatThrownBy(() -> Async.race())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one");
        assertThatThrownBy(() -> Async.race(List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Async.raceOk()).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Async.raceOk(List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void A7_raceOkPassesOverFailures() {
        Async<Integer> one =
                Async.raceOk(Async.pending(), Async.failed(new IOException()), Async.ready(1));

        assertThat(Task.<Integer>blockOn(one)).isEqualTo(1);
    }

    @Test
    void P3_raceOkThatIsCancelledTakesItsFailuresSoFarAlong() throws Exception {
        var first = new IOException("first");
        var second = new IOException("second");
        var gate = new Gate<Integer>();
        JoinHandle<Throwable> body =
                runtime.spawn(() -> {
                    try {
                        Async.raceOk(Async.failed(first), gate, Async.failed(second)).await();
                        return null;
                    } catch (CancellationException e) {
                        return e;
                    }
                });
        gate.awaitPolls(1);
        while (!body.toString().contains("waiting")) {
            Thread.onSpinWait();
        }
        body.cancel();

        assertThat(body.join().getSuppressed()).containsExactlyInAnyOrder(first, second);
        gate.assertRulesKept();
        JoinHandle<Integer> bare = runtime.spawn(Async.raceOk(Async.failed(first), new Gate<>()));
        while (!bare.toString().contains("waiting")) {
            Thread.onSpinWait();
        }
        assertThat(Task.blockOn(bare.cancel())).isEqualTo(new Outcome.Cancelled<>());
    }

    @Test
    void A7_raceOkFailsWithTheLastFailureAndTheOthersSuppressed() throws Exception {
        var gates = List.of(new Gate<Integer>(), new Gate<Integer>(), new Gate<Integer>());
        var failures = List.of(new IOException("0"), new IOException("1"), new IOException("2"));
        JoinHandle<Integer> race = runtime.spawn(Async.raceOk(gates));
        for (int i : new int[] {1, 2, 0}) {
            gates.get(i).awaitPolls(1);
            gates.get(i).fail(failures.get(i));
            gates.get(i).awaitPolls(2);
        }

        assertThatThrownBy(race::join).cause().isSameAs(failures.get(0));
        assertThat(failures.get(0).getSuppressed())
                .containsExactlyInAnyOrder(failures.get(1), failures.get(2));
    }

    @Test
    void A7_aFailureInTheCleanupOfALoserIsReported() throws Exception {
        var reported = new CompletableFuture<Throwable>();
        var failure = new IOException("in the cleanup");
        try (var watched =
                TaskRuntime.builder()
                        .workers(1)
                        .onUnobservedFailure((task, thrown) -> reported.complete(thrown))
                        .build()) {
            var winner = new Gate<Integer>();
            Async<Integer> loser =
                    Async.async(() -> {
                        try {
                            return Async.<Integer>pending().await();
                        } finally {
                            Task.yieldNow().await();
                            fail(failure);
                        }
                    });
            JoinHandle<Integer> race = watched.spawn(Async.race(loser, winner));
            winner.awaitPolls(1);
            winner.open(1);

            assertThat(race.join()).isEqualTo(1);
            assertThat(reported.get()).isSameAs(failure);
        }
    }

    private static void fail(Exception failure) throws Exception {
        throw failure;
    }

    @Test
    void A7_racesNest() {
        Async<Integer> inner = Async.race(Async.pending(), Task.yieldNow().map(v -> 1));
        Async<Integer> race = Async.race(Async.pending(), inner.map(one -> one + 1));

        assertThat(Task.<Integer>blockOn(race)).isEqualTo(2);
    }

    @Test
    void C1_aRaceWithALoserLeavesItsTaskCancellable() throws Exception {
        var gate = new Gate<Void>();
        JoinHandle<Void> handle =
                runtime.spawn(() -> {
                    Async<Object> loser = Async.async(() -> Async.pending().await());
                    Async.race(loser, Task.yieldNow().map(v -> 2)).await();
                    gate.await();
                });
        gate.awaitPolls(1);

        assertThat(Task.blockOn(handle.cancel())).isEqualTo(new Outcome.Cancelled<>());
        assertThat(gate.cancels()).isEqualTo(1);
    }

    @Test
    void C1_aRaceThatIsCancelledCancelsAllParts() throws Exception {
        var gates = Arrays.asList(new Gate<Void>(), Gate.<Void>polledOn(), new Gate<Void>());
        JoinHandle<Void> handle = runtime.spawn(Async.race(gates));
        for (Gate<Void> gate : gates) {
            gate.awaitPolls(1);
        }

        handle.cancel();
        gates.get(1).awaitPolls(2);
        assertThat(handle.isDone()).as("one part is still cleaning up").isFalse();
        gates.get(1).fail(new CancellationException());

        assertThat(Task.blockOn(handle.outcome())).isEqualTo(new Outcome.Cancelled<>());
        for (Gate<Void> gate : gates) {
            assertThat(gate.cancels()).isEqualTo(1);
            gate.assertRulesKept();
        }
    }

    @Test
    void C1_aCancellationWithinTheOnlyPartIsNoValue() throws Exception {
        var self = new CompletableFuture<JoinHandle<?>>();
        JoinHandle<Object> handle =
                runtime.spawn(() -> {
                    JoinHandle<?> me = self.get();
                    Async<Object> part =
                            Async.async(() -> {
                                me.cancel();
                                return Async.pending().await();
                            });
                    return Async.race(part).await();
                });
        self.complete(handle);

        assertThat(Task.blockOn(handle.outcome())).isEqualTo(new Outcome.Cancelled<>());
    }

    @Test
    void C1_aPartThatCatchesTheCancellationHasTakenIt() throws Exception {
        var gate = new Gate<Void>();
        JoinHandle<String> handle =
                runtime.spawn(() -> {
                    Async<String> part =
                            Async.async(() -> {
                                try {
                                    gate.await();
                                    return "opened";
                                } catch (CancellationException e) {
                                    return "caught";
                                }
                            });
                    var won = Async.<String>race(part, Async.pending()).await();
                    Task.yieldNow().await(); // not cancelled a second time
                    return won;
                });
        gate.awaitPolls(1);

        assertThat(Task.blockOn(handle.cancel())).isEqualTo(new Outcome.Succeeded<>("caught"));
    }

    @Test
    void C2_aPartThatIsDoneBeforeItsOwnerIsCancelledWins() throws Exception {
        var gate = Gate.<String>polledOn();
        JoinHandle<String> handle = runtime.spawn(Async.race(gate, Async.pending()));
        gate.awaitPolls(1);

        gate.openSilently("there");
        handle.cancel();

        assertThat(handle.join()).isEqualTo("there");
        gate.assertRulesKept();
    }
}
