package dev.thrum.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.thrum.support.Probe;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 9: the end of a channel; polled by hand. */
class ChannelCloseTest extends ChannelCases {
    @ParameterizedTest
    @MethodSource("all")
    void S9_sendingToAClosedChannelFails(Channel<Integer> channel) {
        assertThat(channel.isClosed()).isFalse();
        channel.close();
        assertThat(channel.isClosed()).isTrue();
        assertThatExceptionOfType(ChannelClosedException.class)
                .isThrownBy(() -> channel.trySend(1))
                .withMessageContaining("was not sent");
        Probe<Void> sender = sending(channel, 2);
        assertThat(sender.failure())
                .isInstanceOf(ChannelClosedException.class)
                .isInstanceOf(IllegalStateException.class);
        assertThat(channel.size()).isZero();
    }

    @ParameterizedTest
    @MethodSource("all")
    void S9_receivingFromAClosedChannelThatIsEmptyFails(Channel<Integer> channel) {
        channel.close();
        assertThat(receiving(channel).failure()).isInstanceOf(ChannelClosedException.class);
        assertThat(Probe.polled(channel.next()).value()).isEmpty();
        assertThatExceptionOfType(ChannelClosedException.class)
                .isThrownBy(channel::tryReceive)
                .withMessageContaining("next()");
    }

    @ParameterizedTest
    @MethodSource("buffered")
    void S9_receivingDrainsWhatIsLeft(Channel<Integer> channel) {
        fill(channel, 1, 2, 3);
        channel.close();
        channel.close(); // nothing more
        assertThat(receiving(channel).value()).isEqualTo(1);
        assertThat(Probe.polled(channel.next()).value()).contains(2);
        assertThat(channel.tryReceive()).contains(3);
        assertThat(Probe.polled(channel.next()).value()).isEmpty();
        assertThatExceptionOfType(ChannelClosedException.class).isThrownBy(channel::tryReceive);
    }

    @ParameterizedTest
    @MethodSource("all")
    void S9_closingEndsReceiversThatWait(Channel<Integer> channel) {
        Probe<Integer> receiver = receiving(channel);
        Probe<Optional<Integer>> next = Probe.polled(channel.next());
        channel.close();
        assertThat(receiver.wakes()).isOne();
        assertThat(next.wakes()).isOne();
        assertThat(receiver.poll()).isTrue();
        assertThat(receiver.failure()).isInstanceOf(ChannelClosedException.class);
        assertThat(next.poll()).isTrue();
        assertThat(next.value()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void S9_closingEndsSendersThatWaitAndTheirMessagesAreNotSent(int capacity) {
        Channel<Integer> channel = capacity == 0 ? Channel.rendezvous() : Channel.bounded(capacity);
        for (int i = 0; i < capacity; i++) {
            fill(channel, i);
        }
        Probe<Void> first = sending(channel, 8);
        Probe<Void> second = sending(channel, 9);
        channel.close();
        for (var sender : List.of(first, second)) {
            assertThat(sender.wakes()).isOne();
            assertThat(sender.poll()).isTrue();
            assertThat(sender.failure()).isInstanceOf(ChannelClosedException.class);
        }
        for (int i = 0; i < capacity; i++) {
            assertThat(channel.tryReceive()).contains(i);
        }
        assertThatExceptionOfType(ChannelClosedException.class).isThrownBy(channel::tryReceive);
    }

    @Test
    void S9_aSenderThatWasToldOfRoomButNotPolledBeforeTheCloseHasNotSent() {
        Channel<Integer> channel = Channel.bounded(1);
        fill(channel, 1);
        Probe<Void> sender = sending(channel, 2);
        assertThat(channel.tryReceive()).contains(1);
        channel.close();
        assertThat(Probe.polled(channel.next()).value()).isEmpty();
        assertThat(sender.poll()).isTrue();
        assertThat(sender.failure()).isInstanceOf(ChannelClosedException.class);
    }

    @Test
    void S9_aReceiverThatWasGivenAMessageBeforeTheCloseHasIt() {
        Channel<Integer> channel = Channel.rendezvous();
        Probe<Optional<Integer>> receiver = Probe.polled(channel.next());
        fill(channel, 1);
        channel.close();
        assertThat(receiver.poll()).isTrue();
        assertThat(receiver.value()).contains(1);
    }

    @Test
    void S9_eitherViewClosesTheChannel() {
        Channel<Integer> one = Channel.bounded(1);
        one.sender().close();
        assertThat(one.isClosed()).isTrue();
        assertThat(one.receiver().isClosed()).isTrue();
        Channel<Integer> two = Channel.bounded(1);
        two.receiver().close();
        assertThat(two.sender().isClosed()).isTrue();
    }

    @Test
    void S9_viewsAreOneSideOfTheChannel() {
        Channel<Integer> channel = Channel.bounded(4);
        Sender<Integer> sender = channel.sender();
        Receiver<Integer> receiver = channel.receiver();
        assertThat(sender.trySend(1)).isTrue();
        assertThat(Probe.polled(sender.send(2)).isDone()).isTrue();
        assertThat(Probe.polled(sender.send(3)).isDone()).isTrue();
        assertThat(Probe.polled(receiver.receive()).value()).isEqualTo(1);
        assertThat(receiver.tryReceive()).contains(2);
        assertThat(Probe.polled(receiver.next()).value()).contains(3);
        assertThat(sender).isNotInstanceOf(Receiver.class);
        assertThat(receiver).isNotInstanceOf(Sender.class);
    }
}
