package dev.thrum.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.thrum.support.Attempt;
import dev.thrum.support.Probe;
import dev.thrum.task.JoinHandle;
import dev.thrum.task.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The latest value, and its changes. */
class WatchTest {
    private final Watch<Integer> watch = Watch.of(0);

    @Test
    void theLatestValueIsThereAtOnce() {
        assertThat(watch.get()).isZero();
        watch.set(1);
        assertThat(watch.get()).isEqualTo(1);
        assertThat(watch.update(v -> v + 1)).isEqualTo(2);
        assertThat(watch.watcher().get()).isEqualTo(2);
    }

    @Test
    void aWatcherAwaitsAValueItHasNotSeen() {
        var watcher = watch.watcher();
        assertThat(watcher.hasChanged()).isFalse();
        Probe<Integer> changed = Probe.polled(watcher.changed());
        assertThat(changed.isDone()).isFalse();
        watch.set(5);
        assertThat(watcher.hasChanged()).isTrue();
        assertThat(changed.wakes()).isOne();
        assertThat(changed.poll()).isTrue();
        assertThat(changed.value()).isEqualTo(5);
        assertThat(watcher.hasChanged()).isFalse();
    }

    @Test
    void aSlowWatcherSeesTheLatestValueAlone() {
        var watcher = watch.watcher();
        watch.set(1);
        watch.set(2);
        watch.set(3);
        assertThat(Probe.polled(watcher.next()).value()).contains(3);
        assertThat(Probe.polled(watcher.next()).isDone()).isFalse();
    }

    @Test
    void settingAnEqualValueIsAChange() {
        Probe<Integer> changed = Probe.polled(watch.watcher().changed());
        watch.set(0);
        assertThat(changed.poll()).isTrue();
    }

    @Test
    void gettingCountsAsSeeing() {
        var watcher = watch.watcher();
        watch.set(1);
        assertThat(watcher.get()).isEqualTo(1);
        assertThat(Probe.polled(watcher.changed()).isDone()).isFalse();
    }

    @Test
    void aConditionIsAwaited() {
        var watcher = watch.watcher();
        assertThat(Probe.polled(watcher.waitFor(v -> v == 0)).value()).isZero();
        Probe<Integer> large = Probe.polled(watcher.waitFor(v -> v > 10));
        watch.set(5);
        assertThat(large.poll()).isFalse();
        watch.set(11);
        assertThat(large.wakes()).isEqualTo(2);
        assertThat(large.poll()).isTrue();
        assertThat(large.value()).isEqualTo(11);
        assertThat(watcher.hasChanged()).isFalse();
    }

    @Test
    void aConditionMayUseTheWatchAndMayThrow() {
        var watcher = watch.watcher();
        Probe<Integer> failing =
                Probe.polled(
                        watcher.waitFor(v -> {
                            throw new IllegalArgumentException("by the condition");
                        }));
        assertThat(failing.failure()).hasMessage("by the condition");
        Probe<Integer> raising =
                Probe.polled(watcher.waitFor(v -> v >= 3 || watch.update(w -> w + 1) < 0));
        assertThat(raising.value()).isEqualTo(3);
    }

    @Test
    void A7_aCancelledAwaitHasSeenNothing() {
        var watcher = watch.watcher();
        Probe<Integer> changed = Probe.polled(watcher.changed());
        watch.set(1);
        assertThat(changed.cancel()).isTrue();
        assertThat(watcher.hasChanged()).isTrue();
        Probe<Integer> again = Probe.polled(watcher.changed());
        assertThat(again.value()).isEqualTo(1);
        Probe<Integer> waiting = Probe.polled(watcher.changed());
        assertThat(waiting.cancel()).isTrue();
        assertThat(watch).hasToString("Watch[1 changes, 0 waiting, open]");
    }

    @Test
    void theLastValueIsSeenBeforeTheEnd() {
        var behind = watch.watcher();
        var upToDate = watch.watcher();
        Probe<Optional<Integer>> waiting = Probe.polled(upToDate.next());
        watch.set(9);
        assertThat(waiting.poll()).isTrue();
        Probe<Integer> ended = Probe.polled(upToDate.changed());
        Probe<Integer> never = Probe.polled(upToDate.waitFor(v -> v < 0));
        watch.close();
        watch.close();
        assertThat(watch.isClosed()).isTrue();
        assertThat(ended.poll()).isTrue();
        assertThat(ended.failure()).isInstanceOf(ChannelClosedException.class);
        assertThat(never.poll()).isTrue();
        assertThat(never.failure()).isInstanceOf(ChannelClosedException.class);
        assertThat(Probe.polled(behind.next()).value()).contains(9);
        assertThat(Probe.polled(behind.next()).value()).isEmpty();
        assertThat(watch.get()).isEqualTo(9);
        assertThatExceptionOfType(ChannelClosedException.class)
                .isThrownBy(() -> watch.set(1))
                .withMessageContaining("was not changed");
        assertThatExceptionOfType(ChannelClosedException.class)
                .isThrownBy(() -> watch.update(v -> v));
    }

    @Test
    void W3_theWakerOfTheLatestPollIsWoken() {
        AtomicInteger latest = new AtomicInteger();
        Probe<Integer> changed = Probe.polled(watch.watcher().changed());
        changed.pollAsAnother(latest::incrementAndGet);
        watch.set(1);
        assertThat(changed.wakes()).isZero();
        assertThat(latest).hasValue(1);
    }

    @Test
    void S10_nullIsRefused() {
        assertThatNullPointerException().isThrownBy(() -> Watch.of(null)).withMessage("initial");
        assertThatNullPointerException().isThrownBy(() -> watch.set(null)).withMessage("value");
        assertThatNullPointerException()
                .isThrownBy(() -> watch.update(v -> null))
                .withMessage("the new value");
        assertThatNullPointerException()
                .isThrownBy(() -> watch.update(null))
                .withMessage("function");
        assertThatNullPointerException()
                .isThrownBy(() -> watch.watcher().waitFor(null))
                .withMessage("condition");
    }

    @Test
    void updatesByManyTasksAreAllMade() {
        List<JoinHandle<Void>> tasks = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            tasks.add(
                    Task.spawn(() -> {
                        for (int i = 0; i < 5_000; i++) {
                            watch.update(v -> v + 1);
                            if (i % 50 == 0) {
                                Task.yieldNow().await();
                            }
                        }
                    }));
        }
        tasks.forEach(JoinHandle::join);
        assertThat(watch.get()).isEqualTo(20_000);
    }

    /** Watchers give up now and then; each sees ascending values, and the last one. */
    @Test
    void A7_watchersThatGiveUpSeeTheLastValueAtTheEnd() {
        int count = 20_000;
        List<JoinHandle<List<Integer>>> watchers = new ArrayList<>();
        for (int w = 0; w < 4; w++) {
            var watcher = watch.watcher();
            var random = new SplittableRandom(w);
            watchers.add(
                    Task.spawn(() -> {
                        List<Integer> seen = new ArrayList<>();
                        while (true) {
                            var next = Attempt.randomly(watcher.next(), random).await();
                            if (next.isPresent()) {
                                if (next.get().isEmpty()) {
                                    return seen;
                                }
                                seen.add(next.get().get());
                            }
                        }
                    }));
        }
        Task.blockOn(() -> {
            for (int i = 1; i <= count; i++) {
                watch.set(i);
                Task.yieldNow().await();
            }
            watch.close();
        });
        for (var watcher : watchers) {
            List<Integer> seen = watcher.join();
            assertThat(seen).isSorted().doesNotHaveDuplicates().endsWith(count);
        }
    }
}
