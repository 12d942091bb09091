package dev.thrum.stream;

import static dev.thrum.stream.Streams.all;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thrum.channel.Channel;
import dev.thrum.support.Probe;
import dev.thrum.task.Async;
import dev.thrum.task.JoinHandle;
import dev.thrum.task.Task;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What holds for every stream: who may ask it, and when; its end, and closing. */
class AsyncStreamTest {
    @Test
    void A1_aSecondNextWhileOneIsInProgressIsRefused() {
        AsyncStream<Integer> stream = new Script(3, 5).map(x -> x);
        Probe<Optional<Integer>> first = Probe.polled(stream.next());
        assertThat(Probe.polled(stream.next()).failure())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a next() is in progress");
        assertThatThrownBy(stream::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("in progress");
        assertThat(first.cancel()).isTrue();
        stream.close();
    }

    @Test
    void A1_aNextIsOneShotAndBelongsToWhoPolledItFirst() throws Exception {
        Probe<Optional<Integer>> done = Probe.polled(AsyncStream.of(1).next());
        done.poll();
        assertThat(done.failure()).hasMessageContaining("polled after it completed");

        Async<Optional<Integer>> next = new Script(3, 5).take(3).next();
        Probe.polled(next);
        Task.blockOn(() -> {
            JoinHandle<Optional<Integer>> other = Task.spawn(next);
            assertThat(other.outcome().await().toString()).contains("belongs to");
        });
    }

    @Test
    void aNextThatIsNotPolledDoesNothing() {
        AsyncStream<Integer> stream = AsyncStream.of(1, 2);
        stream.next();
        stream.next();
        assertThat(all(stream)).containsExactly(1, 2);
    }

    @Test
    void afterAFailureTheStreamIsAtItsEndAndItsSourceIsClosed() {
        Script source = new Script(-1, 0);
        AsyncStream<Integer> stream =
                source.map(x -> {
                    throw new IOException("bad " + x);
                });
        assertThat(Probe.polled(stream.next()).failure()).hasMessage("bad 1");
        assertThat(source.closed).isPositive();
        assertThat(Probe.polled(stream.next()).value()).isEmpty();
    }

    @Test
    void closingReachesTheSourceThroughAllOperatorsOnce() {
        Script source = new Script(-1, 0);
        AsyncStream<List<Integer>> stream =
                source.map(x -> x)
                        .filter(x -> true)
                        .take(5)
                        .throttle(Duration.ofDays(1))
                        .buffered(2, x -> x)
                        .chunks(3);
        stream.close();
        stream.close();
        assertThat(source.closed).isEqualTo(1);
        assertThat(Probe.polled(stream.next()).value()).isEmpty();
    }

    @Test
    void aStreamMayBeHandedOnFromTaskToTask() {
        Channel<Integer> left = Channel.unbounded();
        Channel<Integer> right = Channel.unbounded();
        AsyncStream<Integer> merged = AsyncStream.of(left).merge(AsyncStream.of(right));
        Task.blockOn(() -> {
            right.trySend(1);
            assertThat(Task.spawn(merged.next()).await()).contains(1); // left waits, in that task
            left.trySend(2);
            assertThat(Task.spawn(merged.next()).await()).contains(2);
            left.close();
            right.close();
            assertThat(merged.next().await()).isEmpty();
        });
    }

    @Test
    void S10_badArgumentsAreNamedWithTheirValue() {
        AsyncStream<Integer> stream = AsyncStream.of(1);
        assertThatThrownBy(() -> stream.take(-1)).hasMessageContaining("count is -1");
        assertThatThrownBy(() -> stream.buffered(0, x -> x)).hasMessageContaining("atMost is 0");
        assertThatThrownBy(() -> stream.chunks(0)).hasMessageContaining("size is 0");
        assertThatThrownBy(() -> stream.chunks(1, Duration.ofMillis(-1)))
                .hasMessageContaining("maxWait is PT-0.001S");
        assertThatThrownBy(() -> stream.throttle(Duration.ofMillis(-1)))
                .hasMessageContaining("gap is PT-0.001S");
        assertThatThrownBy(() -> stream.map(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("function");
        assertThatThrownBy(() -> stream.merge(null)).hasMessage("other");
        assertThatThrownBy(() -> stream.forEach(null)).hasMessage("body");
        assertThatThrownBy(() -> AsyncStream.fromIterable(null)).hasMessage("elements");
        assertThatThrownBy(() -> AsyncStream.generate(null)).hasMessage("body");
    }
}
