package dev.thrum.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.thrum.task.Async;
import dev.thrum.task.JoinHandle;
import dev.thrum.task.Poll;
import dev.thrum.task.Task;
import dev.thrum.task.TaskRuntime;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What async-std's and Tokio's tests ask of a channel, between tasks and threads. */
class ChannelTasksTest {
    /** Gives way until the channel says so of itself. */
    private static Async<Void> until(Channel<?> channel, String state) {
        return Async.async(() -> {
            while (!channel.toString().contains(state)) {
                Task.yieldNow().await();
            }
        });
    }

    private static <T> Async<List<T>> rest(Channel<T> channel) {
        return Async.async(() -> {
            List<T> all = new ArrayList<>();
            while (true) {
                Optional<T> next = channel.next().await();
                if (next.isEmpty()) {
                    return all;
                }
                all.add(next.get());
            }
        });
    }

    @Test
    void A1_anOperationThatTwoPartsAwaitAtOnceIsRefusedRatherThanHanging() {
        Channel<Integer> channel = Channel.bounded(1);
        Async<Integer> receive = channel.receive();
        Async<Integer> inABlock = Async.async(() -> receive.await());
        for (Async<Integer> first : List.of(receive, inABlock)) {
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> Task.blockOn(Async.join(first, receive, Integer::sum)))
                    .withMessageContaining("Channel.receive()");
        }
        Watch<Integer> watch = Watch.of(0);
        Async<?> changed = watch.watcher().changed();
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> Task.blockOn(Async.race(changed, changed)))
                .withMessageContaining("twice at once");
    }

    @Test
    void A1_anOperationMayBePolledOnByTheNextPartOfItsTask() {
        Channel<Integer> channel = Channel.bounded(1);
        Async<Integer> receive = channel.receive();
        int received =
                Task.blockOn(() -> {
                    Async.race(pollOnce(receive), Async.pending()).await();
                    JoinHandle<Void> sender = Task.spawn(() -> channel.send(7).await());
                    int message = Async.race(receive, Async.pending()).await();
                    sender.await();
                    return message;
                });
        assertThat(received).isEqualTo(7);
    }

    /** Polls it, and is ready whether or not it is. */
    private static Async<Integer> pollOnce(Async<Integer> async) {
        return cx -> {
            async.poll(cx);
            return Poll.ready(0);
        };
    }

    @Test
    void C9_sendReceiveAndTheErrorsAfterClosing() {
        Channel<Integer> channel = Channel.bounded(1);
        Task.blockOn(() -> {
            channel.send(7).await();
            assertThat(channel.receive().await()).isEqualTo(7);
            channel.send(8).await();
            assertThat(channel.receive().await()).isEqualTo(8);
        });
        channel.sender().close();
        assertThatExceptionOfType(ChannelClosedException.class)
                .isThrownBy(() -> Task.blockOn(channel.receive()));
        assertThatExceptionOfType(ChannelClosedException.class)
                .isThrownBy(() -> Task.blockOn(channel.send(1)));
    }

    @Test
    void C12_receivesInOrderAndThenTheEnd() {
        Channel<Integer> channel = Channel.bounded(100);
        JoinHandle<List<Integer>> receiver = Task.spawn(rest(channel));
        Task.blockOn(() -> {
            for (int i = 0; i < 3; i++) {
                until(channel, "1 receivers").await();
                channel.send(i).await();
            }
            channel.close();
        });
        assertThat(receiver.join()).containsExactly(0, 1, 2);
    }

    @Test
    void C13_aFullChannelHoldsItsSenderBack() {
        Channel<Integer> channel = Channel.bounded(1);
        AtomicInteger sent = new AtomicInteger();
        JoinHandle<Void> sender =
                Task.spawn(() -> {
                    for (int i = 0; i < 3; i++) {
                        channel.send(i).await();
                        sent.incrementAndGet();
                    }
                });
        Task.blockOn(() -> {
            for (int i = 0; i < 3; i++) {
                until(channel, i < 2 ? "1 senders" : "1 messages").await();
                assertThat(channel.receive().await()).isEqualTo(i);
            }
        });
        sender.join();
        assertThat(sent).hasValue(3);
    }

    @Test
    void C13_aSenderThatIsLeftWaitingHarmsNobody() {
        Channel<Integer> channel = Channel.bounded(1);
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            channel.trySend(1);
            runtime.spawn(channel.send(2));
            runtime.blockOn(until(channel, "1 senders"));
        }
        assertThat(channel.toString()).contains("0 senders"); // the runtime has cancelled it
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 1000})
    void C15_theSizeIsNeverBeyondTheCapacity(int capacity) {
        Channel<Integer> channel = Channel.bounded(capacity);
        int count = 25_000;
        JoinHandle<Void> receiver =
                Task.spawn(() -> {
                    for (int i = 0; i < count; i++) {
                        assertThat(channel.size()).isBetween(0, capacity);
                        assertThat(channel.receive().await()).isEqualTo(i);
                    }
                });
        Task.blockOn(() -> {
            for (int i = 0; i < count; i++) {
                channel.send(i).await();
                assertThat(channel.size()).isBetween(0, capacity);
            }
        });
        receiver.join();
        assertThat(channel.size()).isZero();
    }

    @Test
    void C16_closingWakesReceiversThatWait() {
        Channel<Integer> channel = Channel.bounded(1);
        List<JoinHandle<Optional<Integer>>> receivers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            receivers.add(Task.spawn(channel.next()));
        }
        Task.blockOn(until(channel, "10 receivers"));
        channel.close();
        for (var receiver : receivers) {
            assertThat(receiver.join()).isEmpty();
        }
    }

    @Test
    void C16_closingWakesSendersThatWait() {
        Channel<Integer> channel = Channel.bounded(1);
        channel.trySend(0);
        List<JoinHandle<Void>> senders = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            senders.add(Task.spawn(channel.send(i)));
        }
        Task.blockOn(until(channel, "10 senders"));
        channel.close();
        for (var sender : senders) {
            assertThatExceptionOfType(ChannelClosedException.class).isThrownBy(sender::join);
        }
        assertThat(channel.tryReceive()).contains(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 64, 2000})
    void C17_oneSenderOneReceiverInOrder(int capacity) {
        Channel<Integer> channel = capacity == 0 ? Channel.rendezvous() : Channel.bounded(capacity);
        int count = 100_000;
        JoinHandle<List<Integer>> receiver = Task.spawn(rest(channel));
        Task.blockOn(() -> {
            for (int i = 0; i < count; i++) {
                channel.send(i).await();
            }
        });
        channel.close();
        assertThat(receiver.join()).isEqualTo(IntStream.range(0, count).boxed().toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 1 << 20, Integer.MAX_VALUE})
    void C18_manySendersManyReceiversEachMessageOnce(int capacity) {
        Channel<Integer> channel =
                switch (capacity) {
                    case 0 -> Channel.rendezvous();
                    case Integer.MAX_VALUE -> Channel.unbounded();
                    default -> Channel.bounded(capacity);
                };
        int each = 25_000;
        int parties = 4;
        AtomicIntegerArray seen = new AtomicIntegerArray(each);
        List<JoinHandle<Void>> all = new ArrayList<>();
        for (int p = 0; p < parties; p++) {
            all.add(
                    Task.spawn(() -> {
                        for (int i = 0; i < each; i++) {
                            seen.incrementAndGet(channel.receive().await());
                        }
                    }));
            all.add(
                    Task.spawn(() -> {
                        for (int i = 0; i < each; i++) {
                            channel.send(i).await();
                        }
                    }));
        }
        all.forEach(JoinHandle::join);
        for (int i = 0; i < each; i++) {
            assertThat(seen.get(i)).isEqualTo(parties);
        }
        assertThat(channel.toString()).contains("0 messages, 0 receivers and 0 senders");
    }

    @Test
    void C19_aChannelForOneMessageTenThousandTimes() {
        Task.blockOn(() -> {
            for (int i = 0; i < 10_000; i++) {
                Channel<Integer> channel = Channel.bounded(1);
                int message = i;
                Task.spawn(() -> {
                    channel.send(message).await();
                    channel.close();
                });
                assertThat(channel.receive().await()).isEqualTo(message);
                assertThat(channel.next().await()).isEmpty();
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 2000})
    void C20_whatWasReceivedIsNotKeptAlive(int capacity) {
        Channel<Object> channel = Channel.bounded(capacity);
        Object message = new Object();
        var sent = channel.send(message);
        Task.blockOn(sent);
        var received = channel.receive();
        var reference = new WeakReference<>(message);
        message = null;
        assertThat(Task.blockOn(received)).isNotNull();
        awaitCollected(reference);
        assertThat(sent.toString() + received + channel).isNotEmpty(); // these are still alive
    }

    @Test
    void C20_aCancelledSendKeepsNothingAlive() throws Exception {
        Channel<Object> channel = Channel.rendezvous();
        Object message = new Object();
        var reference = new WeakReference<>(message);
        JoinHandle<Void> sender = Task.spawn(channel.send(message));
        message = null;
        Task.blockOn(until(channel, "1 senders"));
        Task.blockOn(sender.cancel());
        awaitCollected(reference);
        assertThat(channel.toString()).contains("0 senders");
    }

    private static void awaitCollected(WeakReference<?> reference) {
        while (reference.get() != null) { // the limit of the test bounds this
            System.gc();
            Thread.onSpinWait();
        }
    }

    /** 95: every waiting operation that is dropped gives its place up. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void C95_aCancelledWaiterGivesItsPlaceUp(int capacity) {
        Channel<Integer> channel = capacity == 0 ? Channel.rendezvous() : Channel.bounded(capacity);
        Task.blockOn(() -> {
            JoinHandle<Integer> first = Task.spawn(channel.receive());
            until(channel, "1 receivers").await();
            JoinHandle<Integer> second = Task.spawn(channel.receive());
            until(channel, "2 receivers").await();
            first.cancel().await();
            channel.send(1).await();
            assertThat(second.await()).isEqualTo(1);
        });
        assertThat(channel.toString()).contains("0 messages, 0 receivers and 0 senders");
    }

    /** 96: an operation whose waiter moves to another waker uses the latest. */
    @Test
    void C96_anOperationMayBePolledInAnotherPlaceOfItsTask() {
        Channel<Integer> channel = Channel.bounded(1);
        Async<Integer> receive = channel.receive();
        JoinHandle<Integer> handle =
                Task.spawn(() -> {
                    // Polled here with the task's waker, there with that of a part.
                    poll(receive).await();
                    return Async.join(receive, Task.yieldNow(), (m, v) -> m).await();
                });
        Task.blockOn(until(channel, "1 receivers"));
        channel.trySend(5);
        assertThat(handle.join()).isEqualTo(5);
    }

    private static Async<Boolean> poll(Async<?> async) {
        return cx -> dev.thrum.task.Poll.ready(async.poll(cx).isPending());
    }

    /** 97: nobody starves, although the channel is never empty. */
    @Test
    void C36_aChainOfTwoHundredChannels() {
        Channel<Integer> first = Channel.bounded(1);
        Channel<Integer> from = first;
        for (int i = 0; i < 200; i++) {
            Channel<Integer> in = from;
            Channel<Integer> out = i % 3 == 0 ? Channel.rendezvous() : Channel.bounded(1);
            Task.spawn(() -> {
                while (true) {
                    Optional<Integer> next = in.next().await();
                    if (next.isEmpty()) {
                        out.close();
                        return;
                    }
                    out.send(next.get() + 1).await();
                }
            });
            from = out;
        }
        Channel<Integer> last = from;
        JoinHandle<List<Integer>> results = Task.spawn(rest(last));
        Task.blockOn(() -> {
            for (int i = 0; i < 1_000; i++) {
                first.send(i).await();
            }
        });
        first.close();
        assertThat(results.join()).isEqualTo(IntStream.range(200, 1_200).boxed().toList());
    }

    @Test
    void S9_plainThreadsMayUseItThroughBlockOn() throws InterruptedException {
        Channel<Integer> channel = Channel.rendezvous();
        List<Integer> received = new ArrayList<>();
        Thread platform =
                Thread.ofPlatform().start(() -> received.addAll(Task.blockOn(rest(channel))));
        Thread virtual =
                Thread.ofVirtual()
                        .start(() -> {
                            for (int i = 0; i < 1_000; i++) {
                                Task.blockOn(channel.send(i));
                            }
                            channel.close();
                        });
        virtual.join();
        platform.join();
        assertThat(received).isEqualTo(IntStream.range(0, 1_000).boxed().toList());
    }

    /** Each message carries an object that its sender has filled without synchronisation. */
    @Test
    void S9_whatWasDoneBeforeTheSendIsSeenAfterTheReceive() {
        Channel<int[]> channel = Channel.bounded(2);
        JoinHandle<Void> sender =
                Task.spawn(() -> {
                    for (int i = 1; i <= 20_000; i++) {
                        int[] message = new int[1];
                        message[0] = i;
                        channel.send(message).await();
                    }
                    channel.close();
                });
        List<int[]> all = Task.blockOn(rest(channel));
        sender.join();
        for (int i = 0; i < all.size(); i++) {
            assertThat(all.get(i)[0]).isEqualTo(i + 1);
        }
        assertThat(all).hasSize(20_000);
    }
}
