package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A1: who may poll a one-shot async, and when. */
class OneShotTest {

    private static final Duration FOREVER = Duration.ofDays(1);

    private final TaskRuntime runtime = TaskRuntime.builder().workers(2).build();

    @AfterEach
    void close() {
        runtime.close();
    }

    /** All that is one-shot, made of a gate that decides when it is ready. */
    enum OneShotAsync {
        BLOCK(gate -> Async.async(() -> gate.await())),
        FUNCTION(gate -> Async.async(g -> g.await(), gate)),
        MAP(gate -> gate.map(v -> v)),
        TIMEOUT(gate -> gate.timeout(FOREVER)),
        SHIELD(gate -> gate.shield()),
        JOIN(gate -> Async.join(gate, Async.ready(1), (v, one) -> v)),
        JOIN_ALL(gate -> Async.joinAll(List.of(gate)).map(List::getFirst)),
        RACE(gate -> Async.race(gate, Async.pending())),
        RACE_OK(gate -> Async.raceOk(gate, Async.pending())),
        STAGE(gate -> Async.of(gate.opened));

        private final Function<Source, Async<String>> make;

        OneShotAsync(Function<Source, Async<String>> make) {
            this.make = make;
        }

        Async<String> of(Source source) {
            return make.apply(source);
        }
    }

    /** As ready as the future is; of any number of pollers. */
    private static final class Source implements Async<String> {
        final CompletableFuture<String> opened = new CompletableFuture<>();
        final AtomicInteger polls = new AtomicInteger();

        @Override
        public Poll<String> poll(Context cx) {
            polls.incrementAndGet();
            opened.thenRun(cx.waker()::wake);
            return opened.isDone() ? Poll.ready(opened.join()) : Poll.pending();
        }
    }

    @ParameterizedTest
    @EnumSource
    void A1_nothingRunsBeforeTheFirstPoll(OneShotAsync kind) {
        var source = new Source();

        Async<String> cold = kind.of(source);

        assertThat(source.polls).hasValue(0);
        source.opened.complete("value");
        assertThat(Task.blockOn(cold)).isEqualTo("value");
    }

    @ParameterizedTest
    @EnumSource
    void A1_pollingItAgainAfterItCompletedIsRefused(OneShotAsync kind) {
        var source = new Source();
        source.opened.complete("value");
        Async<String> async = kind.of(source);
        Task.blockOn(async);

        assertThatThrownBy(() -> Task.blockOn(async))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("after it completed")
                .hasMessageContaining("await its handle");
    }

