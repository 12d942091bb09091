package dev.thrum.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thrum.task.JoinHandle;
import dev.thrum.task.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RwLockTest {
    private final RwLock lock = new RwLock();

    @Test
    void C26_readersTogether_orOneWriter() {
        Task.blockOn(() -> {
            lock.read().await().close();
            lock.write().await().close();
            try (var first = lock.read().await();
                    var second = lock.read().await()) {
                assertThat(lock).hasToString("RwLock[held by 2 for reading, 0 waiting]");
                assertThat(first).isNotSameAs(second);
            }
            try (var writing = lock.write().await()) {
                assertThat(lock).hasToString("RwLock[held for writing, 0 waiting]");
                assertThat(writing).hasToString("RwLock.write(), held");
            }
        });
        assertThat(lock).hasToString("RwLock[free, 0 waiting]");
    }

    @Test
    void C26_tryWriteFailsWhileSomebodyReads() {
        RwLock.ReadGuard reading = lock.tryRead().orElseThrow();
        assertThat(lock.tryWrite()).isEmpty();
        assertThat(lock.tryRead()).isPresent().get().satisfies(RwLock.ReadGuard::close);
        reading.close();
        RwLock.WriteGuard writing = lock.tryWrite().orElseThrow();
        assertThat(lock.tryRead()).isEmpty();
        assertThat(lock.tryWrite()).isEmpty();
        writing.close();
        assertThat(lock.tryRead()).isPresent();
    }

    @Test
    void S9_aWriterIsNotStarvedByReaders() {
        RwLock.ReadGuard reading = lock.tryRead().orElseThrow();
        Polled<RwLock.WriteGuard> writer = Polled.waiting(lock.write());
        Polled<RwLock.ReadGuard> late = Polled.waiting(lock.read());
        assertThat(lock.tryRead()).isEmpty();
        reading.close();
        assertThat(late.isReady()).isFalse();
        RwLock.WriteGuard writing = writer.get();
        assertThat(late.isReady()).isFalse();
        writing.close();
        late.get().close();
    }

    @Test
    void S9_servedInOrder_readersNextToEachOtherTogether() {
        RwLock.WriteGuard writing = lock.tryWrite().orElseThrow();
        Polled<RwLock.ReadGuard> first = Polled.waiting(lock.read());
        Polled<RwLock.ReadGuard> second = Polled.waiting(lock.read());
        Polled<RwLock.WriteGuard> writer = Polled.waiting(lock.write());
        Polled<RwLock.ReadGuard> third = Polled.waiting(lock.read());
        assertThat(lock).hasToString("RwLock[held for writing, 4 waiting]");
        writing.close();
        RwLock.ReadGuard firstGuard = first.get();
        RwLock.ReadGuard secondGuard = second.get();
        assertThat(writer.wakes() + third.wakes()).isZero();
        secondGuard.close();
        assertThat(writer.wakes()).isZero();
        firstGuard.close();
        assertThat(third.wakes()).isZero();
        writer.get().close();
        third.get().close();
        assertThat(lock).hasToString("RwLock[free, 0 waiting]");
    }

    @Test
    void C2_aCancelledWriterLetsTheReadersBehindItPass() {
        RwLock.ReadGuard reading = lock.tryRead().orElseThrow();
        Polled<RwLock.WriteGuard> writer = Polled.waiting(lock.write());
        Polled<RwLock.ReadGuard> late = Polled.waiting(lock.read());
        assertThat(writer.cancel()).isTrue();
        assertThat(late.wakes()).isEqualTo(1);
        late.get().close();
        reading.close();
        assertThat(lock).hasToString("RwLock[free, 0 waiting]");
    }

    @Test
    void C2_aWriterCancelledAfterItWasHandedTheLock_passesItOn() {
        RwLock.ReadGuard reading = lock.tryRead().orElseThrow();
        Polled<RwLock.WriteGuard> writer = Polled.waiting(lock.write());
        Polled<RwLock.ReadGuard> first = Polled.waiting(lock.read());
        Polled<RwLock.ReadGuard> second = Polled.waiting(lock.read());
        reading.close();
        assertThat(writer.cancel()).isTrue();
        first.get().close();
        second.get().close();
        assertThat(lock).hasToString("RwLock[free, 0 waiting]");
    }

    @Test
    void S9_guardsMayBeClosedMoreThanOnce_andByAnotherThread() throws Exception {
        RwLock.ReadGuard reading = lock.tryRead().orElseThrow();
        RwLock.ReadGuard other = lock.tryRead().orElseThrow();
        Thread.ofPlatform().start(reading::close).join();
        reading.close();
        assertThat(lock.tryWrite()).isEmpty();
        other.close();
        RwLock.WriteGuard writing = lock.tryWrite().orElseThrow();
        writing.close();
        writing.close();
        assertThat(lock).hasToString("RwLock[free, 0 waiting]");
    }

    @Test
    void C27_readersAndWritersAtRandom() {
        AtomicInteger readers = new AtomicInteger();
        AtomicInteger writers = new AtomicInteger();
        Task.blockOn(() -> {
            List<JoinHandle<?>> tasks = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                int seed = i;
                tasks.add(
                        Task.spawn(() -> {
                            for (int k = 0; k < 1_000; k++) {
                                if ((k * 31 + seed) % 10 == 0) {
                                    try (var _ = lock.write().await()) {
                                        assertThat(writers.incrementAndGet()).isEqualTo(1);
                                        assertThat(readers).hasValue(0);
                                        writers.decrementAndGet();
                                    }
                                } else {
                                    try (var _ = lock.read().await()) {
                                        readers.incrementAndGet();
                                        assertThat(writers).hasValue(0);
                                        readers.decrementAndGet();
                                    }
                                }
                            }
                        }));
            }
            for (var task : tasks) {
                task.await();
            }
        });
        assertThat(lock).hasToString("RwLock[free, 0 waiting]");
    }

    private int plain;

    @Test
    void C28_readersNeverSeeAHalfWrittenState_thoughTheWriterGivesWay() {
        Task.blockOn(() -> {
            List<JoinHandle<?>> tasks = new ArrayList<>();
            tasks.add(
                    Task.spawn(() -> {
                        for (int i = 0; i < 10; i++) {
                            try (var _ = lock.write().await()) {
                                int before = plain;
                                plain = -1;
                                Task.yieldNow().await();
                                plain = before + 1;
                            }
                        }
                    }));
            for (int reader = 0; reader < 5; reader++) {
                tasks.add(
                        Task.spawn(() -> {
                            for (int i = 0; i < 10; i++) {
                                try (var _ = lock.read().await()) {
                                    assertThat(plain).isNotNegative();
                                }
                            }
                        }));
            }
            for (var task : tasks) {
                task.await();
            }
            try (var _ = lock.read().await()) {
                assertThat(plain).isEqualTo(10);
            }
        });
    }
}
