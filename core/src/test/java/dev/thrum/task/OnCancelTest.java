package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** C2: what is told to that which a task awaits when the task is cancelled. */
class OnCancelTest {

    private final TaskRuntime runtime = TaskRuntime.builder().workers(1).build();
    private final List<String> log = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        runtime.close();
    }

    /** Ways in which a task can await something. */
    enum Around {
        NOTHING(gate -> gate),
        BLOCK(gate -> Async.async(() -> gate.await())),
        BLOCK_IN_BLOCK(gate -> BLOCK.of(BLOCK.of(gate))),
        MAP(gate -> gate.map(v -> v)),
        TIMEOUT(gate -> gate.timeout(Duration.ofDays(1))),
        JOIN(gate -> Async.join(gate, Async.pending(), (a, b) -> a)),
        RACE(gate -> Async.race(gate, Async.pending())),
        ALL(gate -> BLOCK.of(TIMEOUT.of(RACE.of(BLOCK.of(MAP.of(gate)))))),
        ;

        private final Function<Async<String>, Async<String>> make;

        Around(Function<Async<String>, Async<String>> make) {
            this.make = make;
        }

        Async<String> of(Async<String> gate) {
            return make.apply(gate);
        }
    }

    @ParameterizedTest
    @EnumSource
    void C2_whatFinishesAtOnceIsToldOnceAndNotPolledAgain(Around around) throws Exception {
        var gate = new Gate<String>();
        JoinHandle<String> handle = runtime.spawn(around.of(gate));
        gate.awaitPolls(1);

        handle.cancel();
        handle.cancel();

        assertThat(Task.blockOn(handle.outcome())).isEqualTo(new Outcome.Cancelled<>());
        assertThat(gate.cancels()).isEqualTo(1);
        assertThat(gate.polls()).isEqualTo(1);
        gate.assertRulesKept(); // with the context of the last poll; not during a poll; …
    }

    @ParameterizedTest
    @EnumSource
    void C2_whatWantsToBePolledOnGivesTheResultOfTheAwait(Around around) throws Exception {
        var gate = Gate.<String>polledOn();
        JoinHandle<String> handle = runtime.spawn(around.of(gate));
        gate.awaitPolls(1);

        handle.cancel();
        gate.awaitPolls(2);
        assertThat(handle.isDone()).isFalse();
        gate.fail(new CancellationException("its own"));

        assertThat(Task.blockOn(handle.outcome())).isEqualTo(new Outcome.Cancelled<>());
        assertThat(gate.cancels()).isEqualTo(1);
        gate.assertRulesKept();
    }

    @ParameterizedTest
    @EnumSource
    void C2_aCancelThatComesWithAWakeTellsTheNewestContext(Around around) throws Exception {
        var gate = new Gate<String>();
        JoinHandle<String> handle = runtime.spawn(around.of(gate));
        gate.awaitPolls(1);
        gate.waker().wake();
        gate.awaitPolls(2);

        handle.cancel();

        assertThat(Task.blockOn(handle.outcome())).isEqualTo(new Outcome.Cancelled<>());
        assertThat(gate.cancels()).isEqualTo(1);
        gate.assertRulesKept();
    }

    @Test
    void C2_aResultThatIsThereWins() throws Exception {
        var gate = Gate.<String>polledOn();
        JoinHandle<String> handle = runtime.spawn(() -> gate.await());
        gate.awaitPolls(1);
        gate.openSilently("there");

        handle.cancel();

        assertThat(handle.join()).isEqualTo("there");
        gate.assertRulesKept();
    }

    @Test
    void C2_anOnCancelThatThrowsIsTheResultOfTheAwait() throws Exception {
        var broken = new IllegalArgumentException("broken");
        var polled = new CompletableFuture<Void>();
        Async<String> throwing =
                new Async<>() {
                    @Override
                    public Poll<String> poll(Context cx) {
                        polled.complete(null);
                        return Poll.pending();
                    }

                    @Override
                    public boolean onCancel(Context cx) {
                        throw broken;
                    }
                };
        JoinHandle<Void> handle =
                runtime.spawn(() -> {
                    try {
                        throwing.await();
                    } catch (IllegalArgumentException e) {
                        log.add(e.getMessage());
                    }
                    Task.yieldNow().await();
                    log.add("not so");
                });
        polled.get();

        assertThat(Task.blockOn(handle.cancel())).isEqualTo(new Outcome.Cancelled<>());
        assertThat(log).containsExactly("broken");
    }

    @Test
    void C2_cancellingAnAwaitOfAHandleLeavesTheJoinedTaskAlone() throws Exception {
        var gate = new Gate<String>();
        JoinHandle<String> joined = runtime.spawn(gate);
        gate.awaitPolls(1);
        List<JoinHandle<?>> joiners = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            joiners.add(runtime.spawn(() -> joined.await()));
            joiners.add(runtime.spawn(joined));
            joiners.add(runtime.spawn(joined.outcome()));
        }
        JoinHandle<String> stays = runtime.spawn(() -> joined.await());
        runtime.spawn(() -> {}).join();

        for (JoinHandle<?> joiner : joiners) {
            assertThat(Task.blockOn(joiner.cancel())).isEqualTo(new Outcome.Cancelled<>());
        }
        assertThat(joined.isDone()).isFalse();
        assertThat(gate.cancels()).isZero();
        gate.open("value");

        assertThat(stays.join()).isEqualTo("value");
        assertThat(joined.join()).isEqualTo("value");
    }

    @Test
    void C2_aSleepThatIsCancelledLeavesNoTimer() throws Exception {
        List<JoinHandle<Void>> sleepers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            sleepers.add(runtime.spawn(Task.sleep(Duration.ofDays(1))));
        }
        runtime.spawn(() -> {}).join();
        assertThat(runtime.timers.size()).isEqualTo(100);

        sleepers.forEach(JoinHandle::cancel);
        for (JoinHandle<Void> sleeper : sleepers) {
            assertThat(Task.blockOn(sleeper.outcome())).isEqualTo(new Outcome.Cancelled<>());
        }

        assertThat(runtime.timers.size()).isZero();
    }

    @Test
    void C1_aBlockPolledByHandIsCancelledOnceAsWell() throws Exception {
        var gate = new Gate<String>();
        Async<String> inner =
                Async.async(() -> {
                    try {
                        return gate.await();
                    } catch (CancellationException e) {
                        return "caught";
                    }
                });
        Async<String> outer =
                Async.async(() -> {
                    var value = inner.await();
                    Async.ready(1).await();
                    return value;
                });
        Context cx = Context.of(Waker.noop());

        assertThat(outer.poll(cx).isPending()).isTrue();
        assertThat(outer.onCancel(cx)).isFalse();
        assertThat(outer.poll(cx)).isEqualTo(Poll.ready("caught"));
        gate.assertRulesKept();
    }

    @Test
    void C4_aShieldPolledByHandIsFollowedByTheCancellation() throws Exception {
        var gate = new Gate<String>();
        Async<String> inner = Async.async(() -> gate.shield().await());
        Async<String> outer =
                Async.async(() -> {
                    log.add(inner.await());
                    return Async.ready("not so").await();
                });
        Context cx = Context.of(Waker.noop());

        assertThat(outer.poll(cx).isPending()).isTrue();
        assertThat(outer.onCancel(cx)).isFalse();
        gate.openSilently("opened");

        assertThatThrownBy(() -> outer.poll(cx)).isInstanceOf(CancellationException.class);
        assertThat(log).containsExactly("opened");
    }
}
