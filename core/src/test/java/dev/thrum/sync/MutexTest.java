package dev.thrum.sync;

import static dev.thrum.sync.Tasks.untilWaiting;
import static dev.thrum.sync.Tasks.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thrum.task.JoinHandle;
import dev.thrum.task.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class MutexTest {
    private final Mutex mutex = new Mutex();

    @Test
    void C21_lockAndUnlockTwice() {
        Task.blockOn(() -> {
            mutex.lock().await().close();
            mutex.lock().await().close();
        });
        assertThat(mutex).hasToString("Mutex[free, 0 waiting]");
    }

    @Test
    void C22_tryLockGivesAGuardIfNobodyHoldsIt() {
        Mutex.Guard guard = mutex.tryLock().orElseThrow();
        assertThat(mutex.tryLock()).isEmpty();
        guard.close();
        assertThat(mutex.tryLock()).isPresent();
    }

    private int plainCounter;

    @Test
    void C25_tenThousandTasksCountUnderTheLock() {
        Task.blockOn(() -> {
            List<JoinHandle<?>> tasks = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                tasks.add(
                        Task.spawn(() -> {
                            try (var _ = mutex.lock().await()) {
                                int before = plainCounter;
                                if (before % 16 == 0) {
                                    Task.yieldNow().await();
                                }
                                plainCounter = before + 1;
                            }
                        }));
            }
            for (var task : tasks) {
                task.await();
            }
            assertThat(mutex.tryLock()).isPresent();
        });
        assertThat(plainCounter).isEqualTo(10_000);
    }

    @Test
    void S9_onlyOneHoldsIt_andTheOthersWait() {
        Mutex.Guard guard = Polled.of(mutex.lock()).get();
        Polled<Mutex.Guard> second = Polled.waiting(mutex.lock());
        assertThat(mutex).hasToString("Mutex[locked, 1 waiting]");
        guard.close();
        assertThat(second.wakes()).isEqualTo(1);
        second.get().close();
        assertThat(mutex).hasToString("Mutex[free, 0 waiting]");
    }

    @Test
    void S9_waitersAreServedInOrder_andANewcomerDoesNotOvertakeThem() {
        Mutex.Guard guard = mutex.tryLock().orElseThrow();
        Polled<Mutex.Guard> first = Polled.waiting(mutex.lock());
        Polled<Mutex.Guard> second = Polled.waiting(mutex.lock());
        guard.close();
        assertThat(mutex.tryLock()).isEmpty();
        Polled<Mutex.Guard> newcomer = Polled.waiting(mutex.lock());
        assertThat(second.isReady()).isFalse();
        first.get().close();
        assertThat(newcomer.isReady()).isFalse();
        second.get().close();
        newcomer.get().close();
    }

    @Test
    void S9_aTaskThatLocksAgainGoesBehindTheOneThatWaits() {
        List<String> order = new ArrayList<>();
        Task.blockOn(() -> {
            var guard = mutex.lock().await();
            var waiter =
                    Task.spawn(() -> {
                        try (var _ = mutex.lock().await()) {
                            order.add("waiter");
                        }
                    });
            untilWaiting(1, mutex).await();
            guard.close();
            try (var _ = mutex.lock().await()) {
                order.add("again");
            }
            waiter.await();
        });
        assertThat(order).containsExactly("waiter", "again");
    }

    @Test
    void S9_aHundredTasksGetItInTheOrderInWhichTheyCame() {
        List<Integer> order = new ArrayList<>();
        List<Integer> expected = new ArrayList<>();
        Task.blockOn(() -> {
            var guard = mutex.lock().await();
            List<JoinHandle<?>> tasks = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                int number = i;
                expected.add(number);
                tasks.add(
                        Task.spawn(() -> {
                            try (var _ = mutex.lock().await()) {
                                order.add(number);
                            }
                        }));
                untilWaiting(i + 1, mutex).await();
            }
            guard.close();
            for (var task : tasks) {
                task.await();
            }
        });
        assertThat(order).isEqualTo(expected);
    }

    @Test
    void S9_aGuardMayBeClosedMoreThanOnce() {
        Mutex.Guard old = mutex.tryLock().orElseThrow();
        old.close();
        old.close();
        Mutex.Guard present = mutex.tryLock().orElseThrow();
        old.close();
        assertThat(mutex.tryLock()).isEmpty();
        Polled<Mutex.Guard> waiter = Polled.waiting(mutex.lock());
        old.close();
        assertThat(waiter.isReady()).isFalse();
        present.close();
        present.close();
        assertThat(mutex.tryLock()).isEmpty();
        waiter.get().close();
    }

    @Test
    void S9_aGuardMayBeClosedByAnotherThread() throws Exception {
        Mutex.Guard guard = mutex.tryLock().orElseThrow();
        Thread.ofPlatform().start(guard::close).join();
        assertThat(mutex.tryLock()).isPresent();
    }

    @Test
    void S9_aGuardIsClosedByTryWithResources_alsoWhenItsBlockFails() {
        assertThatThrownBy(() ->
                        Task.blockOn(() -> {
                            try (var _ = mutex.lock().await()) {
                                Task.yieldNow().await();
                                throw new IllegalArgumentException("boom");
                            }
                        }))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(mutex.tryLock()).isPresent();
    }

    @Test
    void S9_plainThreadsUseItThroughBlockOn() throws Exception {
        Thread[] threads = new Thread[4];
        for (int i = 0; i < threads.length; i++) {
            threads[i] =
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int k = 0; k < 500; k++) {
                                    try (var _ = Task.blockOn(mutex.lock())) {
                                        plainCounter++;
                                    }
                                }
                            });
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(plainCounter).isEqualTo(2_000);
    }

    @Test
    void S9_nothingHappensBeforeTheFirstPoll() {
        var unused = mutex.lock();
        assertThat(unused).hasToString("Mutex.lock()");
        assertThat(mutex.tryLock()).isPresent();
    }

    @Test
    void C2_cancelledWhileWaiting_leavesItsPlace() {
        Mutex.Guard guard = mutex.tryLock().orElseThrow();
        Polled<Mutex.Guard> first = Polled.waiting(mutex.lock());
        Polled<Mutex.Guard> second = Polled.waiting(mutex.lock());
        assertThat(first.cancel()).isTrue();
        assertThat(waiting(mutex)).isEqualTo(1);
        guard.close();
        assertThat(first.wakes()).isZero();
        second.get().close();
        assertThat(mutex.tryLock()).isPresent();
    }

    @Test
    void C2_theOnlyWaiterCancelled_theMutexIsFreeAfterUnlocking() {
        Mutex.Guard guard = mutex.tryLock().orElseThrow();
        assertThat(Polled.waiting(mutex.lock()).cancel()).isTrue();
        guard.close();
        mutex.tryLock().orElseThrow().close();
        assertThat(mutex).hasToString("Mutex[free, 0 waiting]");
    }

    @Test
    void C2_cancelledAfterItWasHandedOver_passesItOn() {
        Mutex.Guard guard = mutex.tryLock().orElseThrow();
        Polled<Mutex.Guard> first = Polled.waiting(mutex.lock());
        Polled<Mutex.Guard> second = Polled.waiting(mutex.lock());
        guard.close();
        assertThat(first.wakes()).isEqualTo(1);
        assertThat(first.cancel()).isTrue();
        assertThat(second.wakes()).isEqualTo(1);
        second.get().close();
        assertThat(mutex.tryLock()).isPresent();
    }

    @Test
    void C2_theOnlyWaiterCancelledAfterItWasHandedOver_theMutexIsFree() {
        Mutex.Guard guard = mutex.tryLock().orElseThrow();
        Polled<Mutex.Guard> first = Polled.waiting(mutex.lock());
        guard.close();
        assertThat(first.cancel()).isTrue();
        assertThat(mutex.tryLock()).isPresent();
    }

    @Test
    void C1_cancelledWhileHolding_unlocksOnItsWayOut() {
        Task.blockOn(() -> {
            var task =
                    Task.spawn(() -> {
                        try (var _ = mutex.lock().await()) {
                            Task.sleep(Duration.ofDays(1)).await();
                        }
                    });
            Tasks.until(() -> mutex.toString().startsWith("Mutex[locked")).await();
            task.cancel().await();
            assertThat(mutex.tryLock()).isPresent();
        });
    }

    @Test
    void A7_timingOut_leavesNoPlaceInTheQueue() {
        Mutex.Guard guard = mutex.tryLock().orElseThrow();
        assertThatThrownBy(() ->
                        Task.blockOn(() -> mutex.lock().timeout(Duration.ofMillis(1)).await()))
                .hasCauseInstanceOf(TimeoutException.class);
        assertThat(waiting(mutex)).isZero();
        guard.close();
        assertThat(mutex.tryLock()).isPresent();
    }

    @Test
    void C2_aCancelledTaskThatWaits_getsACancellationException() {
        Mutex.Guard guard = mutex.tryLock().orElseThrow();
        Task.blockOn(() -> {
            var task = Task.spawn(() -> mutex.lock().await());
            untilWaiting(1, mutex).await();
            task.cancel().await();
            assertThatThrownBy(task::join).isInstanceOf(CancellationException.class);
        });
        assertThat(waiting(mutex)).isZero();
        guard.close();
    }

    @Test
    void S9_toStringOfAGuardTellsWhetherItHolds() {
        Polled<Mutex.Guard> lock = Polled.of(mutex.lock());
        Mutex.Guard guard = lock.get();
        assertThat(guard).hasToString("Mutex.Guard, held");
        guard.close();
        assertThat(guard).hasToString("Mutex.Guard, closed");
    }
}
