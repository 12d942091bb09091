package dev.thrum.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thrum.support.Attempt;
import dev.thrum.task.Async;
import dev.thrum.task.JoinHandle;
import dev.thrum.task.Task;
import dev.thrum.task.TaskRuntime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A7: an operation that lost a race, timed out or was cancelled has had no effect. Senders and
 * receivers give up at any step, under load: what was sent is received, once and in order, and what
 * was not sent is not.
 */
class ConservationTest {
    enum Kind {
        RENDEZVOUS(0),
        BOUNDED_1(1),
        BOUNDED_2(2),
        BOUNDED_10(10),
        BOUNDED_IN_RING(Channel.SMALL_LIMIT + 1),
        BOUNDED_IN_SEGMENTS(Channel.RING_LIMIT + 1),
        UNBOUNDED(Integer.MAX_VALUE);

        private final int capacity;

        Kind(int capacity) {
            this.capacity = capacity;
        }

        private Channel<Message> channel() {
            return switch (capacity) {
                case 0 -> Channel.rendezvous();
                case Integer.MAX_VALUE -> Channel.unbounded();
                default -> Channel.bounded(capacity);
            };
        }
    }

    private record Message(int sender, int number) {}

    private static final int SENDERS = 4;
    private static final int ATTEMPTS = 3_000;

    @ParameterizedTest
    @EnumSource(Kind.class)
    void A7_oneReceiverGetsWhatWasSentInOrder(Kind kind) {
        run(kind.channel(), 1, 2, true);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void A7_severalReceiversGetWhatWasSentOnce(Kind kind) {
        run(kind.channel(), 3, 2, false);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void A7_soAlsoOnOneWorker(Kind kind) {
        run(kind.channel(), 2, 1, false);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void A7_soAlsoOnManyWorkers(Kind kind) {
        run(kind.channel(), 2, 8, false);
    }

    /** Receivers that never give up see the messages of each sender in order, however many. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void S9_eachReceiverSeesEachSendersOrder(Kind kind) {
        Channel<Message> channel = kind.channel();
        try (TaskRuntime runtime = TaskRuntime.builder().workers(3).build()) {
            List<JoinHandle<List<Message>>> receivers = new ArrayList<>();
            for (int r = 0; r < 3; r++) {
                receivers.add(runtime.spawn(() -> receiveAll(channel).await()));
            }
            runtime.blockOn(() -> sendAndClose(channel, false).await());
            for (var receiver : receivers) {
                assertInOrder(receiver.join());
            }
        }
    }

    private static Async<List<Message>> receiveAll(Channel<Message> channel) {
        return Async.async(() -> {
            List<Message> received = new ArrayList<>();
            while (true) {
                Optional<Message> next = channel.next().await();
                if (next.isEmpty()) {
                    return received;
                }
                received.add(next.get());
            }
        });
    }

    private static void run(Channel<Message> channel, int receivers, int workers, boolean inOrder) {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(workers).build()) {
            List<JoinHandle<List<Message>>> handles = new ArrayList<>();
            for (int r = 0; r < receivers; r++) {
                var random = new SplittableRandom(100 + r);
                handles.add(runtime.spawn(() -> receiveNowAndThen(channel, random).await()));
            }
            int[] sent = runtime.blockOn(() -> sendAndClose(channel, true).await());
            List<Message> received = new ArrayList<>();
            for (var handle : handles) {
                received.addAll(handle.join());
            }
            if (inOrder) {
                assertInOrder(received);
            }
            // What came back after the other receivers had seen the end.
            while (channel.size() > 0) {
                received.add(channel.tryReceive().orElseThrow());
            }
            int[] counts = new int[SENDERS];
            received.forEach(message -> counts[message.sender()]++);
            assertThat(counts).isEqualTo(sent);
            assertThat(received).doesNotHaveDuplicates();
            assertThat(Arrays.stream(sent).sum()).isPositive();
            assertThat(channel.toString()).contains("0 messages, 0 receivers and 0 senders");
        }
    }

    private static void assertInOrder(List<Message> received) {
        int[] last = new int[SENDERS];
        for (Message message : received) {
            assertThat(message.number()).isGreaterThan(last[message.sender()]);
            last[message.sender()] = message.number();
        }
    }

    /** Gives how many messages each sender has sent. They are numbered from 1, without gaps. */
    private static Async<int[]> sendAndClose(Channel<Message> channel, boolean givingUp) {
        return Async.async(() -> {
            List<JoinHandle<Integer>> senders = new ArrayList<>();
            for (int s = 0; s < SENDERS; s++) {
                int sender = s;
                var random = new SplittableRandom(sender);
                senders.add(
                        Task.spawn(() ->
                                givingUp
                                        ? sendNowAndThen(channel, sender, random).await()
                                        : sendAll(channel, sender).await()));
            }
            int[] sent = new int[SENDERS];
            for (int s = 0; s < SENDERS; s++) {
                sent[s] = senders.get(s).await();
            }
            channel.close();
            return sent;
        });
    }

    private static Async<Integer> sendAll(Channel<Message> channel, int sender) {
        return Async.async(() -> {
            for (int i = 1; i <= 10_000; i++) {
                channel.send(new Message(sender, i)).await();
            }
            return 10_000;
        });
    }

    private static Async<Integer> sendNowAndThen(
            Channel<Message> channel, int sender, SplittableRandom random) {
        return Async.async(() -> {
            int sent = 0;
            for (int i = 0; i < ATTEMPTS; i++) {
                var message = new Message(sender, sent + 1);
                if (random.nextInt(8) == 0) {
                    sent += channel.trySend(message) ? 1 : 0;
                } else {
                    Async<Boolean> send =
                            random.nextBoolean()
                                    ? channel.send(message).map(v -> true)
                                    : sendOne(channel, message);
                    sent += Attempt.randomly(send, random).await().isPresent() ? 1 : 0;
                }
            }
            return sent;
        });
    }

    /** Awaited where it is made, which is woven differently. */
    private static Async<Boolean> sendOne(Channel<Message> channel, Message message) {
        return Async.async(() -> {
            channel.send(message).await();
            return true;
        });
    }

    private static Async<List<Message>> receiveNowAndThen(
            Channel<Message> channel, SplittableRandom random) {
        return Async.async(() -> {
            List<Message> received = new ArrayList<>();
            while (true) {
                Optional<Optional<Message>> attempt =
                        Attempt.randomly(
                                        random.nextBoolean()
                                                ? channel.next()
                                                : Async.async(() -> channel.next().await()),
                                        random)
                                .await();
                if (attempt.isPresent()) {
                    if (attempt.get().isEmpty()) {
                        return received;
                    }
                    received.add(attempt.get().get());
                }
            }
        });
    }
}
