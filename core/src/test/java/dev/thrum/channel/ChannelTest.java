package dev.thrum.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.thrum.support.Probe;
import dev.thrum.task.Task;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 9 on channels, sentence by sentence; polled by hand, so that the moment is known. */
class ChannelTest extends ChannelCases {
    // ---- kinds, sizes, bad input ----

    @Test
    void S9_capacityIsWhatWasAskedFor() {
        assertThat(Channel.bounded(7).capacity()).isEqualTo(7);
        assertThat(Channel.bounded(Integer.MAX_VALUE).capacity()).isEqualTo(Integer.MAX_VALUE);
        assertThat(Channel.unbounded().capacity()).isEqualTo(Integer.MAX_VALUE);
        assertThat(Channel.rendezvous().capacity()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void S10_aCapacityBelowOneIsRefusedWithItsValue(int capacity) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Channel.bounded(capacity))
                .withMessageContaining(Integer.toString(capacity))
                .withMessageContaining("Channel.rendezvous()");
    }

    @ParameterizedTest
    @MethodSource("all")
    void S9_nullIsRefusedAtTheCall(Channel<Integer> channel) {
        assertThatNullPointerException()
                .isThrownBy(() -> channel.send(null))
                .withMessage("message");
        assertThatNullPointerException()
                .isThrownBy(() -> channel.trySend(null))
                .withMessage("message");
        assertThatNullPointerException()
                .isThrownBy(() -> channel.sender().send(null))
                .withMessage("message");
        channel.close();
        assertThatNullPointerException().isThrownBy(() -> channel.trySend(null));
    }

    @ParameterizedTest
    @MethodSource("buffered")
    void S9_sizeCountsWhatIsThere(Channel<Integer> channel) {
        assertThat(channel.size()).isZero();
        fill(channel, 1, 2);
        assertThat(channel.size()).isEqualTo(2);
        assertThat(channel.tryReceive()).contains(1);
        assertThat(channel.size()).isOne();
        channel.close();
        assertThat(channel.size()).isOne();
        assertThat(channel.tryReceive()).contains(2);
        assertThat(channel.size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 63, 64, 65, 1023, 1024, 1025, 5000})
    void S9_aBoundedChannelHoldsExactlyItsCapacity(int capacity) {
        Channel<Integer> channel = Channel.bounded(capacity);
        for (int lap = 0; lap < 3; lap++) {
            for (int i = 0; i < capacity; i++) {
                assertThat(channel.trySend(i)).isTrue();
            }
            assertThat(channel.trySend(-1)).isFalse();
            assertThat(channel.size()).isEqualTo(capacity);
            assertThat(drain(channel)).isEqualTo(IntStream.range(0, capacity).boxed().toList());
        }
    }

    @Test
    void S9_anUnboundedChannelNeverMakesASenderWait() {
        Channel<Integer> channel = Channel.unbounded();
        for (int i = 0; i < 100_000; i++) {
            assertThat(sending(channel, i).isDone()).isTrue();
        }
        assertThat(channel.size()).isEqualTo(100_000);
        assertThat(drain(channel)).isEqualTo(IntStream.range(0, 100_000).boxed().toList());
    }

    // ---- acting at once, acting when awaited ----

    @ParameterizedTest
    @MethodSource("all")
    void S9_aSendThatNobodyAwaitsSendsNothing(Channel<Integer> channel) {
        var _ = channel.send(1);
        assertThat(channel.tryReceive()).isEmpty();
        assertThat(channel.size()).isZero();
    }

