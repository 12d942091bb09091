package dev.thrum.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thrum.support.Probe;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Channels of every kind, and what tests of single steps do with them. */
abstract class ChannelCases {
    static Stream<Channel<Integer>> buffered() {
        return Stream.of(
                Channel.bounded(3),
                Channel.bounded(4),
                Channel.inRing(3),
                Channel.inRing(4),
                Channel.bounded(Channel.RING_LIMIT + 1),
                Channel.unbounded());
    }

    static Stream<Channel<Integer>> all() {
        return Stream.concat(
                Stream.of(
                        Channel.bounded(1),
                        Channel.rendezvous(),
                        Channel.bounded(2),
                        Channel.inRing(1),
                        Channel.inRing(2)),
                buffered());
    }

    static Probe<Void> sending(Channel<Integer> channel, int message) {
        return Probe.polled(channel.send(message));
    }

    static Probe<Integer> receiving(Channel<Integer> channel) {
        return Probe.polled(channel.receive());
    }

    static void fill(Channel<Integer> channel, int... messages) {
        for (int message : messages) {
            assertThat(channel.trySend(message)).isTrue();
        }
    }

    static List<Integer> drain(Channel<Integer> channel) {
        List<Integer> messages = new ArrayList<>();
        for (var m = channel.tryReceive(); m.isPresent(); m = channel.tryReceive()) {
            messages.add(m.get());
        }
        return messages;
    }
}
