package dev.thrum.stream;

import static dev.thrum.stream.Streams.all;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thrum.channel.Channel;
import dev.thrum.support.Probe;
import dev.thrum.sync.Promise;
import dev.thrum.task.Async;
import dev.thrum.task.Task;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Operators that hold several elements at a time: {@code buffered} and {@code chunks}. */
class StreamBufferTest {
    @Test
    void bufferedRunsSoManyAtATimeAndGivesTheResultsInOrder() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Integer> elements = IntStream.range(0, 50).boxed().toList();
        List<Integer> results =
                all(
                        AsyncStream.fromIterable(elements)
                                .buffered(
                                        4,
                                        x -> {
                                            most.accumulateAndGet(
                                                    running.incrementAndGet(), Math::max);
                                            for (int i = 0; i < (x * 7) % 5; i++) {
                                                Task.yieldNow().await();
                                            }
                                            running.decrementAndGet();
                                            return x;
                                        }));
        assertThat(results).isEqualTo(elements);
        assertThat(most.get()).isLessThanOrEqualTo(4);
    }

    @Test
    void bufferedRunsThemConcurrently() {
        Promise<Integer> second = new Promise<>();
        assertThat(
                        all(
                                AsyncStream.of(1, 2)
                                        .buffered(
                                                2,
                                                x -> {
                                                    if (x == 2) {
                                                        second.complete(20);
                                                        return 0;
                                                    }
                                                    return second.await();
                                                })))
                .containsExactly(20, 0);
    }

    @Test
    void aStreamOfAsyncsIsRunByAwait() {
        AsyncStream<Async<Integer>> asyncs = AsyncStream.of(Async.ready(1), Async.async(() -> 2));
        assertThat(all(asyncs.buffered(2, Async::await))).containsExactly(1, 2);
    }

    @Test
    void aFailureInBufferedComesInItsPlaceAndCancelsTheRest() {
        AtomicInteger cleaned = new AtomicInteger();
        Promise<Boolean> started = new Promise<>();
        List<Integer> got = new ArrayList<>();
        AsyncStream<Integer> stream =
                AsyncStream.of(1, 2, 3)
                        .buffered(
                                3,
                                x -> {
                                    if (x == 2) {
                                        started.await(); // or else there is nothing to clean up
                                        throw new IOException("2 is bad");
                                    }
                                    if (x == 3) {
                                        try {
                                            started.complete(true);
                                            Async.pending().await();
                                        } finally {
                                            Task.sleep(Duration.ofMillis(2)).await();
                                            cleaned.incrementAndGet();
                                        }
                                    }
                                    return x;
                                });
        assertThatThrownBy(() -> Task.blockOn(stream.forEach(got::add)))
                .hasRootCauseMessage("2 is bad");
        assertThat(got).containsExactly(1);
        assertThat(cleaned).hasValue(1); // before forEach has failed
    }

    @Test
    void aFailureBeforeBufferedComesAfterTheElementsBeforeIt() {
        List<Integer> got = new ArrayList<>();
        Script source = new Script(2, 0).failing(new IOException("broken"));
        AsyncStream<Integer> stream =
                source.buffered(
                        10,
                        x -> {
                            Task.yieldNow().await();
                            return x;
                        });
        assertThatThrownBy(() -> Task.blockOn(stream.forEach(got::add)))
                .hasRootCauseMessage("broken");
        assertThat(got).containsExactly(1, 2);
    }

    @Test
    void functionsOfBufferedAreNotDisturbedWhenAReaderGivesUp() {
        AtomicInteger applied = new AtomicInteger();
        Promise<Integer> gate = new Promise<>();
        AsyncStream<Integer> stream =
                AsyncStream.of(1)
                        .buffered(
                                2,
                                x -> {
                                    applied.incrementAndGet();
                                    return gate.await();
                                });
        Task.blockOn(() -> {
            for (int i = 0; i < 3; i++) {
                assertThat(
                                Async.race(
                                                stream.next(),
                                                Task.sleep(Duration.ofMillis(1))
                                                        .map(v -> Optional.<Integer>empty()))
                                        .await())
                        .isEmpty();
            }
            gate.complete(5);
            assertThat(stream.next().await()).contains(5);
            assertThat(stream.next().await()).isEmpty();
        });
        assertThat(applied).hasValue(1);
    }

    @Test
    void chunksAreFullButTheLast() {
        assertThat(all(new Script(5, 1).chunks(2)))
                .containsExactly(List.of(1, 2), List.of(3, 4), List.of(5));
        assertThat(all(new Script(4, 0).chunks(2))).containsExactly(List.of(1, 2), List.of(3, 4));
        assertThat(all(AsyncStream.of().chunks(2))).isEmpty();
    }

    @Test
    void chunksBeforeAFailureAreGivenFirst() {
        List<List<Integer>> got = new ArrayList<>();
        Script source = new Script(3, 0).failing(new IOException("broken"));
        assertThatThrownBy(() -> Task.blockOn(source.chunks(2).forEach(got::add)))
                .hasRootCauseMessage("broken");
        assertThat(got).containsExactly(List.of(1, 2), List.of(3));
    }

    @Test
    void aChunkThatWaitsTooLongIsGivenAsItIs() {
        Channel<Integer> channel = Channel.unbounded();
        AsyncStream<List<Integer>> chunks = AsyncStream.of(channel).chunks(2, Duration.ofMillis(5));
        Task.blockOn(() -> {
            channel.trySend(1);
            assertThat(chunks.next().await()).contains(List.of(1));
            channel.trySend(2);
            channel.trySend(3);
            channel.trySend(4);
            assertThat(chunks.next().await()).contains(List.of(2, 3));
            assertThat(chunks.next().await()).contains(List.of(4));
            channel.close();
            assertThat(chunks.next().await()).isEmpty();
        });
    }

    @Test
    void theTimeOfAChunkRunsOnWhenAReaderGivesUp() {
        Channel<Integer> channel = Channel.unbounded();
        AsyncStream<List<Integer>> chunks =
                AsyncStream.of(channel).chunks(2, Duration.ofMillis(20));
        Task.blockOn(() -> {
            channel.trySend(1);
            // Each try is shorter than the wait: if that began anew, this would not end.
            Optional<List<Integer>> got = Optional.empty();
            while (got.isEmpty()) {
                got =
                        Async.race(
                                        chunks.next(),
                                        Task.sleep(Duration.ofMillis(3))
                                                .map(v -> Optional.<List<Integer>>empty()))
                                .await();
            }
            assertThat(got).contains(List.of(1));
        });
    }

    @Test
    void chunksThatDoNotWaitGiveWhatIsThere() {
        Channel<Integer> channel = Channel.unbounded();
        channel.trySend(1);
        channel.trySend(2);
        Probe<Optional<List<Integer>>> next =
                Probe.polled(AsyncStream.of(channel).chunks(10, Duration.ZERO).next());
        assertThat(next.value()).contains(List.of(1, 2));
    }

    @Test
    void aChunkIsGivenInTimeAlsoIfThereAlwaysIsAnotherElement() {
        AsyncStream<Integer> endless =
                () -> {
                    LockSupport.parkNanos(10_000); // few enough elements for a minute's memory
                    return Async.ready(Optional.of(1));
                };
        List<Integer> chunk =
                Task.blockOn(
                                endless.chunks(Integer.MAX_VALUE, Duration.ofMillis(1))
                                        .next()
                                        .timeout(Duration.ofMinutes(1)))
                        .orElseThrow();
        assertThat(chunk).isNotEmpty();
    }
}
