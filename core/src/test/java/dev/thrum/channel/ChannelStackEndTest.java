package dev.thrum.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thrum.poll.Pollable;
import dev.thrum.support.Probe;
import dev.thrum.support.StackEnd;
import dev.thrum.task.Context;
import dev.thrum.task.Waker;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * That an operation which finds the end of the stack, wherever in its course, harms nobody else:
 * the channel goes on, and no message of others is lost or comes twice. Whether the operation
 * itself fails does not matter here.
 */
class ChannelStackEndTest {
    /** The operation is tried with room for so few calls, and for less, down to none. */
    private static final int CALLS = 48;

    /** The index of the channel without room in {@link ChannelCases#all}. */
    private static final int RENDEZVOUS = 1;

    private interface Scenario {
        void run(Channel<Integer> channel, int calls) throws Exception;
    }

    static Stream<Integer> channels() {
        return IntStream.range(0, (int) ChannelCases.all().count()).boxed();
    }

    private static Channel<Integer> channel(int kind) {
        return ChannelCases.all().skip(kind).findFirst().orElseThrow();
    }

    /** What is called becomes compiled in the course of it. */
    private static void everywhere(int kind, Scenario scenario) throws Exception {
        StackEnd.onSmallStack(() -> {
            for (int calls = 0; calls < CALLS; calls++) {
                scenario.run(channel(kind), calls);
            }
            return null;
        });
    }

    private static int fill(Channel<Integer> channel) {
        int sent = 0;
        while (sent < 10 && channel.trySend(sent + 1)) {
            sent++;
        }
        return sent;
    }

