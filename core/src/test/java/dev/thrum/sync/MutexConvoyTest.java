package dev.thrum.sync;

import static dev.thrum.sync.Tasks.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.thrum.task.JoinHandle;
import dev.thrum.task.Task;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A mutex whose every queue is taken for a convoy: the first in line is called. */
class MutexConvoyTest {
    private final Mutex mutex = new Mutex(0);

    @Test
    void theCalledOneTakesIt_ifNobodyElseDid() {
        Mutex.Guard guard = mutex.tryLock().orElseThrow();
        Polled<Mutex.Guard> first = Polled.waiting(mutex.lock());
        guard.close();
        assertThat(first.wakes()).isEqualTo(1);
        assertThat(mutex).hasToString("Mutex[free, 1 waiting]");
        first.get().close();
        assertThat(mutex).hasToString("Mutex[free, 0 waiting]");
    }

    @Test
    void oneThatRunsMayOvertakeTheCalledOne_untilThatIsPolled() {
        Mutex.Guard guard = mutex.tryLock().orElseThrow();
        Polled<Mutex.Guard> first = Polled.waiting(mutex.lock());
        Polled<Mutex.Guard> second = Polled.waiting(mutex.lock());
        guard.close();
        mutex.tryLock().orElseThrow().close();
        Mutex.Guard overtaking = mutex.tryLock().orElseThrow();
        assertThat(first.wakes()).isEqualTo(1);
        assertThat(first.isReady()).isFalse(); // from here on it is owed the mutex
        overtaking.close();
        assertThat(mutex.tryLock()).isEmpty();
        assertThat(first.wakes()).isEqualTo(2);
        first.get().close();
        assertThat(second.wakes()).isEqualTo(1);
        second.get().close();
    }

    @Test
    void whoComesWhileTheFirstIsCalled_waitsBehindIt() {
        Mutex.Guard guard = mutex.tryLock().orElseThrow();
        Polled<Mutex.Guard> first = Polled.waiting(mutex.lock());
        guard.close();
        Mutex.Guard overtaking = mutex.tryLock().orElseThrow();
        Polled<Mutex.Guard> second = Polled.waiting(mutex.lock());
        overtaking.close();
        mutex.tryLock().orElseThrow().close(); // the first is still called, and not owed it
        assertThat(second.wakes()).isZero();
        first.get().close();
        assertThat(second.wakes()).isEqualTo(1);
        second.get().close();
        assertThat(waiting(mutex)).isZero();
    }

    @Test
    void C2_theCalledOneIsCancelled_theNextIsCalled() {
        Mutex.Guard guard = mutex.tryLock().orElseThrow();
        Polled<Mutex.Guard> first = Polled.waiting(mutex.lock());
        Polled<Mutex.Guard> second = Polled.waiting(mutex.lock());
        guard.close();
        assertThat(first.cancel()).isTrue();
        assertThat(second.wakes()).isEqualTo(1);
        second.get().close();
        assertThat(mutex).hasToString("Mutex[free, 0 waiting]");
    }

    @Test
    void C2_theCalledOneIsCancelledWhileAnotherHasOvertakenIt() {
        Mutex.Guard guard = mutex.tryLock().orElseThrow();
        Polled<Mutex.Guard> first = Polled.waiting(mutex.lock());
        guard.close();
        Mutex.Guard overtaking = mutex.tryLock().orElseThrow();
        assertThat(first.cancel()).isTrue();
        Polled<Mutex.Guard> second = Polled.waiting(mutex.lock());
        overtaking.close();
        assertThat(second.wakes()).isEqualTo(1);
        second.get().close();
        assertThat(mutex).hasToString("Mutex[free, 0 waiting]");
    }

    @Test
    void aMutexIsStrictlyFairUntil32HandOversInARow() {
        Mutex usual = new Mutex();
        Deque<Polled<Mutex.Guard>> line = new ArrayDeque<>();
        Mutex.Guard guard = usual.tryLock().orElseThrow();
        line.add(Polled.waiting(usual.lock()));
        line.add(Polled.waiting(usual.lock()));
        for (int i = 0; i < 32; i++) {
            guard.close();
            assertThat(usual.tryLock()).isEmpty();
            guard = line.remove().get();
            line.add(Polled.waiting(usual.lock()));
        }
        guard.close();
        assertThat(usual.tryLock()).isPresent();
    }

    private int plainCounter;

    @Test
    void nobodyIsForgotten_howeverTheyCrowd() {
        Task.blockOn(() -> {
            List<JoinHandle<?>> tasks = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                int number = i;
                tasks.add(
                        Task.spawn(() -> {
                            for (int k = 0; k < 2_000; k++) {
                                try (var _ = mutex.lock().await()) {
                                    plainCounter++;
                                    if ((k + number) % 64 == 0) {
                                        Task.yieldNow().await();
                                    }
                                }
                            }
                        }));
            }
            for (var task : tasks) {
                task.await();
            }
        });
        assertThat(plainCounter).isEqualTo(100_000);
        assertThat(mutex).hasToString("Mutex[free, 0 waiting]");
    }
}