    @ParameterizedTest
    @MethodSource("all")
    void S9_aReceiveThatNobodyAwaitsReceivesNothing(Channel<Integer> channel) {
        var _ = channel.receive();
        Probe<Integer> other = receiving(channel);
        fill(channel, 1);
        assertThat(other.poll()).isTrue();
        assertThat(other.value()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("buffered")
    void S9_trySendAndTryReceiveActAtOnce(Channel<Integer> channel) {
        assertThat(channel.tryReceive()).isEmpty();
        assertThat(channel.trySend(1)).isTrue();
        assertThat(channel.tryReceive()).contains(1);
        assertThat(channel.tryReceive()).isEmpty();
    }

    @Test
    void S9_trySendToARendezvousNeedsAReceiverThatWaits() {
        Channel<Integer> channel = Channel.rendezvous();
        assertThat(channel.trySend(1)).isFalse();
        Probe<Integer> receiver = receiving(channel);
        assertThat(channel.trySend(2)).isTrue();
        assertThat(channel.trySend(3)).isFalse();
        assertThat(receiver.poll()).isTrue();
        assertThat(receiver.value()).isEqualTo(2);
    }

    @Test
    void S9_tryReceiveFromARendezvousTakesFromASenderThatWaits() {
        Channel<Integer> channel = Channel.rendezvous();
        assertThat(channel.tryReceive()).isEmpty();
        Probe<Void> first = sending(channel, 1);
        Probe<Void> second = sending(channel, 2);
        assertThat(channel.tryReceive()).contains(1);
        assertThat(first.wakes()).isOne();
        assertThat(first.poll()).isTrue();
        assertThat(second.poll()).isFalse();
        assertThat(channel.tryReceive()).contains(2);
        assertThat(second.poll()).isTrue();
    }

    @Test
    void S9_aRendezvousEndsASendWhenAReceiverHasTheMessage() {
        Channel<Integer> channel = Channel.rendezvous();
        Probe<Void> sender = sending(channel, 1);
        assertThat(sender.isDone()).isFalse();
        assertThat(channel.size()).isZero();
        Probe<Integer> receiver = receiving(channel);
        assertThat(sender.wakes()).isOne();
        assertThat(sender.poll()).isTrue();
        assertThat(receiver.wakes()).isOne();
        assertThat(receiver.poll()).isTrue();
        assertThat(receiver.value()).isEqualTo(1);
    }

    // ---- one-shot ----

    @ParameterizedTest
    @MethodSource("all")
    void A1_pollingAgainAfterCompletionIsRefused(Channel<Integer> channel) {
        Probe<Integer> receiver = receiving(channel);
        Probe<Void> sender = sending(channel, 1);
        assertThat(sender.isDone()).isTrue();
        assertThat(receiver.poll()).isTrue();
        receiver.poll();
        assertThat(receiver.failure())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("Channel.receive() is polled after it completed")
                .hasMessageContaining("make a new one for each await");
        sender.poll();
        assertThat(sender.failure())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("Channel.send(…) is polled after it completed");
        assertThat(channel.tryReceive()).isEmpty();
    }

    @Test
    void A1_anOperationBelongsToTheTaskThatPollsItFirst() throws Exception {
        Channel<Integer> channel = Channel.bounded(1);
        Probe<Integer> receiver = receiving(channel);
        Task.builder()
                .name("thief")
                .blockOn(cx -> {
                    receiver.pollAsAnother(() -> {});
                    return dev.thrum.task.Poll.ready(null);
                });
        assertThat(receiver.failure())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("belongs to thread \"" + Thread.currentThread().getName())
                .hasMessageContaining("thief");
        fill(channel, 1); // it is undisturbed
        assertThat(receiver.poll()).isTrue();
    }

    // ---- looking ----

    @Test
    void toStringTellsKindSizeAndWaiters() {
        Channel<Object> channel = Channel.bounded(1);
        var first = Probe.polled(channel.send(new Nameless()));
        var second = Probe.polled(channel.send(new Nameless()));
        assertThat(channel)
                .hasToString(
                        "Channel[bounded(1), 1 messages, 0 receivers and 1 senders waiting, open]");
        assertThat(first.isDone()).isTrue();
        assertThat(second.isDone()).isFalse();
        assertThat(Channel.unbounded().toString()).startsWith("Channel[unbounded, ");
        assertThat(Channel.rendezvous().toString()).startsWith("Channel[rendezvous, ");
        assertThat(channel.send(new Nameless())).hasToString("Channel.send(…)");
        assertThat(channel.next()).hasToString("Channel.next()");
    }

    private static final class Nameless {
        @Override
        public String toString() {
            throw new AssertionError("toString() of a message was called");
        }
    }
}
