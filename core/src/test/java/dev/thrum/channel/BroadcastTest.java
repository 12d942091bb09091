package dev.thrum.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.thrum.support.Attempt;
import dev.thrum.support.Probe;
import dev.thrum.task.JoinHandle;
import dev.thrum.task.Task;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every subscriber sees every message. */
class BroadcastTest {
    private final Broadcast<Integer> broadcast = Broadcast.bounded(3);

    @Test
    void everySubscriberSeesEveryMessageSinceItSubscribed() {
        var early = broadcast.subscribe();
        assertThat(broadcast.send(1)).isOne();
        var late = broadcast.subscribe();
        assertThat(broadcast.send(2)).isEqualTo(2);
        assertThat(early.size()).isEqualTo(2);
        assertThat(late.size()).isOne();
        assertThat(early.tryReceive()).contains(1);
        assertThat(early.tryReceive()).contains(2);
        assertThat(early.tryReceive()).isEmpty();
        assertThat(late.tryReceive()).contains(2);
        assertThat(late.tryReceive()).isEmpty();
    }

    @Test
    void aMessageWithoutSubscribersIsGone() {
        assertThat(broadcast.send(1)).isZero();
        assertThat(broadcast.subscribe().tryReceive()).isEmpty();
    }

    @Test
    void aSlowSubscriberIsToldHowManyMessagesItMissed() {
        var slow = broadcast.subscribe();
        var fast = broadcast.subscribe();
        for (int i = 0; i < 8; i++) {
            broadcast.send(i);
            assertThat(fast.tryReceive()).contains(i);
        }
        assertThat(slow.size()).isEqualTo(3);
        Probe<Integer> receive = Probe.polled(slow.receive());
        assertThat(receive.failure())
                .isInstanceOfSatisfying(
                        LaggedException.class, lag -> assertThat(lag.missed()).isEqualTo(5))
                .hasMessageContaining("5 messages were dropped");
        for (int i = 5; i < 8; i++) {
            assertThat(slow.tryReceive()).contains(i);
        }
        assertThat(slow.tryReceive()).isEmpty();
        for (int i = 0; i < 4; i++) {
            broadcast.send(i);
        }
        assertThatExceptionOfType(LaggedException.class)
                .isThrownBy(slow::tryReceive)
                .satisfies(lag -> assertThat(lag.missed()).isOne());
        assertThat(slow.tryReceive()).contains(1);
    }

