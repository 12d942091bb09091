package dev.thrum.stream;

import static dev.thrum.stream.Streams.all;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thrum.channel.Channel;
import dev.thrum.support.Probe;
import dev.thrum.task.Async;
import dev.thrum.task.Task;
import dev.thrum.task.TaskRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Where the elements come from: values, iterables, channels, intervals and generators. */
class StreamSourceTest {
    @Test
    void aStreamOfValuesGivesThemAndThenTheEndAsOftenAsOneAsks() {
        Task.blockOn(() -> {
            AsyncStream<String> stream = AsyncStream.of("a", "b");
            assertThat(stream.next().await()).contains("a");
            assertThat(stream.next().await()).contains("b");
            assertThat(stream.next().await()).isEmpty();
            assertThat(stream.next().await()).isEmpty();
        });
        assertThat(all(AsyncStream.of())).isEmpty();
    }

    @Test
    void anIterableIsAskedForItsIteratorByTheFirstPull() {
        List<Integer> numbers = new ArrayList<>();
        AsyncStream<Integer> stream = AsyncStream.fromIterable(numbers);
        numbers.add(7);
        assertThat(all(stream)).containsExactly(7);
    }

    @Test
    void aChannelIsReadUntilItIsClosedAndDrained() {
        Channel<Integer> channel = Channel.unbounded();
        channel.trySend(1);
        channel.trySend(2);
        channel.close();
        assertThat(all(AsyncStream.of(channel))).containsExactly(1, 2);
    }

    @Test
    void closingAStreamOfAChannelClosesTheChannelButNotSoAMethodReference() {
        Channel<Integer> channel = Channel.unbounded();
        AsyncStream<Integer> shared = channel::next;
        channel.trySend(1);
        channel.trySend(2);
        assertThat(all(shared.take(1))).containsExactly(1);
        assertThat(channel.isClosed()).isFalse();
        assertThat(all(AsyncStream.of(channel).take(1))).containsExactly(2);
        assertThat(channel.isClosed()).isTrue();
    }

    @Test
    void anIntervalTicks() {
        assertThat(all(AsyncStream.of(Task.interval(Duration.ofMillis(1))).take(3)))
                .hasSize(3)
                .isSorted();
    }

    @Test
    void aGeneratorSendsAndAwaitsAndItsEndIsTheEnd() {
        AsyncStream<Integer> stream =
                AsyncStream.generate(out -> {
                    for (int i = 0; i < 3; i++) {
                        Task.yieldNow().await();
                        out.send(i).await();
                    }
                });
        assertThat(all(stream)).containsExactly(0, 1, 2);
    }

    @Test
    void aGeneratorIsColdAndAtMostOneElementAhead() {
        AtomicInteger begun = new AtomicInteger();
        AsyncStream<Integer> stream =
                AsyncStream.generate(out -> {
                    while (true) {
                        out.send(begun.incrementAndGet()).await();
                    }
                });
        assertThat(begun).hasValue(0);
        Task.blockOn(() -> {
            assertThat(stream.next().await()).contains(1);
            assertThat(begun.get()).isBetween(1, 2);
            assertThat(stream.next().await()).contains(2);
            assertThat(begun.get()).isBetween(2, 3);
            stream.closing().await();
            assertThat(stream.next().await()).isEmpty();
        });
    }

    @Test
    void theFailureOfAGeneratorComesAfterItsElementsBeItAnError() {
        AsyncStream<Integer> stream =
                AsyncStream.generate(out -> {
                    out.send(1).await();
                    throw new AssertionError("boom");
                });
        Task.blockOn(() -> {
            assertThat(stream.next().await()).contains(1);
            assertThatThrownBy(() -> Task.blockOn(stream.next())).hasMessage("boom");
            assertThat(stream.next().await()).isEmpty();
        });
    }

    @Test
    void closingAGeneratorCancelsItAndWaitsForItsCleanup() {
        List<String> events = new ArrayList<>();
        AsyncStream<Integer> stream =
                AsyncStream.generate(out -> {
                    try {
                        while (true) {
                            out.send(1).await();
                        }
                    } finally {
                        Task.sleep(Duration.ofMillis(5)).await();
                        events.add("cleaned up");
                    }
                });
        Task.blockOn(stream.take(2).forEach(x -> events.add("got " + x)));
        assertThat(events).containsExactly("got 1", "got 1", "cleaned up");
    }

    @Test
    void aGeneratorThatIsSendingWhenItsStreamIsClosedIsCancelledAndDoesNotFail() {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            CountDownLatch sending = new CountDownLatch(1);
            CountDownLatch closed = new CountDownLatch(1);
            List<Object> seen = new ArrayList<>();
            AsyncStream<Integer> stream =
                    AsyncStream.generate(out -> {
                        out.send(1).await();
                        Async<Void> send = out.send(2);
                        Async<Void> late =
                                cx -> {
                                    sending.countDown();
                                    closed.await(); // it is being polled meanwhile
                                    return send.poll(cx);
                                };
                        try {
                            late.await();
                        } catch (CancellationException cancelled) {
                            Task.yieldNow().await(); // cleanup may await
                            seen.add("cleaned up");
                            throw cancelled;
                        }
                    });
            runtime.blockOn(() -> {
                assertThat(stream.next().await()).contains(1);
                sending.await();
                stream.close();
                closed.countDown();
                stream.closing().await();
            });
            assertThat(seen).containsExactly("cleaned up");
        }
    }

    @Test
    void aGeneratorThatIsNeverReadNeverRuns() {
        AsyncStream<Integer> stream =
                AsyncStream.generate(out -> {
                    throw new AssertionError("it runs");
                });
        stream.close();
        assertThat(Probe.polled(stream.next()).value()).isEmpty();
    }
}
