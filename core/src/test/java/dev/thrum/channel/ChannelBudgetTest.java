package dev.thrum.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.thrum.task.Async;
import dev.thrum.task.JoinHandle;
import dev.thrum.task.Poll;
import dev.thrum.task.Task;
import dev.thrum.task.TaskRuntime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A task that could go on for ever with messages gives way to others, and whatever happens to it
 * then, no message is lost by that, nor sent or received by who lost a race.
 */
class ChannelBudgetTest {
    private static final int BUDGET = 128; // of A5

    @Test
    void A5_anOperationThatIsAwaitedWhenTheBudgetIsSpentIsTheSameOneShot() {
        Channel<Integer> channel = Channel.bounded(300);
        Task.spawn(
                        () -> {
                            List<Async<?>> awaited = new ArrayList<>();
                            for (int i = 0; i < 300; i++) { // more than one poll may await
                                Async<Void> send = channel.send(i);
                                send.await();
                                Async<Integer> receive = channel.receive();
                                assertThat(receive.await()).isEqualTo(i);
                                awaited.add(send);
                                awaited.add(receive);
                            }
                            for (Async<?> operation : awaited) {
                                try {
                                    operation.await();
                                    throw new AssertionError(operation + " completed again");
                                } catch (IllegalStateException e) {
                                    assertThat(e)
                                            .hasMessageContaining("is polled after it completed");
                                }
                            }
                        })
                .join();
        assertThat(channel.size()).isZero();
    }

    /** Receives into a list until it is cancelled. */
    private static Async<Void> receiveInto(List<Integer> received, Channel<Integer> channel) {
        return Async.async(() -> {
            while (true) {
                received.add(channel.receive().await());
            }
        });
    }

    private static Channel<Integer> filled(int count) {
        Channel<Integer> channel = Channel.unbounded();
        IntStream.range(0, count).forEach(channel::trySend);
        return channel;
    }

    @Test
    void A5_aTaskOfReadyReceivesGivesWayAfter128() {
        int turns = 3;
        Channel<Integer> channel = filled(turns * (1 + BUDGET));
        List<Integer> received = new ArrayList<>();

        List<Integer> counts =
                Task.blockOn(() -> {
                    List<Integer> seen = new ArrayList<>();
                    JoinHandle<Void> receiver = Task.spawnLocal(receiveInto(received, channel));
                    for (int i = 0; i < turns; i++) {
                        Task.yieldNow().await();
                        seen.add(received.size());
                    }
                    receiver.cancel().await();
                    return seen;
                });

        // From the second turn on, it begins with the one for which it has given way.
        assertThat(counts).containsExactly(BUDGET, 2 * BUDGET + 1, 3 * BUDGET + 2);
        assertThat(received).isEqualTo(IntStream.range(0, received.size()).boxed().toList());
        assertThat(channel.size()).isEqualTo(turns * (1 + BUDGET) - received.size());
    }

