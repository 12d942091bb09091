package dev.thrum.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.task.Poll;
import dev.thrum.task.Task;
import dev.thrum.task.Waker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What all operations that wait have in common, but for those of a promise. */
class OneShotRuleTest {
    /**
     * @param waiting a new operation that has to wait, of something that is the same each time
     * @param release lets the first of them go on
     */
    private record Kind(String name, Supplier<Async<?>> waiting, Runnable release) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Kind> kinds() {
        return Stream.of(mutex(), semaphore(), read(), write(), barrier(), condvar(), onceCell());
    }

    private static Kind mutex() {
        Mutex mutex = new Mutex();
        Mutex.Guard guard = mutex.tryLock().orElseThrow();
        return new Kind("Mutex.lock()", mutex::lock, guard::close);
    }

    private static Kind semaphore() {
        Semaphore semaphore = new Semaphore(2);
        Semaphore.Permit permit = semaphore.tryAcquire().orElseThrow();
        return new Kind("Semaphore.acquire(2)", () -> semaphore.acquire(2), permit::close);
    }

    private static Kind read() {
        RwLock lock = new RwLock();
        RwLock.WriteGuard guard = lock.tryWrite().orElseThrow();
        return new Kind("RwLock.read()", lock::read, guard::close);
    }

    private static Kind write() {
        RwLock lock = new RwLock();
        RwLock.ReadGuard guard = lock.tryRead().orElseThrow();
        return new Kind("RwLock.write()", lock::write, guard::close);
    }

    private static Kind barrier() {
        Barrier barrier = new Barrier(2);
        return new Kind(
                "Barrier.arrive()", barrier::arrive, () -> Polled.of(barrier.arrive()).get());
    }

    private static Kind condvar() {
        Condvar condvar = new Condvar();
        Mutex mutex = new Mutex();
        return new Kind(
                "Condvar.waitFor(guard)",
                () -> condvar.waitFor(mutex.tryLock().orElseThrow()),
                condvar::signal);
    }

    private static Kind onceCell() {
        OnceCell<String> cell = new OnceCell<>();
        Promise<String> value = new Promise<>();
        Polled<String> making = Polled.waiting(cell.getOrInit(() -> value.await()));
        return new Kind(
                "OnceCell.getOrInit(body)",
                () -> cell.getOrInit(() -> "other"),
                () -> {
                    value.complete("made");
                    making.get();
                });
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void A1_polledAfterItEnded_saysSo(Kind kind) {
        Polled<?> operation = Polled.waiting(kind.waiting().get());
        kind.release().run();
        assertThat(operation.isReady()).isTrue();
        assertThatThrownBy(operation::poll)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(kind.name())
                .hasMessageContaining("one-shot");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void A1_polledAfterItWasCancelled_saysSo(Kind kind) {
        Polled<?> operation = Polled.waiting(kind.waiting().get());
        if (!operation.cancel()) {
            assertThatThrownBy(operation::poll).isInstanceOf(CancellationException.class);
        }
        assertThatThrownBy(operation::poll)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(kind.name())
                .hasMessageContaining("one-shot");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void A1_polledByAnotherTaskWhileItWaits_saysWhoseItIs_andIsNotDisturbed(Kind kind) {
        Polled<?> operation = Polled.waiting(kind.waiting().get());
        assertThatThrownBy(() ->
                        Task.builder().name("thief").blockOn(operation.async.map(x -> "stolen")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(kind.name())
                .hasMessageContaining("thief")
                .hasMessageContaining("thread \"" + Thread.currentThread().getName() + "\"");
        kind.release().run();
        assertThat(operation.wakes()).isEqualTo(1);
        assertThat(operation.isReady()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void A1_awaitedByTwoPartsOfATaskAtOnce_saysSo_ratherThanHanging(Kind kind) {
        Async<?> operation = kind.waiting().get();
        assertThatThrownBy(() -> Task.blockOn(Async.race(operation, operation)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(kind.name())
                .hasMessageContaining("twice at once");
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void W3_itIsWokenByTheLatestWaker(Kind kind) throws Exception {
        Polled<?> operation = Polled.waiting(kind.waiting().get());
        AtomicInteger latest = new AtomicInteger();
        Poll<?> second = operation.async.poll(Context.of(Waker.of(latest::incrementAndGet)));
        assertThat(second.isPending()).isTrue();
        kind.release().run();
        assertThat(operation.wakes()).isZero();
        assertThat(latest).hasValue(1);
        assertThat(operation.isReady()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void W3_polledWithoutHavingBeenWoken_itKeepsItsPlace(Kind kind) {
        Polled<?> operation = Polled.waiting(kind.waiting().get());
        assertThat(operation.isReady()).isFalse();
        assertThat(operation.isReady()).isFalse();
        kind.release().run();
        assertThat(operation.wakes()).isEqualTo(1);
        assertThat(operation.isReady()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void P5_aWakerThatThrows_isReported_andHarmsNobody(Kind kind) throws Exception {
        AssertionError boom = new AssertionError("boom");
        List<Throwable> reported = new ArrayList<>();
        Async<?> operation = kind.waiting().get();
        Poll<?> first =
                operation.poll(
                        Context.of(
                                Waker.of(() -> {
                                    throw boom;
                                })));
        assertThat(first.isPending()).isTrue();
        Thread.currentThread().setUncaughtExceptionHandler((of, thrown) -> reported.add(thrown));
        try {
            kind.release().run();
        } finally {
            Thread.currentThread().setUncaughtExceptionHandler(null);
        }
        assertThat(operation.poll(Context.of(Waker.noop())).isReady()).isTrue();
        assertThat(reported).containsExactly(boom);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void B101_aWakerMayPollAtOnce(Kind kind) {
        AtomicBoolean ready = new AtomicBoolean();
        Async<?> operation = kind.waiting().get();
        Waker[] waker = new Waker[1];
        Runnable poll =
                () -> {
                    try {
                        ready.set(operation.poll(Context.of(waker[0])).isReady());
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                };
        waker[0] = Waker.of(poll);
        poll.run();
        assertThat(ready).isFalse();
        kind.release().run();
        assertThat(ready).isTrue();
    }

    /** The mutex's waker unlocks it in turn, and so on: nothing is held meanwhile. */
    @Test
    void B101_wakersMayUnlockWhatTheyWereHanded() {
        Mutex mutex = new Mutex();
        Mutex.Guard guard = mutex.tryLock().orElseThrow();
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int number = i;
            Async<Mutex.Guard> lock = mutex.lock();
            Waker[] waker = new Waker[1];
            Runnable poll =
                    () -> {
                        try {
                            if (lock.poll(Context.of(waker[0])) instanceof Poll.Ready(var mine)) {
                                order.add(number);
                                mine.close();
                            }
                        } catch (Exception e) {
                            throw new AssertionError(e);
                        }
                    };
            waker[0] = Waker.of(poll);
            poll.run();
        }
        guard.close();
        assertThat(order).hasSize(100).isSorted();
        assertThat(mutex).hasToString("Mutex[free, 0 waiting]");
    }
}
