package dev.thrum.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.thrum.task.Async;
import dev.thrum.task.AsyncCallable;
import dev.thrum.task.AsyncConsumer;
import dev.thrum.task.AsyncFunction;
import dev.thrum.task.JoinHandle;
import dev.thrum.task.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An operation that is awaited in the expression that makes it is woven to one call that makes none
 * (see {@link ChannelAwaits}); what happens is the same as if it was made first and awaited then.
 */
class DirectAwaitTest {
    private static final int BUDGET = 128; // of A5

    /**
     * What an operation is given.
     *
     * @param before what it calls first
     */
    private record Place(Channel<Integer> channel, Runnable before) {
        Channel<Integer> enter() {
            before.run();
            return channel;
        }
    }

    private static <T> Async<T> at(
            Channel<Integer> channel, AsyncFunction<Place, T> operation, Runnable before) {
        return Async.async(operation, new Place(channel, before));
    }

    private static <T> Async<T> at(Channel<Integer> channel, AsyncFunction<Place, T> operation) {
        return at(channel, operation, () -> {});
    }

    /** Each operation in both ways. */
    static Stream<Arguments> operations() {
        return Stream.of(
                operation("send", p -> p.enter().send(7).await()),
                operation(
                        "send, made before",
                        p -> {
                            Async<?> send = p.enter().send(7);
                            return send.await();
                        }),
                operation("receive", p -> p.enter().receive().await()),
                operation(
                        "receive, made before",
                        p -> {
                            Async<?> receive = p.enter().receive();
                            return receive.await();
                        }),
                operation("next", p -> p.enter().next().await()),
                operation(
                        "next, made before",
                        p -> {
                            Async<?> next = p.enter().next();
                            return next.await();
                        }));
    }

    private static Arguments operation(String name, AsyncFunction<Place, Object> body) {
        return Arguments.of(name, body);
    }

    private static String expected(String operation) {
        return operation.startsWith("send")
                ? "null"
                : operation.startsWith("receive") ? "1" : "Optional[1]";
    }

