package dev.thrum.sync;

import static dev.thrum.sync.Tasks.waiting;
import static dev.thrum.sync.Tasks.yields;
import static org.assertj.core.api.Assertions.assertThat;

import dev.thrum.task.Async;
import dev.thrum.task.JoinHandle;
import dev.thrum.task.Poll;
import dev.thrum.task.Task;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An operation that lost a race, timed out or was cancelled has had no effect: whatever is locked
 * here is never held by more than may, and is whole in the end.
 */
class CancellationSafetyTest {
    /** Something that is acquired, in parts, and closed again. */
    private abstract static class Subject {
        final int total;
        private final Object sync;
        private final AtomicInteger held = new AtomicInteger();

        Subject(Object sync, int total) {
            this.sync = sync;
            this.total = total;
        }

        abstract Async<? extends AutoCloseable> operation(int i);

        /** How much of the total the i-th operation takes. */
        abstract int weight(int i);

        final void entered(int i) {
            assertThat(held.addAndGet(weight(i))).isLessThanOrEqualTo(total);
        }

        final void leaving(int i) {
            held.addAndGet(-weight(i));
        }

        final void assertWhole() throws Exception {
            assertThat(waiting(sync)).as(sync.toString()).isZero();
            int all = IntStream.range(0, 100).filter(i -> weight(i) == total).findFirst().orElse(0);
            Poll<? extends AutoCloseable> everything = Polled.of(operation(all)).poll();
            assertThat(everything.isReady()).as(sync.toString()).isTrue();
            ((Poll.Ready<? extends AutoCloseable>) everything).value().close();
        }
    }

    private record Kind(String name, Supplier<Subject> make) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Kind> kinds() {
        return Stream.of(
                new Kind("mutex", () -> mutex(new Mutex())),
                new Kind("mutex with convoys", () -> mutex(new Mutex(0))),
                new Kind("semaphore", CancellationSafetyTest::semaphore),
                new Kind("rwlock", CancellationSafetyTest::rwLock));
    }

    private static Subject mutex(Mutex mutex) {
        return new Subject(mutex, 1) {
            @Override
            Async<? extends AutoCloseable> operation(int i) {
                return mutex.lock();
            }

            @Override
            int weight(int i) {
                return 1;
            }
        };
    }

    private static Subject semaphore() {
        Semaphore semaphore = new Semaphore(3);
        return new Subject(semaphore, 3) {
            @Override
            Async<? extends AutoCloseable> operation(int i) {
                return semaphore.acquire(weight(i));
            }

            @Override
            int weight(int i) {
                return 3 - i % 3;
            }
        };
    }

    private static Subject rwLock() {
        RwLock lock = new RwLock();
        return new Subject(lock, 1_000) {
            @Override
            Async<? extends AutoCloseable> operation(int i) {
                return i % 3 == 0 ? lock.write() : lock.read();
            }

            @Override
            int weight(int i) {
                return i % 3 == 0 ? 1_000 : 1;
            }
        };
    }

    // ---- every pair of steps at which two of four operations are cancelled ----

    @ParameterizedTest
    @MethodSource("kinds")
    void A7_C2_cancelledAtAnyStep_nothingIsLostOrKept(Kind kind) throws Exception {
        int steps = new Script(kind.make().get()).run(-1, 0, -1, 0);
        assertThat(steps).isGreaterThan(8);
        for (int step = 0; step < steps; step++) {
            for (int victim = 0; victim < Script.OPERATIONS; victim++) {
                for (int later = step; later < steps; later++) {
                    for (int other = 0; other < Script.OPERATIONS; other++) {
                        new Script(kind.make().get()).run(step, victim, later, other);
                    }
                }
            }
        }
    }

    /** Polls operations in order, then by turns closes what is held and polls what waits. */
    private static final class Script {
        static final int OPERATIONS = 5;

        private final Subject subject;
        private final List<Polled<? extends AutoCloseable>> waiting = new ArrayList<>();
        private final Deque<Integer> held = new ArrayDeque<>();
        private final AutoCloseable[] guards = new AutoCloseable[OPERATIONS];
        private int step;
        private int firstAt;
        private int first;
        private int secondAt;
        private int second;