    /** What is not lost is received by now or still in the channel. */
    private static void assertNothingIsLost(
            List<Integer> received, List<Channel<Integer>> channels, int sent) {
        List<Integer> all = new ArrayList<>(received);
        for (Channel<Integer> channel : channels) {
            for (Optional<Integer> left; (left = channel.tryReceive()).isPresent(); ) {
                all.add(left.get());
            }
        }
        assertThat(all).hasSize(sent);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void A5_whatWasReceivedAsTheBudgetRanOutIsNotLostToACancellation(boolean inARace) {
        Channel<Integer> channel = filled(2 * BUDGET);
        List<Integer> received = new ArrayList<>();

        Task.blockOn(() -> {
            Async<Void> receives = receiveInto(received, channel);
            JoinHandle<?> receiver =
                    Task.spawnLocal(inARace ? Async.race(receives, Async.pending()) : receives);
            Task.yieldNow().await();
            receiver.cancel().await();
        });

        assertThat(received).isEqualTo(IntStream.range(0, BUDGET).boxed().toList());
        assertNothingIsLost(received, List.of(channel), 2 * BUDGET);
    }

    private static Async<Integer> receiveIn(Channel<Integer> channel) {
        return Async.async(() -> channel.receive().await());
    }

    /** Polls both with the context that it is given, and takes the first that is ready. */
    private static <T> Async<T> select(Async<T> first, Async<T> second) {
        return cx -> {
            Poll<T> polled = first.poll(cx);
            if (polled.isReady()) {
                second.onCancel(cx);
                return polled;
            }
            polled = second.poll(cx);
            if (polled.isReady()) {
                first.onCancel(cx);
            }
            return polled;
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"blocks", "a block and a receive", "a receive and a block"})
    void A7_aLostRaceOfReceivesTakesNoMessageWhenTheBudgetRunsOut(String parts) {
        int rounds = 3 * BUDGET;
        Channel<Integer> one = filled(rounds);
        Channel<Integer> two = filled(rounds);
        List<Integer> received = new ArrayList<>();

        Task.blockOn(() -> {
            for (int i = 0; i < rounds; i++) {
                Async<Integer> first =
                        parts.startsWith("a receive") ? one.receive() : receiveIn(one);
                Async<Integer> second = parts.endsWith("receive") ? two.receive() : receiveIn(two);
                received.add(Async.race(first, second).await());
            }
        });

        assertThat(received).hasSize(rounds);
        assertNothingIsLost(received, List.of(one, two), 2 * rounds);
    }

    @Test
    void A7_aLostRaceOfSendsSendsNothingWhenTheBudgetRunsOut() {
        int rounds = 3 * BUDGET;
        Channel<Integer> one = Channel.unbounded();
        Channel<Integer> two = Channel.bounded(2 * rounds);

        Task.blockOn(() -> {
            for (int i = 0; i < rounds; i++) {
                int message = i;
                Async.race(
                                Async.async(() -> one.send(message).await()),
                                Async.async(() -> two.send(message).await()))
                        .await();
            }
        });

        assertThat(one.size() + two.size()).isEqualTo(rounds);
    }

    @Test
    void W4_aSelectWrittenByHandTakesNoMessageOfTheOtherWhenTheBudgetRunsOut() {
        int rounds = 3 * BUDGET;
        Channel<Integer> one = filled(rounds);
        Channel<Integer> two = filled(rounds);
        List<Integer> received = new ArrayList<>();

        Task.blockOn(() -> {
            for (int i = 0; i < rounds; i++) {
                received.add(select(one.receive(), receiveIn(two)).await());
                received.add(select(receiveIn(two), one.receive()).await());
            }
        });

        assertNothingIsLost(received, List.of(one, two), 2 * rounds);
    }

    @Test
    void A5_aTaskOfSendsThatFailGivesWayAsWell() {
        Channel<Integer> channel = Channel.bounded(1);
        channel.close();

        int failures =
                Task.blockOn(() -> {
                    boolean[] enough = {false};
                    JoinHandle<Integer> sender =
                            Task.spawnLocal(() -> {
                                int failed = 0;
                                while (!enough[0]) {
                                    try {
                                        channel.send(failed).await();
                                    } catch (ChannelClosedException e) {
                                        failed++;
                                    }
                                }
                                return failed;
                            });
                    Task.yieldNow().await();
                    Task.yieldNow().await();
                    enough[0] = true;
                    return sender.await();
                });

        assertThat(failures).isBetween(BUDGET, 2 * (BUDGET + 1) + 1);
    }

    @Test
    void A5_aFailureHasTheSameTraceWhetherItsTaskGaveWayOrNot() {
        Channel<Integer> channel = Channel.bounded(1);
        channel.close();
        List<StackTraceElement[]> traces = new ArrayList<>();

        Task.blockOn(() -> {
            for (int i = 0; i < 2 * BUDGET; i++) { // with two awaits each
                try {
                    sendTo(channel).await();
                } catch (ChannelClosedException e) {
                    traces.add(e.getStackTrace());
                }
            }
        });

        assertThat(traces).hasSize(2 * BUDGET).allMatch(t -> Arrays.equals(t, traces.getFirst()));
    }

    private static Async<Void> sendTo(Channel<Integer> channel) {
        return Async.async(() -> channel.send(1).await());
    }

    @Test
    void A5_aChannelThatIsAlwaysReadyDoesNotStarveItsNeighbours() {
        Channel<Integer> channel = Channel.bounded(1);
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            JoinHandle<Void> busy =
                    runtime.spawn(() -> {
                        while (true) {
                            channel.send(1).await();
                            channel.receive().await();
                        }
                    });
            JoinHandle<Integer> neighbour = runtime.spawn(() -> 42);
            assertThat(neighbour.join()).isEqualTo(42);
            runtime.blockOn(busy.cancel());
            assertThatExceptionOfType(CancellationException.class).isThrownBy(busy::join);
        }
    }

    /** 36: chains of channels. */
}
