package dev.thrum.sync;

import static dev.thrum.sync.Tasks.untilWaiting;
import static dev.thrum.sync.Tasks.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thrum.task.JoinHandle;
import dev.thrum.task.Outcome;
import dev.thrum.task.Task;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CondvarTest {
    private final Condvar condvar = new Condvar();
    private final Mutex mutex = new Mutex();

    @Test
    void S9_waitingUnlocks_andTheSameGuardHoldsAfterwards() {
        Mutex.Guard guard = mutex.tryLock().orElseThrow();
        Polled<Void> wait = Polled.waiting(condvar.waitFor(guard));
        assertThat(condvar).hasToString("Condvar[1 waiting]");
        assertThat(guard).hasToString("Mutex.Guard, closed");
        mutex.tryLock().orElseThrow().close();
        condvar.signal();
        assertThat(wait.wakes()).isEqualTo(1);
        assertThat(mutex.tryLock()).isEmpty();
        wait.get();
        assertThat(guard).hasToString("Mutex.Guard, held");
        assertThat(mutex.tryLock()).isEmpty();
        guard.close();
        assertThat(mutex.tryLock()).isPresent();
    }

    @Test
    void S9_aSignalledOneWaitsForTheMutex_behindThoseWhoWaitForItAlready() {
        Mutex.Guard guard = mutex.tryLock().orElseThrow();
        Polled<Void> wait = Polled.waiting(condvar.waitFor(guard));
        Mutex.Guard other = mutex.tryLock().orElseThrow();
        Polled<Mutex.Guard> lock = Polled.waiting(mutex.lock());
        condvar.signal();
        assertThat(waiting(condvar)).isZero();
        assertThat(waiting(mutex)).isEqualTo(2);
        other.close();
        assertThat(wait.isReady()).isFalse();
        lock.get().close();
        wait.get();
        guard.close();
    }

    @Test
    void S9_signalReachesTheLongestWaiting_signalAllEverybody() {
        List<Polled<Void>> waits = new ArrayList<>();
        List<Mutex.Guard> guards = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            guards.add(mutex.tryLock().orElseThrow());
            waits.add(Polled.waiting(condvar.waitFor(guards.get(i))));
        }
        condvar.signal();
        waits.get(0).get();
        guards.get(0).close();
        assertThat(waiting(condvar)).isEqualTo(3);
        condvar.signalAll();
        for (int i = 1; i < 4; i++) {
            assertThat(waits.get(i).wakes()).isEqualTo(1);
            waits.get(i).get();
            assertThat(mutex.tryLock()).isEmpty();
            guards.get(i).close();
        }
        assertThat(mutex).hasToString("Mutex[free, 0 waiting]");
    }

    @Test
    void S9_aSignalThatFindsNobodyIsForgotten() {
        condvar.signal();
        condvar.signalAll();
        Mutex.Guard guard = mutex.tryLock().orElseThrow();
        Polled.waiting(condvar.waitFor(guard)).cancel();
    }

    @Test
    void S9_aGuardThatDoesNotHoldIsRefused() {
        Mutex.Guard closed = mutex.tryLock().orElseThrow();
        closed.close();
        Polled<Void> wait = Polled.of(condvar.waitFor(closed));
        assertThatThrownBy(wait::poll)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("does not hold");
        assertThat(waiting(condvar)).isZero();
        assertThat(mutex.tryLock()).isPresent();
    }

    @Test
    void S9_aGuardThatWaitsAlreadyIsRefused() {
        Mutex.Guard guard = mutex.tryLock().orElseThrow();
        Polled<Void> first = Polled.waiting(condvar.waitFor(guard));
        assertThatThrownBy(() -> Polled.of(condvar.waitFor(guard)).poll())
                .isInstanceOf(IllegalStateException.class);
        condvar.signal();
        first.get();
        guard.close();
    }

    @Test
    void S10_aNullGuardIsRefusedAtTheCall() {
        assertThatThrownBy(() -> condvar.waitFor(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("guard");
    }

    @Test
    void S9_cancelledWhileWaiting_theGuardHoldsAgain_thenItThrows() {
        Mutex.Guard guard = mutex.tryLock().orElseThrow();
        Polled<Void> wait = Polled.waiting(condvar.waitFor(guard));
        Mutex.Guard other = mutex.tryLock().orElseThrow();
        assertThat(wait.cancel()).isFalse();
        assertThat(waiting(condvar)).isZero();
        assertThat(wait.isReady()).isFalse();
        other.close();
        assertThatThrownBy(wait::poll).isInstanceOf(CancellationException.class);
        assertThat(guard).hasToString("Mutex.Guard, held");
        guard.close();
        assertThat(mutex.tryLock()).isPresent();
    }

    @Test
    void C2_cancelledAfterASignal_passesTheSignalOn() {
        Mutex.Guard firstGuard = mutex.tryLock().orElseThrow();
        Polled<Void> first = Polled.waiting(condvar.waitFor(firstGuard));
        Mutex.Guard secondGuard = mutex.tryLock().orElseThrow();
        Polled<Void> second = Polled.waiting(condvar.waitFor(secondGuard));
        condvar.signal();
        assertThat(first.cancel()).isFalse();
        assertThat(waiting(condvar)).isZero();
        assertThatThrownBy(first::poll).isInstanceOf(CancellationException.class);
        firstGuard.close();
        second.get();
        secondGuard.close();
        assertThat(mutex).hasToString("Mutex[free, 0 waiting]");
    }

    @Test
    void C2_cancelledAfterSignalAll_wakesNobodyWhoCameLater() {
        Mutex.Guard firstGuard = mutex.tryLock().orElseThrow();
        Polled<Void> first = Polled.waiting(condvar.waitFor(firstGuard));
        condvar.signalAll();
        Mutex.Guard secondGuard = new Mutex().tryLock().orElseThrow();
        Polled<Void> second = Polled.waiting(condvar.waitFor(secondGuard));
        first.cancel();
        assertThatThrownBy(first::poll).isInstanceOf(CancellationException.class);
        assertThat(second.wakes()).isZero();
        assertThat(waiting(condvar)).isEqualTo(1);
    }

    @Test
    void S9_aCancelledTaskStillHoldsTheMutexInItsCleanup() {
        List<String> log = new ArrayList<>();
        Task.blockOn(() -> {
            var task =
                    Task.spawn(() -> {
                        try (var guard = mutex.lock().await()) {
                            try {
                                condvar.waitFor(guard).await();
                            } finally {
                                log.add("locked: " + mutex.tryLock().isEmpty());
                            }
                        }
                    });
            untilWaiting(1, condvar).await();
            var other = mutex.lock().await();
            var end = task.cancel();
            untilWaiting(1, mutex).await();
            assertThat(task.isDone()).isFalse();
            other.close();
            end.await();
            assertThatThrownBy(task::join).isInstanceOf(CancellationException.class);
        });
        assertThat(log).containsExactly("locked: true");
        assertThat(mutex).hasToString("Mutex[free, 0 waiting]");
    }

    @Test
    void C29_aWaitTimesOut_andTheGuardHoldsAgain() {
        Task.blockOn(() -> {
            try (var guard = mutex.lock().await()) {
                try {
                    condvar.waitFor(guard).timeout(Duration.ofMillis(1)).await();
                    throw new AssertionError("nobody signals");
                } catch (TimeoutException expected) {
                    assertThat(guard).hasToString("Mutex.Guard, held");
                }
            }
            assertThat(mutex.tryLock()).isPresent();
        });
    }

    @Test
    void C29_aWaitTimesOutOnlyOnceItHasTheMutexAgain() {
        Task.blockOn(() -> {
            var guard = mutex.lock().await();
            var locking = Task.spawn(() -> mutex.lock().await());
            untilWaiting(1, mutex).await(); // so that the wait hands the mutex to it
            var wait = Task.spawn(condvar.waitFor(guard).timeout(Duration.ofNanos(1)));
            var other = locking.await();
            untilWaiting(1, mutex).await();
            assertThat(wait.isDone()).isFalse();
            other.close();
            try {
                wait.await();
                throw new AssertionError("nobody signals");
            } catch (TimeoutException expected) {
                guard.close();
            }
            assertThat(mutex.tryLock()).isPresent();
        });
    }

    private int plain;

    @Test
    void C30_signalAllWakesTenTasks() {
        Task.blockOn(() -> {
            List<JoinHandle<?>> tasks = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                tasks.add(
                        Task.spawn(() -> {
                            try (var guard = mutex.lock().await()) {
                                while (plain == 0) {
                                    condvar.waitFor(guard).await();
                                }
                                plain++;
                            }
                        }));
            }
            untilWaiting(10, condvar).await();
            try (var _ = mutex.lock().await()) {
                plain++;
                condvar.signalAll();
            }
            for (var task : tasks) {
                task.await();
            }
        });
        assertThat(plain).isEqualTo(11);
    }

    @Test
    void S9_itServesGuardsOfSeveralMutexes() {
        Mutex other = new Mutex();
        Mutex.Guard one = mutex.tryLock().orElseThrow();
        Mutex.Guard two = other.tryLock().orElseThrow();
        Polled<Void> first = Polled.waiting(condvar.waitFor(one));
        Polled<Void> second = Polled.waiting(condvar.waitFor(two));
        condvar.signalAll();
        first.get();
        second.get();
        one.close();
        two.close();
        assertThat(mutex.tryLock()).isPresent();
        assertThat(other.tryLock()).isPresent();
    }

    /** A bounded buffer of one, two conditions: a lost wake-up would end it in a hang. */
    @ParameterizedTest
    @ValueSource(ints = {0, 32})
    void S9_noWakeUpIsLost(int convoyAfter) {
        Mutex lock = new Mutex(convoyAfter);
        Condvar notEmpty = new Condvar();
        Condvar notFull = new Condvar();
        Deque<Integer> buffer = new ArrayDeque<>();
        List<Integer> received = new ArrayList<>();
        int each = 2_000;
        Task.blockOn(() -> {
            List<JoinHandle<?>> tasks = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                int from = t * each;
                tasks.add(
                        Task.spawn(() -> {
                            for (int i = from; i < from + each; i++) {
                                try (var guard = lock.lock().await()) {
                                    while (!buffer.isEmpty()) {
                                        notFull.waitFor(guard).await();
                                    }
                                    buffer.add(i);
                                    notEmpty.signal();
                                }
                            }
                        }));
                tasks.add(
                        Task.spawn(() -> {
                            for (int i = 0; i < each; i++) {
                                try (var guard = lock.lock().await()) {
                                    while (buffer.isEmpty()) {
                                        notEmpty.waitFor(guard).await();
                                    }
                                    received.add(buffer.remove());
                                }
                                notFull.signal();
                            }
                        }));
            }
            for (var task : tasks) {
                task.await();
            }
        });
        assertThat(received).hasSize(4 * each).doesNotHaveDuplicates();
    }

    /** Ten waiters are cancelled while five signals arrive: these reach five that were not. */
    @Test
    void C2_noSignalIsLostToOneThatWasCancelled() {
        for (int repeat = 0; repeat < 200; repeat++) {
            plain = 0;
            Task.blockOn(() -> {
                List<JoinHandle<?>> waiters = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    waiters.add(
                            Task.spawn(() -> {
                                try (var guard = mutex.lock().await()) {
                                    condvar.waitFor(guard).await();
                                    plain++;
                                }
                            }));
                }
                untilWaiting(20, condvar).await();
                var signals =
                        Task.spawn(() -> {
                            for (int i = 0; i < 5; i++) {
                                condvar.signal();
                                Task.yieldNow().await();
                            }
                        });
                int cancelled = 0;
                for (int i = 0; i < 10; i++) {
                    if (waiters.get(i).cancel().await() instanceof Outcome.Cancelled<?>) {
                        cancelled++;
                    }
                }
                signals.await();
                int left = 20 - 5 - cancelled;
                untilWaiting(left, condvar).await();
                try (var _ = mutex.lock().await()) { // behind those who were signalled
                    assertThat(plain).isEqualTo(5);
                }
                condvar.signalAll();
                for (var waiter : waiters) {
                    waiter.outcome().await();
                }
                assertThat(plain).isEqualTo(5 + left);
            });
        }
    }
}
