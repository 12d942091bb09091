package dev.thrum.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thrum.sync.Promise;
import dev.thrum.task.Async;
import dev.thrum.task.JoinHandle;
import dev.thrum.task.Outcome;
import dev.thrum.task.Task;
import dev.thrum.task.TaskRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Reading to the end, and what becomes of the stream if the reader fails or is cancelled. */
class StreamReaderTest {
    @Test
    void forEachTakesABodyThatAwaits() {
        List<Integer> got = new ArrayList<>();
        Task.blockOn(
                new Script(3, 1)
                        .forEach(x -> {
                            Task.yieldNow().await();
                            got.add(x);
                        }));
        assertThat(got).containsExactly(1, 2, 3);
    }

    @Test
    void foldAndCollectCombine() {
        assertThat(Task.<Integer>blockOn(AsyncStream.of(1, 2, 3).fold(10, Integer::sum)))
                .isEqualTo(16);
        assertThat(Task.blockOn(AsyncStream.of("a", "b").collect(Collectors.joining("-"))))
                .isEqualTo("a-b");
        assertThat(Task.blockOn(AsyncStream.<String>of().collect(Collectors.joining("-"))))
                .isEmpty();
    }

    @Test
    void readingAnEndlessStreamThatIsAlwaysReadyGivesWayAndCanBeCancelled() {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            AsyncStream<Integer> endless = () -> Async.ready(Optional.of(1));
            JoinHandle<Void> reading = runtime.spawn(endless.forEach(x -> {}));
            JoinHandle<Integer> folding =
                    runtime.spawn(
                            ((AsyncStream<Integer>) () -> Async.ready(Optional.of(1)))
                                    .fold(0, Integer::sum));
            runtime.spawn(() -> {}).join();
            assertThat(runtime.blockOn(reading.cancel())).isInstanceOf(Outcome.Cancelled.class);
            assertThat(runtime.blockOn(folding.cancel())).isInstanceOf(Outcome.Cancelled.class);
        }
    }

    @Test
    void whatFailsClosesTheStreamAndIsThrown() {
        Script source = new Script(-1, 0);
        assertThatThrownBy(() ->
                        Task.blockOn(
                                source.forEach(x -> {
                                    Task.yieldNow().await();
                                    throw new IllegalStateException("at " + x);
                                })))
                .hasMessage("at 1");
        assertThat(source.closed).isPositive();
    }

    @Test
    void C1_cancellingAReaderCancelsItsFunctionsWaitsForThemAndClosesTheStream() {
        List<String> events = new ArrayList<>();
        Script source = new Script(-1, 0);
        Promise<Void> inside = new Promise<>();
        Task.blockOn(() -> {
            JoinHandle<Void> reader =
                    Task.spawn(
                            source.map(
                                            x -> {
                                                try {
                                                    inside.complete(null);
                                                    return Async.<Integer>pending().await();
                                                } finally {
                                                    Task.yieldNow().await();
                                                    events.add("function");
                                                }
                                            })
                                    .forEach(x -> {}));
            inside.await();
            assertThat(reader.cancel().await()).isInstanceOf(Outcome.Cancelled.class);
        });
        assertThat(events).containsExactly("function");
        assertThat(source.closed).isPositive();
    }

    @Test
    void C1_cancellingAReaderCancelsItsBody() {
        Script source = new Script(-1, 0);
        Promise<Void> inside = new Promise<>();
        AtomicInteger cleaned = new AtomicInteger();
        Task.blockOn(() -> {
            JoinHandle<Void> reader =
                    Task.spawn(
                            source.forEach(x -> {
                                try {
                                    inside.complete(null);
                                    Async.pending().await();
                                } finally {
                                    Task.yieldNow().await();
                                    cleaned.incrementAndGet();
                                }
                            }));
            inside.await();
            assertThat(reader.cancel().await()).isInstanceOf(Outcome.Cancelled.class);
        });
        assertThat(cleaned).hasValue(1);
        assertThat(source.closed).isPositive();
        assertThat(source.given()).isEqualTo(1);
    }

    @Test
    void aReaderThatLosesARaceHasClosedTheStreamBefore() {
        Script source = new Script(-1, 1_000_000);
        Task.blockOn(() -> {
            Async.race(source.forEach(x -> {}), Task.yieldNow()).await();
            assertThat(source.closed).isPositive();
        });
    }
}