    @Test
    void aMessageWakesAllWhoWait() {
        List<Probe<Integer>> waiting = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            waiting.add(Probe.polled(broadcast.subscribe().receive()));
        }
        assertThat(broadcast.toString()).contains("100 subscribers, 100 waiting, open");
        broadcast.send(7);
        for (var receive : waiting) {
            assertThat(receive.wakes()).isOne();
            assertThat(receive.poll()).isTrue();
            assertThat(receive.value()).isEqualTo(7);
        }
        assertThat(broadcast.toString()).contains("0 waiting");
    }

    @Test
    void W3_theWakerOfTheLatestPollIsWoken() {
        AtomicInteger latest = new AtomicInteger();
        Probe<Integer> receive = Probe.polled(broadcast.subscribe().receive());
        receive.pollAsAnother(latest::incrementAndGet);
        broadcast.send(1);
        assertThat(receive.wakes()).isZero();
        assertThat(latest).hasValue(1);
    }

    @Test
    void A7_aCancelledReceiveHasReceivedNothing() {
        var subscription = broadcast.subscribe();
        Probe<Integer> receive = Probe.polled(subscription.receive());
        broadcast.send(1);
        assertThat(receive.cancel()).isTrue();
        assertThat(subscription.tryReceive()).contains(1);
        Probe<Integer> other = Probe.polled(subscription.receive());
        assertThat(other.cancel()).isTrue();
        assertThat(broadcast.toString()).contains("0 waiting");
        broadcast.send(2);
        assertThat(other.wakes()).isZero();
    }

    @Test
    void A1_aReceiveIsGoodForOneAwait() {
        var subscription = broadcast.subscribe();
        broadcast.send(1);
        Probe<Integer> receive = Probe.polled(subscription.receive());
        receive.poll();
        assertThat(receive.failure())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("Broadcast.Subscription.receive() is polled after");
    }

    @Test
    void afterTheCloseSubscribersReceiveWhatIsLeftAndThenTheEnd() {
        var behind = broadcast.subscribe();
        var waiting = broadcast.subscribe();
        broadcast.send(1);
        assertThat(waiting.tryReceive()).contains(1);
        Probe<Integer> receive = Probe.polled(waiting.receive());
        Probe<Optional<Integer>> next = Probe.polled(waiting.next());
        broadcast.close();
        broadcast.close();
        assertThat(broadcast.isClosed()).isTrue();
        assertThat(receive.wakes()).isOne();
        assertThat(receive.poll()).isTrue();
        assertThat(receive.failure()).isInstanceOf(ChannelClosedException.class);
        assertThat(next.poll()).isTrue();
        assertThat(next.value()).isEmpty();
        assertThat(behind.tryReceive()).contains(1);
        assertThatExceptionOfType(ChannelClosedException.class).isThrownBy(behind::tryReceive);
        assertThatExceptionOfType(ChannelClosedException.class).isThrownBy(() -> broadcast.send(2));
        assertThat(Probe.polled(broadcast.subscribe().next()).value()).isEmpty();
    }

    @Test
    void closingASubscriptionEndsItAlone() {
        var one = broadcast.subscribe();
        var other = broadcast.subscribe();
        Probe<Optional<Integer>> next = Probe.polled(one.next());
        one.close();
        one.close();
        assertThat(broadcast.subscribers()).isOne();
        assertThat(next.poll()).isTrue();
        assertThat(next.value()).isEmpty();
        assertThat(broadcast.send(1)).isOne();
        assertThat(one.size()).isZero();
        assertThatExceptionOfType(ChannelClosedException.class).isThrownBy(one::tryReceive);
        assertThat(other.tryReceive()).contains(1);
    }

    @Test
    void withoutSubscribersNoMessageIsKeptAlive() {
        Broadcast<Object> objects = Broadcast.bounded(4);
        var subscription = objects.subscribe();
        Object message = new Object();
        var reference = new WeakReference<>(message);
        objects.send(message);
        message = null;
        subscription.close();
        while (reference.get() != null) {
            System.gc();
        }
        assertThat(objects.isClosed()).isFalse();
    }

    @Test
    void S10_badInputIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Broadcast.bounded(0))
                .withMessageContaining("not 0");
        assertThatNullPointerException()
                .isThrownBy(() -> broadcast.send(null))
                .withMessage("message");
        assertThat(broadcast.capacity()).isEqualTo(3);
    }

    /**
     * Each subscriber gives up now and then; what it sees and what it was told it missed add up.
     */
    @ParameterizedTest
    @ValueSource(ints = {1, 16, 100_000})
    void A7_seenAndMissedAddUpWhileSubscribersGiveUp(int capacity) {
        Broadcast<Integer> shared = Broadcast.bounded(capacity);
        int count = 20_000;
        List<JoinHandle<List<Integer>>> subscribers = new ArrayList<>();
        for (int s = 0; s < 4; s++) {
            var subscription = shared.subscribe();
            var random = new SplittableRandom(s);
            subscribers.add(
                    Task.spawn(() -> {
                        List<Integer> seen = new ArrayList<>();
                        while (true) {
                            try {
                                var next = Attempt.randomly(subscription.next(), random).await();
                                if (next.isPresent()) {
                                    if (next.get().isEmpty()) {
                                        return seen;
                                    }
                                    seen.add(next.get().get());
                                }
                            } catch (LaggedException lag) {
                                for (long i = 0; i < lag.missed(); i++) {
                                    seen.add(-1);
                                }
                            }
                        }
                    }));
        }
        Task.blockOn(() -> {
            for (int i = 0; i < count; i++) {
                shared.send(i);
                Task.yieldNow().await();
            }
            shared.close();
        });
        for (var subscriber : subscribers) {
            List<Integer> seen = subscriber.join();
            assertThat(seen).hasSize(count);
            for (int i = 0; i < count; i++) {
                assertThat(seen.get(i)).isIn(-1, i);
            }
            if (capacity > count) {
                assertThat(seen).doesNotContain(-1);
            }
        }
    }
}
