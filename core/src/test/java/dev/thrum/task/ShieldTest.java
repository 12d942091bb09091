package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ShieldTest {

    private final TaskRuntime runtime = TaskRuntime.builder().workers(1).build();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final Gate<String> gate = new Gate<>();

    @AfterEach
    void close() {
        gate.assertRulesKept();
        runtime.close();
    }

    @Test
    void C4_aShieldGivesWhatItShields() {
        var failure = new IOException("no");

        assertThat(Task.<Integer>blockOn(Async.ready(1).shield())).isEqualTo(1);
        assertThat(Task.<Integer>blockOn(Task.yieldNow().map(v -> 2).shield())).isEqualTo(2);
        assertThatThrownBy(() -> Task.blockOn(Async.failed(failure).shield()))
                .cause()
                .isSameAs(failure);
    }

    @Test
    void C4_theAwaitOfAShieldEndsWithWhatItShieldsAndTheNextAwaitThrows() throws Exception {
        JoinHandle<Void> handle =
                runtime.spawn(() -> {
                    log.add(gate.shield().await());
                    log.add(Task.current().isCancelled() ? "asked" : "not asked");
                    try {
                        Async.ready(1).await();
                        log.add("not so");
                    } catch (CancellationException e) {
                        log.add("cancelled");
                        throw e;
                    }
                });
        gate.awaitPolls(1);

        handle.cancel();
        gate.awaitPolls(2); // the cancellation polls it and does nothing to it
        gate.open("opened");

        assertThat(Task.blockOn(handle.outcome())).isEqualTo(new Outcome.Cancelled<>());
        assertThat(log).containsExactly("opened", "asked", "cancelled");
        assertThat(gate.cancels()).isZero();
    }

    @Test
    void C4_theCancellationIsDeliveredInTheEnclosingBlockIfTheInnerOneEnds() throws Exception {
        JoinHandle<Void> handle =
                runtime.spawn(() -> {
                    Async<String> inner = Async.async(() -> gate.shield().await());
                    log.add(inner.await());
                    try {
                        Async.pending().await();
                    } finally {
                        log.add("cancelled");
                    }
                });
        gate.awaitPolls(1);

        handle.cancel();
        gate.open("opened");

        assertThat(Task.blockOn(handle.outcome())).isEqualTo(new Outcome.Cancelled<>());
        assertThat(log).containsExactly("opened", "cancelled");
    }

    @Test
    void C4_aTaskThatEndsWithItsShieldIsNotCancelled() throws Exception {
        JoinHandle<String> handle = runtime.spawn(() -> gate.shield().await());
        gate.awaitPolls(1);

        handle.cancel();
        gate.open("opened");

        assertThat(handle.join()).isEqualTo("opened");
    }

    @Test
    void C4_noAwaitWithinAShieldThrows() throws Exception {
        JoinHandle<String> handle =
                runtime.spawn(() -> {
                    Async<String> shielded =
                            Async.async(() -> {
                                log.add(gate.await());
                                Task.yieldNow().await();
                                Async.join(Async.ready(1), Task.yieldNow(), (a, b) -> a).await();
                                Async.race(Async.pending(), Task.yieldNow()).await();
                                return Async.ready("done").timeout(Duration.ofDays(1)).await();
                            });
                    return shielded.shield().await();
                });
        gate.awaitPolls(1);

        handle.cancel();
        gate.open("opened");

        assertThat(handle.join()).isEqualTo("done");
        assertThat(log).containsExactly("opened");
    }

    @Test
    void C4_aShieldThatIsAwaitedAfterTheRequestStillRuns() throws Exception {
        var self = new CompletableFuture<JoinHandle<?>>();
        JoinHandle<Void> handle =
                runtime.spawn(() -> {
                    self.get().cancel();
                    log.add(Task.yieldNow().map(v -> "shielded").shield().await());
                    Task.yieldNow().await();
                    log.add("not so");
                });
        self.complete(handle);

        assertThat(Task.blockOn(handle.outcome())).isEqualTo(new Outcome.Cancelled<>());
        assertThat(log).containsExactly("shielded");
    }

    @Test
    void C4_aShieldThatWaitsForBudgetIsNotInterruptedEither() throws Exception {
        var self = new CompletableFuture<JoinHandle<?>>();
        JoinHandle<Void> handle =
                runtime.spawn(() -> {
                    JoinHandle<?> me = self.get();
                    // Runs once this task has given way, before it polls the shield.
                    runtime.spawn(() -> {
                        me.cancel();
                    });
                    for (int i = 0; i < PolledTask.BUDGET; i++) {
                        Async.ready(i).await();
                    }
                    Async<Void> shielded = Async.async(() -> log.add("shielded")).map(v -> null);
                    shielded.shield().await();
                    Task.yieldNow().await();
                    log.add("not so");
                });
        self.complete(handle);

        assertThat(Task.blockOn(handle.outcome())).isEqualTo(new Outcome.Cancelled<>());
        assertThat(log).containsExactly("shielded");
    }

    @Test
    void C4_aCancellationExceptionOfWhatIsShieldedIsNotTheTasks() throws Exception {
        JoinHandle<Void> handle =
                runtime.spawn(() -> {
                    Async<String> inner = Async.async(() -> gate.shield().await());
                    try {
                        inner.await();
                    } catch (CancellationException e) {
                        log.add(e.getMessage());
                    }
                    try {
                        Task.yieldNow().await();
                    } catch (CancellationException e) {
                        log.add("ours");
                    }
                });
        gate.awaitPolls(1);

        handle.cancel();
        gate.fail(new CancellationException("theirs"));

        Task.blockOn(handle.outcome());
        assertThat(log).containsExactly("theirs", "ours");
    }

    @Test
    void C4_aTimeoutAroundAShieldWaitsForIt() throws Exception {
        JoinHandle<String> handle =
                runtime.spawn(() -> gate.shield().timeout(Duration.ZERO).await());
        gate.awaitPolls(2); // polled on behind the deadline
        assertThat(handle.isDone()).isFalse();

        gate.open("opened");

        assertThatThrownBy(handle::join).cause().isInstanceOf(TimeoutException.class);
        assertThat(gate.cancels()).isZero();
    }

    @Test
    void C4_aRaceWaitsForALoserThatIsShielded() throws Exception {
        var winner = new Gate<String>();
        JoinHandle<String> handle = runtime.spawn(Async.race(gate.shield(), winner));
        gate.awaitPolls(1);
        winner.awaitPolls(1);

        winner.open("winner");
        gate.awaitPolls(2);
        assertThat(handle.isDone()).isFalse();
        gate.open("loser");

        assertThat(handle.join()).isEqualTo("winner");
        assertThat(gate.cancels()).isZero();
    }
}