    private static List<Integer> numbers(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    @ParameterizedTest
    @MethodSource("channels")
    void P5_trySend(int kind) throws Exception {
        everywhere(
                kind,
                (channel, calls) -> {
                    boolean[] sent = {false}; // to box it might find no room
                    StackEnd.at(
                            calls,
                            () -> {
                                sent[0] = channel.trySend(7);
                                return null;
                            });
                    assertThat(ChannelCases.drain(channel))
                            .isEqualTo(sent[0] ? List.of(7) : List.of());
                });
    }

    @ParameterizedTest
    @MethodSource("channels")
    void P5_trySendToOneThatWaits(int kind) throws Exception {
        everywhere(
                kind,
                (channel, calls) -> {
                    Probe<Integer> receiver = ChannelCases.receiving(channel);
                    boolean sent =
                            Boolean.TRUE.equals(StackEnd.at(calls, () -> channel.trySend(7)));
                    boolean more = channel.trySend(8);
                    assertThat(receiver.poll()).isTrue();
                    List<Integer> received = new ArrayList<>(List.of(receiver.value()));
                    received.addAll(ChannelCases.drain(channel));
                    if (sent || received.contains(7)) {
                        assertThat(received).isEqualTo(more ? List.of(7, 8) : List.of(7));
                    } else {
                        assertThat(received).containsExactly(8);
                    }
                });
    }

    @ParameterizedTest
    @MethodSource("channels")
    void P5_tryReceiveAndAsenderThatWaits(int kind) throws Exception {
        everywhere(
                kind,
                (channel, calls) -> {
                    int sent = fill(channel);
                    Probe<Void> sender = ChannelCases.sending(channel, sent + 1);
                    var first = StackEnd.at(calls, channel::tryReceive);
                    List<Integer> received = new ArrayList<>();
                    if (first != null) {
                        received.add(first.orElseThrow());
                    }
                    do {
                        received.addAll(ChannelCases.drain(channel));
                    } while (!sender.isDone() && sender.poll());
                    received.addAll(ChannelCases.drain(channel));
                    assertThat(sender.isDone()).isTrue();
                    // A call that fails with a message in its hands takes it along.
                    int from = first == null && !received.contains(1) ? 2 : 1;
                    assertThat(received).isEqualTo(numbers(from, sent + 2));
                });
    }

    @ParameterizedTest
    @MethodSource("channels")
    void P5_aReceiveThatBeginsToWait(int kind) throws Exception {
        everywhere(
                kind,
                (channel, calls) -> {
                    var receive = (Pollable) channel.receive();
                    Context context = Context.of(Waker.noop());
                    Object waiting = StackEnd.at(calls, () -> receive.pollValue(context));
                    boolean sent = channel.trySend(7);
                    assertThat(sent).isEqualTo(waiting != null || kind != RENDEZVOUS);
                    if (waiting instanceof WaitingOperation<?> operation) {
                        assertThat(operation.pollValue(context)).isEqualTo(7);
                    } else {
                        assertThat(ChannelCases.drain(channel))
                                .isEqualTo(sent ? List.of(7) : List.of());
                    }
                });
    }

    @ParameterizedTest
    @MethodSource("channels")
    void P5_aSendThatBeginsToWait(int kind) throws Exception {
        everywhere(
                kind,
                (channel, calls) -> {
                    int sent = fill(channel);
                    var send = (Pollable) channel.send(sent + 1);
                    Context context = Context.of(Waker.noop());
                    Object[] gave = {Pollable.PENDING};
                    StackEnd.at(calls, () -> gave[0] = send.pollValue(context));
                    List<Integer> received = ChannelCases.drain(channel);
                    boolean waits = gave[0] instanceof WaitingOperation<?>;
                    if (gave[0] instanceof WaitingOperation<?> operation) {
                        operation.pollValue(context);
                        received.addAll(ChannelCases.drain(channel));
                    }
                    boolean in = waits || gave[0] == null;
                    assertThat(received).isEqualTo(numbers(1, sent + (in ? 2 : 1)));
                });
    }

    @ParameterizedTest
    @MethodSource("channels")
    void P5_aReceiveThatIsCancelledWithItsMessage(int kind) throws Exception {
        everywhere(
                kind,
                (channel, calls) -> {
                    Probe<Integer> receiver = ChannelCases.receiving(channel);
                    assertThat(channel.trySend(7)).isTrue();
                    if (StackEnd.at(calls, receiver::cancel) == null) {
                        receiver.cancel();
                    }
                    assertThat(ChannelCases.drain(channel)).containsExactly(7);
                });
    }

    @ParameterizedTest
    @MethodSource("channels")
    void P5_aSendThatIsCancelledWhenItWasToldOfRoom(int kind) throws Exception {
        everywhere(
                kind,
                (channel, calls) -> {
                    int sent = fill(channel);
                    Probe<Void> sender = ChannelCases.sending(channel, 100);
                    if (sent > 0) {
                        assertThat(channel.tryReceive()).isPresent();
                    }
                    if (StackEnd.at(calls, sender::cancel) == null) {
                        sender.cancel();
                    }
                    ChannelCases.drain(channel);
                    assertThat(fill(channel)).isEqualTo(sent);
                });
    }

    @ParameterizedTest
    @MethodSource("channels")
    void P5_close(int kind) throws Exception {
        everywhere(
                kind,
                (channel, calls) -> {
                    Probe<Integer> receiver = ChannelCases.receiving(channel);
                    StackEnd.at(
                            calls,
                            () -> {
                                channel.close();
                                return true;
                            });
                    channel.close();
                    assertThat(receiver.poll()).isTrue();
                    assertThat(receiver.failure()).isInstanceOf(ChannelClosedException.class);
                });
    }

    @ParameterizedTest
    @MethodSource("channels")
    void P5_aSendThatIsPolledWhenItWasToldOfRoom(int kind) throws Exception {
        everywhere(
                kind,
                (channel, calls) -> {
                    int sent = fill(channel);
                    var exchange = channel.exchange;
                    WaitingSend<Integer> send = exchange.waitToSend(sent + 1, Waker.noop());
                    if (sent > 0) {
                        assertThat(channel.tryReceive()).isPresent();
                    }
                    Context context = Context.of(Waker.noop());
                    Object[] gave = {Pollable.PENDING};
                    StackEnd.at(calls, () -> gave[0] = send.pollValue(context));
                    // For the case that it had no stack to be withdrawn either.
                    exchange.cancel(send);
                    List<Integer> received = ChannelCases.drain(channel);
                    boolean in = gave[0] == null;
                    assertThat(received).isEqualTo(numbers(2, sent + (in ? 2 : 1)));
                    assertThat(fill(channel)).isEqualTo(sent);
                });
    }

    @ParameterizedTest
    @MethodSource("channels")
    void P5_aSendThatWasToldOfRoomAndFindsItGone(int kind) throws Exception {
        everywhere(
                kind,
                (channel, calls) -> {
                    int sent = fill(channel);
                    var exchange = channel.exchange;
                    WaitingSend<Integer> send = exchange.waitToSend(100, Waker.noop());
                    Probe<Integer> receiver = ChannelCases.receiving(channel);
                    if (sent > 0) {
                        assertThat(receiver.isDone()).isTrue();
                        exchange.lock(0);
                        exchange.reserved--;
                        exchange.unlockAndWake();
                        assertThat(channel.trySend(sent + 1)).isTrue();
                        exchange.lock(0);
                        exchange.reserved++;
                        exchange.unlockAndWake();
                    } else {
                        receiver.cancel();
                    }
                    Context context = Context.of(Waker.noop());
                    StackEnd.at(calls, () -> String.valueOf(send.pollValue(context)));
                    exchange.cancel(send);
                    ChannelCases.drain(channel);
                    assertThat(fill(channel)).isEqualTo(sent);
                });
    }

    @ParameterizedTest
    @MethodSource("channels")
    void P5_operationsThatGiveWayAtFirst(int kind) throws Exception {
        everywhere(
                kind,
                (channel, calls) -> {
                    var exchange = channel.exchange;
                    var receive =
                            StackEnd.at(calls, () -> exchange.waitToReceive(false, Waker.noop()));
                    var send = StackEnd.at(calls, () -> exchange.waitToSend(7, Waker.noop()));
                    Context context = Context.of(Waker.noop());
                    exchange.settle();
                    if (send != null) {
                        Object gave = send.pollValue(context);
                        assertThat(gave == null).isEqualTo(receive != null || kind != RENDEZVOUS);
                    }
                    if (receive != null && send != null) {
                        assertThat(receive.pollValue(context)).isEqualTo(7);
                    } else if (receive != null) {
                        exchange.cancel(receive);
                    } else if (send != null) {
                        exchange.cancel(send);
                        ChannelCases.drain(channel);
                    }
                    assertThat(fill(channel)).isEqualTo(fill(channel(kind)));
                });
    }

    /** The second one finds what the first one has left undone, and has no stack either. */
    @ParameterizedTest
    @MethodSource("channels")
    void P5_oneAfterTheOther(int kind) throws Exception {
        everywhere(
                kind,
                (channel, calls) -> {
                    List<Probe<Integer>> receivers =
                            List.of(
                                    ChannelCases.receiving(channel),
                                    ChannelCases.receiving(channel),
                                    ChannelCases.receiving(channel));
                    StackEnd.at(calls, () -> channel.trySend(1));
                    StackEnd.at(calls, () -> channel.trySend(2));
                    StackEnd.at(calls, receivers.get(2)::cancel);
                    channel.close();
                    assertThat(receivers).allMatch(Probe::poll);
                });
    }
}
