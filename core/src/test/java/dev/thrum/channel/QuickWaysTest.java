package dev.thrum.channel;

import static dev.thrum.channel.ChannelCases.receiving;
import static dev.thrum.channel.ChannelCases.sending;
import static org.assertj.core.api.Assertions.assertThat;

import dev.thrum.support.Probe;
import dev.thrum.task.Waker;
import dev.thrum.waiting.BackOff;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That the quick ways of an operation are none past what was there before, or who was. */
class QuickWaysTest {
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

    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16, 100})
    void S9_tryReceiveDoesNotTakeTheMessageOfASendThatWaits(int capacity) {
        Channel<Integer> channel = Channel.bounded(capacity);
        List<Probe<Void>> told = new ArrayList<>();
        for (int i = 0; i < capacity; i++) {
            channel.trySend(i);
        }
        for (int i = 0; i < capacity; i++) {
            told.add(sending(channel, i));
            assertThat(channel.tryReceive()).contains(i);
        }
        Probe<Void> last = sending(channel, -1);
        assertThat(channel.tryReceive()).isEmpty();
        assertThat(told).allMatch(send -> send.wakes() == 1 && send.poll());
        assertThat(channel.tryReceive()).contains(0);
        assertThat(last.cancel()).isTrue();
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

    /** The same for one that was given back. */
    @ParameterizedTest
    @ValueSource(ints = {2, 100})
    void S9_aMessageThatWasGivenBackComesBeforeOneThatCouldBeHanded(int capacity) {
        Exchange<Integer> exchange = Channel.<Integer>bounded(capacity).exchange;
        var cancelled = exchange.waitToReceive(false, Waker.noop());
        assertThat(exchange.trySend(1)).isTrue();
        exchange.cancel(cancelled);
        var waiting = new WaitingReceive<Integer, Integer>(exchange, false, Waker.noop(), this);
        exchange.lock(Meeting.RECEIVERS);
        exchange.add(waiting);
        exchange.unlockAndWake();
        assertThat(exchange.trySend(2)).isTrue();
        assertThat(waiting.takeMessage()).isEqualTo(1);
        assertThat(exchange.tryReceive()).contains(2);
    }

    /** Each takes one of two, whatever the other does at the moment. */
    @ParameterizedTest
    @ValueSource(ints = {2, 100})
    void S9_tryReceiveFindsAMessageThatIsThereAllTheTime(int capacity) throws Exception {
        Channel<Integer> channel = Channel.bounded(capacity);
        var filled = new AtomicInteger(); // so many rounds have begun
        var taken = new AtomicInteger(); // so many messages were looked for
        int rounds = 50_000;
        Callable<Integer> receiver =
                () -> {
                    int empty = 0;
                    for (int round = 1; round <= rounds; round++) {
                        spinUntil(filled, round);
                        empty += channel.tryReceive().isEmpty() ? 1 : 0;
                        taken.getAndIncrement();
                    }
                    return empty;
                };
        try (var threads = Executors.newFixedThreadPool(1)) {
            Future<Integer> other = threads.submit(receiver);
            int empty = 0;
            for (int round = 1; round <= rounds; round++) {
                var cancelled = channel.exchange.waitToReceive(false, Waker.noop());
                channel.trySend(1);
                channel.trySend(2);
                channel.exchange.cancel(cancelled); // so the first is one that was given back
                filled.set(round);
                empty += channel.tryReceive().isEmpty() ? 1 : 0;
                taken.getAndIncrement();
                spinUntil(taken, 2 * round);
            }
            assertThat(empty + other.get()).isZero();
        }
    }

    private static void spinUntil(AtomicInteger count, int atLeast) {
        for (int spins = 0; count.get() < atLeast; ) {
            spins = BackOff.pause(spins);
        }
    }
}
