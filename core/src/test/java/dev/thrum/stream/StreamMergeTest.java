package dev.thrum.stream;

import static dev.thrum.stream.Streams.all;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thrum.channel.Channel;
import dev.thrum.support.Probe;
import dev.thrum.sync.Promise;
import dev.thrum.task.Async;
import dev.thrum.task.JoinHandle;
import dev.thrum.task.Task;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** {@link AsyncStream#merge}: two sides that wait at the same time, and are closed together. */
class StreamMergeTest {
    @Test
    void C31_mergeGivesTheElementsOfBothAsTheyCome() {
        for (boolean delayedFirst : new boolean[] {true, false}) {
            Channel<Integer> delayed = Channel.bounded(1);
            AsyncStream<Integer> one = AsyncStream.of(1, 2, 3);
            AsyncStream<Integer> other = AsyncStream.of(delayed);
            AsyncStream<Integer> merged = delayedFirst ? other.merge(one) : one.merge(other);
            Task.blockOn(() -> {
                List<Integer> seen = new ArrayList<>();
                Promise<Integer> three = new Promise<>();
                JoinHandle<?> reader =
                        Task.spawn(
                                merged.forEach(element -> {
                                    seen.add(element);
                                    if (seen.size() == 3) {
                                        three.complete(3);
                                    }
                                }));
                three.await();
                delayed.send(4).await();
                delayed.close();
                reader.await();
                assertThat(seen).containsExactly(1, 2, 3, 4);
            });
        }
    }

    @Test
    void C31_mergeDoesNotPullASideThatHasEnded() {
        Script shorter = new Script(1, 0);
        Script longer = new Script(5, 1);
        assertThat(all(shorter.merge(longer))).hasSize(6); // Script fails if it is pulled again
    }

    @Test
    void C69_mergeOfThree() {
        assertThat(all(AsyncStream.of(1).merge(AsyncStream.of(2)).merge(AsyncStream.of(3))))
                .containsExactlyInAnyOrder(1, 2, 3);
    }

    @Test
    void mergedStreamsThatAreBothReadyTakeTurns() {
        AsyncStream<String> a = () -> Async.ready(Optional.of("a"));
        AsyncStream<String> b = () -> Async.ready(Optional.of("b"));
        assertThat(all(a.merge(b).take(6))).containsExactly("a", "b", "a", "b", "a", "b");
    }

    @Test
    void aFailureOfOneSideClosesBoth() {
        Script one = new Script(1, 0).failing(new IOException("broken"));
        Script other = new Script(-1, 1_000_000);
        assertThatThrownBy(() -> all(one.merge(other))).hasRootCauseMessage("broken");
        assertThat(other.isIdle()).isTrue();
        assertThat(one.closed).isPositive();
        assertThat(other.closed).isPositive();
    }

    @Test
    void closingWaitsForBothSidesOfAMerge() {
        AtomicInteger cleaned = new AtomicInteger();
        AsyncStream<Integer> slow =
                AsyncStream.generate(out -> {
                    try {
                        out.send(1).await();
                        out.send(2).await();
                    } finally {
                        Task.sleep(Duration.ofMillis(1)).await();
                        cleaned.incrementAndGet();
                    }
                });
        AsyncStream<Integer> quick = AsyncStream.of(Channel.<Integer>unbounded());
        AsyncStream<Integer> merged = quick.merge(slow);
        Task.blockOn(() -> {
            assertThat(merged.next().await()).contains(1);
            merged.closing().await();
        });
        assertThat(cleaned).hasValue(1);
    }

    @Test
    void A7_closingGivesBackWhatALookAheadWasHanded() {
        Channel<Integer> channel = Channel.unbounded();
        AsyncStream<Integer> shared = channel::next;
        AsyncStream<Integer> merged = AsyncStream.of(1).merge(shared);
        // The merged stream gives 1; shared was not asked, or waits.
        assertThat(Probe.polled(merged.next()).value()).contains(1);
        Probe<Optional<Integer>> waiting = Probe.polled(merged.next());
        assertThat(waiting.isDone()).isFalse();
        channel.trySend(2); // handed to the one that waits
        assertThat(waiting.cancel()).isTrue();
        merged.close();
        assertThat(channel.tryReceive()).contains(2);
    }
}
