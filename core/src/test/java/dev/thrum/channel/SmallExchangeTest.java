package dev.thrum.channel;

import static dev.thrum.channel.ChannelCases.receiving;
import static dev.thrum.channel.ChannelCases.sending;
import static org.assertj.core.api.Assertions.assertThat;

import dev.thrum.support.Probe;
import dev.thrum.task.Waker;
import org.junit.jupiter.api.Test;

/** That the quick ways of a small channel are none past those who were there before. */
class SmallExchangeTest {
    @Test
    void S9_aSendDoesNotTakeTheReceiverOfOneThatWasToldOfIt() {
        Channel<Integer> channel = Channel.rendezvous();
        Probe<Void> first = sending(channel, 1);
        Probe<Integer> receiver = receiving(channel);
        assertThat(first.wakes()).isOne(); // told, but not polled since
        assertThat(channel.trySend(2)).isFalse();
        Probe<Void> late = sending(channel, 3);
        assertThat(late.isDone()).isFalse();
        assertThat(first.poll()).isTrue();
        assertThat(receiver.poll()).isTrue();
        assertThat(receiver.value()).isEqualTo(1);
    }

    @Test
    void S9_aSendDoesNotTakeThePlaceOfOneThatWasToldOfIt() {
        Channel<Integer> channel = Channel.bounded(1);
        assertThat(channel.trySend(1)).isTrue();
        Probe<Void> first = sending(channel, 2);
        assertThat(channel.tryReceive()).contains(1);
        assertThat(first.wakes()).isOne(); // told, but not polled since
        assertThat(channel.trySend(3)).isFalse();
        assertThat(first.poll()).isTrue();
        assertThat(channel.tryReceive()).contains(2);
    }

    /** A receive that gives way enters the list first, and looks for messages after that. */
    @Test
    void S9_aMessageThatIsThereComesBeforeOneThatCouldBeHanded() {
        var exchange = new SmallExchange<Integer>(2);
        assertThat(exchange.trySend(1)).isTrue();
        var waiting = new WaitingReceive<Integer, Integer>(exchange, false, Waker.noop(), this);
        exchange.lock(Meeting.RECEIVERS);
        exchange.add(waiting);
        exchange.unlockAndWake();
        assertThat(exchange.sendQuickly(2)).isEqualTo(MessageQueue.FULL);
        assertThat(exchange.trySend(2)).isTrue();
        assertThat(waiting.takeMessage()).isEqualTo(1);
        assertThat(exchange.tryReceive()).contains(2);
    }
}
