package dev.thrum.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thrum.support.Probe;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Section 9: who waits for a channel, and is served in order; polled by hand. */
class ChannelWaitTest extends ChannelCases {
    @ParameterizedTest
    @MethodSource("all")
    void S9_receiversThatWaitAreServedInOrder(Channel<Integer> channel) {
        List<Probe<Integer>> receivers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            receivers.add(receiving(channel));
        }
        fill(channel, 0, 1, 2, 3, 4);
        for (int i = 4; i >= 0; i--) { // whatever the order in which they are polled
            assertThat(receivers.get(i).wakes()).isOne();
            assertThat(receivers.get(i).poll()).isTrue();
            assertThat(receivers.get(i).value()).isEqualTo(i);
        }
    }

    @Test
    void S9_sendersThatWaitAreServedInOrder() {
        Channel<Integer> channel = Channel.bounded(1);
        fill(channel, 0);
        List<Probe<Void>> senders = new ArrayList<>();
        for (int i = 1; i < 6; i++) {
            senders.add(sending(channel, i));
        }
        for (int i = 0; i < 6; i++) {
            assertThat(channel.tryReceive()).contains(i);
            for (int j = 0; j < 5; j++) {
                assertThat(senders.get(j).wakes()).isEqualTo(j <= i ? 1 : 0);
            }
            if (i < 5) {
                assertThat(senders.get(i).poll()).isTrue();
            }
        }
    }

    @Test
    void S9_sendersOfARendezvousAreServedInOrder() {
        Channel<Integer> channel = Channel.rendezvous();
        List<Probe<Void>> senders = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            senders.add(sending(channel, i));
        }
        for (int i = 0; i < 4; i++) {
            Probe<Integer> receiver = receiving(channel);
            assertThat(senders.get(i).wakes()).isOne();
            assertThat(senders.get(i).poll()).isTrue();
            assertThat(receiver.poll()).isTrue();
            assertThat(receiver.value()).isEqualTo(i);
        }
    }

    @ParameterizedTest
    @MethodSource("buffered")
    void S9_whoComesLaterDoesNotOvertakeAReceiverThatWaits(Channel<Integer> channel) {
        Probe<Integer> first = receiving(channel);
        fill(channel, 1);
        assertThat(channel.tryReceive()).isEmpty();
        Probe<Integer> second = receiving(channel);
        assertThat(second.isDone()).isFalse();
        assertThat(first.poll()).isTrue();
        assertThat(first.value()).isEqualTo(1);
    }

    @Test
    void S9_whoComesLaterDoesNotTakeRoomThatWasPromised() {
        Channel<Integer> channel = Channel.bounded(2);
        fill(channel, 1, 2);
        Probe<Void> waiting = sending(channel, 3);
        assertThat(channel.tryReceive()).contains(1);
        assertThat(channel.trySend(9)).isFalse();
        assertThat(sending(channel, 4).isDone()).isFalse();
        assertThat(waiting.poll()).isTrue();
        assertThat(drain(channel)).containsExactly(2, 3);
    }

    @Test
    void S9_roomBeyondWhatWasPromisedIsFree() {
        Channel<Integer> channel = Channel.bounded(3);
        fill(channel, 1, 2, 3);
        Probe<Void> waiting = sending(channel, 4);
        assertThat(drain(channel)).containsExactly(1, 2, 3);
        assertThat(channel.trySend(5)).isTrue();
        assertThat(channel.trySend(6)).isTrue();
        assertThat(channel.trySend(7)).isFalse();
        assertThat(waiting.poll()).isTrue();
        assertThat(drain(channel)).containsExactly(5, 6, 4);
    }

    @ParameterizedTest
    @MethodSource("all")
    void W3_aReceiverIsWokenOnceAndNotBeforeThereIsAMessage(Channel<Integer> channel) {
        Probe<Integer> receiver = receiving(channel);
        assertThat(receiver.poll()).isFalse();
        assertThat(receiver.wakes()).isZero();
        fill(channel, 1);
        assertThat(receiver.wakes()).isOne();
        assertThat(receiver.poll()).isTrue();
        assertThat(receiver.wakes()).isOne();
    }

    @ParameterizedTest
    @MethodSource("all")
    void W3_theWakerOfTheLatestPollIsWoken(Channel<Integer> channel) {
        AtomicInteger latest = new AtomicInteger();
        Probe<Integer> receiver = receiving(channel);
        assertThat(receiver.pollAsAnother(latest::incrementAndGet)).isFalse();
        fill(channel, 1);
        assertThat(receiver.wakes()).isZero();
        assertThat(latest).hasValue(1);
        assertThat(receiver.poll()).isTrue();
    }

    @Test
    void W3_theWakerOfTheLatestPollIsWokenOfASenderToo() {
        Channel<Integer> channel = Channel.bounded(1);
        fill(channel, 1);
        AtomicInteger latest = new AtomicInteger();
        Probe<Void> sender = sending(channel, 2);
        assertThat(sender.pollAsAnother(latest::incrementAndGet)).isFalse();
        assertThat(channel.tryReceive()).contains(1);
        assertThat(sender.wakes()).isZero();
        assertThat(latest).hasValue(1);
        assertThat(sender.poll()).isTrue();
    }

    @Test
    void P5_aWakerThatThrowsDisturbsNeitherTheCallerNorWhoIsBehind() {
        Channel<Integer> channel = Channel.unbounded();
        AtomicInteger seen = new AtomicInteger();
        Thread thread = Thread.currentThread();
        var before = thread.getUncaughtExceptionHandler();
        thread.setUncaughtExceptionHandler((t, thrown) -> seen.incrementAndGet());
        try {
            Probe<Integer> first = Probe.of(channel.receive());
            first.pollAsAnother(() -> {
                throw new AssertionError("by a waker");
            });
            Probe<Integer> second = receiving(channel);
            fill(channel, 1, 2);
            assertThat(first.poll()).isTrue();
            assertThat(second.poll()).isTrue();
            assertThat(second.value()).isEqualTo(2);
        } finally {
            thread.setUncaughtExceptionHandler(before);
        }
        assertThat(seen).hasValue(1);
    }

    @Test
    void W3_aWakerMayUseTheChannel() {
        Channel<Integer> channel = Channel.bounded(1);
        List<Optional<Integer>> seen = new ArrayList<>();
        Probe<Integer> receiver = Probe.of(channel.receive());
        receiver.pollAsAnother(() -> {
            channel.trySend(2);
            seen.add(channel.tryReceive());
            channel.close();
        });
        fill(channel, 1);
        assertThat(seen).containsExactly(Optional.of(2));
        assertThat(receiver.poll()).isTrue();
        assertThat(receiver.value()).isEqualTo(1);
    }
}