    @ParameterizedTest
    @EnumSource
    void A1_awaitingItAgainInTheSameBodyIsRefused(OneShotAsync kind) {
        var source = new Source();
        source.opened.complete("value");
        Async<String> async = kind.of(source);

        assertThatThrownBy(() ->
                        Task.blockOn(() -> {
                            async.await();
                            async.await();
                        }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("after it completed");
    }

    @ParameterizedTest
    @EnumSource
    void A1_pollingItFromAnotherTaskIsRefused(OneShotAsync kind) {
        var source = new Source();
        Async<String> async = kind.of(source);
        JoinHandle<String> first = runtime.taskBuilder().name("first").spawn(async);
        awaitItWaits(first);

        assertThatThrownBy(() -> runtime.taskBuilder().name("second").blockOn(async))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("\"first\"")
                .hasMessageContaining("\"second\"");

        // The one that it belongs to is not disturbed.
        source.opened.complete("value");
        assertThat(first.join()).isEqualTo("value");
    }

    private static void awaitItWaits(JoinHandle<?> handle) {
        while (!handle.toString().contains("waiting") && !handle.isDone()) {
            Thread.onSpinWait();
        }
    }

    @ParameterizedTest
    @EnumSource
    void A1_pollingItFromAnotherThreadOutsideOfTasksIsRefused(OneShotAsync kind) throws Exception {
        Async<String> async = kind.of(new Source());
        assertThat(async.poll(Context.of(Waker.noop())).isPending()).isTrue();

        Throwable thrown =
                onAnotherThread(() -> {
                    try {
                        async.poll(Context.of(Waker.noop()));
                        return null;
                    } catch (IllegalStateException e) {
                        return e;
                    }
                });

        assertThat(thrown)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("\"" + Thread.currentThread().getName() + "\"")
                .hasMessageContaining("\"another\"");
        assertThat(async.poll(Context.of(Waker.noop())).isPending()).isTrue();
    }

    private static <T> T onAnotherThread(Callable<T> code) throws Exception {
        var task = new FutureTask<>(code);
        Thread.ofPlatform().name("another").start(task);
        return task.get();
    }

    @ParameterizedTest
    @EnumSource
    void A1_awaitingItTwiceAtOnceInOneTaskIsRefused(OneShotAsync kind) {
        refusesBoth(kind, async -> Async.join(async, async, String::concat));
        refusesBoth(
                kind,
                async ->
                        Async.join(
                                async.timeout(FOREVER),
                                Async.race(Async.pending(), async.map(v -> v)),
                                String::concat));
    }

    private void refusesBoth(OneShotAsync kind, UnaryOperator<Async<String>> twice) {
        var source = new Source();
        JoinHandle<String> handle = runtime.spawn(twice.apply(kind.of(source)));
        awaitItWaits(handle);
        source.opened.complete("value"); // for a shield, which has to be waited for

        assertThatThrownBy(handle::join)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("twice at once");
    }

    @ParameterizedTest
    @EnumSource
    void A1_oneTaskMayHandItFromOnePlaceToAnother(OneShotAsync kind) {
        var source = new Source();
        Async<String> async = kind.of(source);
        // A part of a race that polls it once and leaves it alone.
        Async<Boolean> polledOnce = cx -> Poll.ready(async.poll(cx).isPending());

        String value =
                Task.blockOn(() -> {
                    Async.race(polledOnce).await();
                    Async.race(polledOnce.map(v -> v)).await();
                    source.opened.complete("value");
                    return Async.race(async).await();
                });

        assertThat(value).isEqualTo("value");
    }

    @Test
    void A1_aSleepIsOneShotToo() {
        Async<Void> ended = Task.sleep(Duration.ofNanos(1));
        runtime.blockOn(ended);
        assertThatThrownBy(() -> runtime.blockOn(ended))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("after it completed");

        Async<Void> zero = Task.sleep(Duration.ZERO);
        runtime.blockOn(zero);
        assertThatThrownBy(() -> runtime.blockOn(zero)).isInstanceOf(IllegalStateException.class);

        Async<Void> shared = Task.sleep(FOREVER);
        assertThatThrownBy(() -> runtime.blockOn(Async.join(shared, shared, (a, b) -> a)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("twice at once");
    }

    @Test
    void A1_aYieldIsOneShotToo() {
        Async<Void> once = Task.yieldNow();
        Task.blockOn(once);

        assertThatThrownBy(() -> Task.blockOn(once))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("after it completed");
    }

    @Test
    void A1_aBlockThatAwaitsItselfIsRefused() {
        var self = new CompletableFuture<Async<Object>>();
        Async<Object> block = Async.async(() -> self.get().await());
        self.complete(block);

        assertThatThrownBy(() -> Task.blockOn(block))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("awaits itself");
    }

    @Test
    void A1_aBlockThatFailedHasCompleted() {
        Async<Object> block =
                Async.async(() -> {
                    throw new IllegalArgumentException("no");
                });
        assertThatThrownBy(() -> Task.blockOn(block)).hasMessage("no");

        assertThatThrownBy(() -> Task.blockOn(block))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("OneShotTest")
                .hasMessageContaining("after it completed");
    }

    @Test
    void A1_aBlockThatWasCancelledHasCompleted() throws Exception {
        var gate = new Gate<String>();
        Async<String> block = Async.async(() -> gate.await());
        JoinHandle<String> handle = runtime.spawn(block);
        gate.awaitPolls(1);
        Task.blockOn(handle.cancel());

        assertThatThrownBy(() -> Task.blockOn(block))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("after it completed");
    }

    @Test
    void A1_constantsAndHandlesMayBeAwaitedAnyNumberOfTimesByAnyTask() throws Exception {
        Async<Integer> ready = Async.ready(1);
        Async<Integer> failed = Async.failed(new IllegalArgumentException("no"));
        Async<Integer> never = Async.pending();
        JoinHandle<Integer> handle = runtime.spawn(Task.yieldNow().map(v -> 2));
        Async<Outcome<Integer>> outcome = handle.outcome();

        for (int i = 0; i < 3; i++) {
            Async<Integer> sum =
                    Async.async(() -> {
                        try {
                            failed.await();
                        } catch (IllegalArgumentException e) {
                            return Async.race(never, ready).await()
                                    + ready.await()
                                    + handle.await()
                                    + Async.join(handle, handle, Integer::sum).await();
                        }
                        return -1;
                    });
            assertThat(runtime.spawn(sum).join()).isEqualTo(8);
            assertThat(Task.blockOn(outcome)).isEqualTo(new Outcome.Succeeded<>(2));
        }
    }
}