        Script(Subject subject) {
            this.subject = subject;
        }

        int run(int stepOfFirst, int victim, int stepOfSecond, int other) throws Exception {
            firstAt = stepOfFirst;
            first = victim;
            secondAt = stepOfSecond;
            second = other;
            for (int i = 0; i < OPERATIONS; i++) {
                waiting.add(Polled.of(subject.operation(i)));
                poll(i);
            }
            for (int round = 0; round <= OPERATIONS; round++) {
                if (!held.isEmpty()) {
                    step();
                    int i = held.remove();
                    subject.leaving(i);
                    guards[i].close();
                }
                for (int i = 0; i < OPERATIONS; i++) {
                    poll(i);
                }
            }
            assertThat(waiting).containsOnlyNulls(); // all were served, or cancelled
            subject.assertWhole();
            return step;
        }

        private void poll(int i) {
            step();
            Polled<? extends AutoCloseable> polled = waiting.get(i);
            if (polled != null
                    && polled.poll() instanceof Poll.Ready<? extends AutoCloseable>(var guard)) {
                waiting.set(i, null);
                guards[i] = guard;
                held.add(i);
                subject.entered(i);
            }
        }

        private void step() {
            if (step == firstAt) {
                cancel(first);
            }
            if (step == secondAt) {
                cancel(second);
            }
            step++;
        }

        private void cancel(int victim) {
            if (victim < waiting.size() && waiting.get(victim) != null) {
                assertThat(waiting.get(victim).cancel()).isTrue();
                waiting.set(victim, null);
            }
        }
    }

    // ---- under load ----

    @ParameterizedTest
    @MethodSource("kinds")
    void A7_C2_cancelledUnderLoad_nothingIsLostOrKept(Kind kind) throws Exception {
        Subject subject = kind.make().get();
        Task.blockOn(() -> {
            List<JoinHandle<?>> tasks = new ArrayList<>();
            for (int seed = 0; seed < 24; seed++) {
                SplittableRandom random = new SplittableRandom(seed);
                tasks.add(
                        Task.spawn(() -> {
                            for (int k = 0; k < 300; k++) {
                                int i = random.nextInt(99);
                                int patience = random.nextInt(4);
                                switch (random.nextInt(4)) {
                                    case 0 -> use(subject, i, patience).await();
                                    case 1 -> lose(subject, i, patience).await();
                                    case 2 -> timeOut(subject, i, random.nextInt(20_000)).await();
                                    default -> cancel(subject, i, patience).await();
                                }
                            }
                        }));
            }
            for (var task : tasks) {
                task.await();
            }
        });
        subject.assertWhole();
    }

    private static Async<Void> use(Subject subject, int i, int patience) {
        return Async.async(() -> {
            try (var _ = subject.operation(i).await()) {
                subject.entered(i);
                try {
                    yields(patience).await();
                } finally {
                    subject.leaving(i);
                }
            }
        });
    }

    private static Async<Void> lose(Subject subject, int i, int patience) {
        return Async.async(() -> {
            Async<AutoCloseable> operation = subject.operation(i).map(guard -> guard);
            Async<AutoCloseable> other = yields(patience).map(nothing -> null);
            try (var guard = Async.race(operation, other).await()) {
                if (guard != null) {
                    subject.entered(i);
                    subject.leaving(i);
                }
            }
        });
    }

    private static Async<Void> timeOut(Subject subject, int i, int nanos) {
        return Async.async(() -> {
            try (var guard = subject.operation(i).timeout(Duration.ofNanos(nanos)).await()) {
                subject.entered(i);
                subject.leaving(i);
                assertThat(guard).isNotNull();
            } catch (TimeoutException late) {
                assertThat(late).hasMessageContaining("not done within");
            }
        });
    }

    private static Async<Void> cancel(Subject subject, int i, int patience) {
        return Async.async(() -> {
            var task = Task.spawn(use(subject, i, 2));
            yields(patience).await();
            task.cancel().await();
        });
    }
}