    private static List<Channel<Integer>> channels() {
        return ChannelCases.all().filter(c -> c.capacity() > 0).toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("operations")
    void S9_givesItsResultAtOnce(String name, AsyncFunction<Place, Object> operation) {
        for (Channel<Integer> channel : channels()) {
            if (!name.startsWith("send")) {
                channel.trySend(1);
            }
            assertThat(String.valueOf(Task.blockOn(at(channel, operation))))
                    .isEqualTo(expected(name));
            assertThat(channel.size()).isEqualTo(name.startsWith("send") ? 1 : 0);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("operations")
    void S9_waitsAndGivesItsResult(String name, AsyncFunction<Place, Object> operation) {
        for (Channel<Integer> channel : channelsToWaitAt(name)) {
            Object result =
                    Task.blockOn(() -> {
                        JoinHandle<Object> waits = Task.spawnLocal(at(channel, operation));
                        Task.yieldNow().await();
                        assertThat(waits.isDone()).isFalse();
                        if (name.startsWith("send")) {
                            assertThat(channel.tryReceive()).contains(1);
                        } else {
                            assertThat(channel.trySend(1)).isTrue();
                        }
                        return waits.await();
                    });
            assertThat(String.valueOf(result)).isEqualTo(expected(name));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("operations")
    void S9_atTheEnd(String name, AsyncFunction<Place, Object> operation) {
        for (Channel<Integer> channel : channels()) {
            channel.close();
            Object result =
                    Task.blockOn(() -> {
                        try {
                            return at(channel, operation).await();
                        } catch (ChannelClosedException e) {
                            return e.getClass();
                        }
                    });
            assertThat(String.valueOf(result))
                    .isEqualTo(
                            name.startsWith("next")
                                    ? "Optional.empty"
                                    : ChannelClosedException.class.toString());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("operations")
    void A7_givenUpWhileItWaitsItHasNoEffect(String name, AsyncFunction<Place, Object> operation) {
        for (Channel<Integer> channel : channelsToWaitAt(name)) {
            int before = channel.size();
            Task.blockOn(() -> {
                Async.race(at(channel, operation), Task.yieldNow()).await();
                JoinHandle<Object> waits = Task.spawnLocal(at(channel, operation));
                Task.yieldNow().await();
                assertThat(channel.toString()).contains("1 " + waiters(name));
                waits.cancel().await();
            });
            assertThat(channel.size()).isEqualTo(before);
            assertThat(channel.toString()).contains("0 receivers and 0 senders waiting");
        }
    }

    /** Channels at which the operation has to wait. */
    private static List<Channel<Integer>> channelsToWaitAt(String name) {
        if (!name.startsWith("send")) {
            return channels();
        }
        List<Channel<Integer>> full =
                channels().stream().filter(c -> c.capacity() < Integer.MAX_VALUE).toList();
        for (Channel<Integer> channel : full) {
            while (channel.trySend(1)) {}
        }
        return full;
    }

    private static String waiters(String name) {
        return name.startsWith("send") ? "senders" : "receivers";
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("operations")
    void C1_aCancellationThatIsDueComesBeforeTheOperation(
            String name, AsyncFunction<Place, Object> operation) {
        Channel<Integer> channel = Channel.bounded(2);
        channel.trySend(1);
        List<Object> thrown = new ArrayList<>();
        whileItIsBeingCancelled(cancel -> {
            try {
                at(channel, operation, cancel).await();
            } catch (CancellationException e) {
                thrown.add(e);
            }
        });
        assertThat(thrown).hasSize(1);
        assertThat(channel.size()).isEqualTo(1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("operations")
    void A5_whenTheBudgetIsSpentItGivesWayAndThenGivesItsResult(
            String name, AsyncFunction<Place, Object> operation) {
        Channel<Integer> channel = Channel.unbounded();
        IntStream.range(0, 2 * BUDGET).forEach(channel::trySend);
        List<Boolean> finished = new ArrayList<>();
        Object result =
                Task.blockOn(() -> {
                    JoinHandle<Object> spends =
                            Task.spawnLocal(() -> {
                                for (int i = 0; i < BUDGET - 1; i++) {
                                    Async.ready(i).await();
                                }
                                return at(channel, operation).await(); // two awaits
                            });
                    Task.yieldNow().await();
                    finished.add(spends.isDone());
                    return spends.await();
                });
        assertThat(finished).containsExactly(false);
        assertThat(String.valueOf(result)).isEqualTo(expected(name).replace('1', '0'));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("operations")
    void A7_aLostRaceHasNoEffectAlsoWhenTheBudgetIsSpent(
            String name, AsyncFunction<Place, Object> operation) {
        Channel<Integer> channel = Channel.unbounded();
        IntStream.range(0, BUDGET).forEach(channel::trySend);
        int won =
                Task.blockOn(() -> {
                    int wins = 0;
                    for (int i = 0; i < 3 * BUDGET; i++) {
                        AsyncCallable<Object> other = () -> Async.ready("other").await();
                        Object first =
                                Async.race(at(channel, operation), Async.async(other)).await();
                        if ("other".equals(first)) {
                            continue;
                        }
                        wins++;
                        channel.trySend(i);
                        if (name.startsWith("send")) {
                            channel.tryReceive();
                            channel.tryReceive();
                        }
                    }
                    return wins;
                });
        assertThat(won).isPositive();
        assertThat(channel.size()).isEqualTo(BUDGET);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("operations")
    void A6_aTimeoutGivesItUp(String name, AsyncFunction<Place, Object> operation) {
        Channel<Integer> channel = Channel.rendezvous();
        Object result =
                Task.blockOn(() -> {
                    try {
                        return at(channel, operation).timeout(Duration.ofMillis(1)).await();
                    } catch (java.util.concurrent.TimeoutException e) {
                        return "timeout";
                    }
                });
        assertThat(result).isEqualTo("timeout");
        assertThat(channel.toString()).contains("0 receivers and 0 senders waiting");
    }

    @Test
    void S9_aMissingChannelIsNamed() {
        Channel<Integer> missing = null;
        Throwable thrown = catchThrowable(() -> Task.blockOn(() -> missing.next().await()));
        assertThat(thrown)
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("because \"missing\" is null");
        assertThat(thrown.getStackTrace()[0].getClassName()).startsWith(getClass().getName());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void S9_oneOfTwoReceivesIsAwaited(boolean first) {
        Channel<Integer> one = Channel.bounded(1);
        Channel<Integer> two = Channel.bounded(1);
        one.trySend(1);
        two.trySend(2);
        int received = Task.blockOn(() -> (first ? one.receive() : two.receive()).await());
        assertThat(received).isEqualTo(first ? 1 : 2);
        assertThat(one.size()).isEqualTo(first ? 0 : 1);
    }

    static Stream<Arguments> sendsOfNull() {
        return Stream.of(
                operation("direct", p -> p.enter().send(null).await()),
                operation(
                        "made before",
                        p -> {
                            Async<?> send = p.enter().send(null);
                            return send.await();
                        }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sendsOfNull")
    void S9_aSendOfNullIsRefusedBeforeACancellationIsLookedAt(
            String name, AsyncFunction<Place, Object> send) {
        List<Throwable> thrown = new ArrayList<>();
        whileItIsBeingCancelled(cancel -> {
            try {
                at(Channel.bounded(1), send, cancel).await();
            } catch (NullPointerException e) {
                thrown.add(e);
            }
        });
        assertThat(thrown).singleElement().extracting(Throwable::getMessage).isEqualTo("message");
    }

    /** Runs a body in a task that is given what cancels it. */
    private static void whileItIsBeingCancelled(AsyncConsumer<Runnable> body) {
        Task.blockOn(() -> {
            List<JoinHandle<?>> self = new ArrayList<>();
            self.add(
                    Task.spawnLocal(() -> {
                        Runnable cancel = () -> self.getFirst().cancel();
                        body.block(cancel).await();
                    }));
            self.getFirst().outcome().await();
        });
    }
}
