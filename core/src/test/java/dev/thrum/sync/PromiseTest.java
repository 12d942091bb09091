package dev.thrum.sync;

import static dev.thrum.sync.Tasks.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.task.JoinHandle;
import dev.thrum.task.Task;
import dev.thrum.task.Waker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PromiseTest {
    private final Promise<String> promise = new Promise<>();

    @Test
    void S9_completeGivesTheValue_onceAndForAll() {
        assertThat(promise.isDone()).isFalse();
        assertThat(promise.complete("one")).isTrue();
        assertThat(promise.complete("two")).isFalse();
        assertThat(promise.fail(new IOException())).isFalse();
        assertThat(promise.isDone()).isTrue();
        assertThat(Task.blockOn(promise)).isEqualTo("one");
        assertThat(Task.blockOn(promise)).isEqualTo("one");
        assertThat(promise).hasToString("Promise[completed]");
    }

    @Test
    void S9_failGivesTheThrowable_theSameObjectToEveryAwaiter() {
        IOException cause = new IOException("no");
        assertThat(promise.fail(cause)).isTrue();
        assertThat(promise.complete("late")).isFalse();
        for (int i = 0; i < 2; i++) {
            Task.blockOn(() -> {
                try {
                    promise.await();
                    throw new AssertionError("it has failed");
                } catch (IOException caught) {
                    assertThat(caught).isSameAs(cause);
                }
            });
        }
        assertThat(promise).hasToString("Promise[failed: java.io.IOException]");
    }

    @Test
    void S9_itMayFailWithAnError() {
        AssertionError cause = new AssertionError("boom");
        promise.fail(cause);
        assertThatThrownBy(() -> Task.blockOn(promise)).isSameAs(cause);
    }

    @Test
    void A1_manyTasksAwaitIt_manyTimes() {
        AtomicInteger sum = new AtomicInteger();
        Task.blockOn(() -> {
            List<JoinHandle<?>> tasks = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                tasks.add(
                        Task.spawn(() -> {
                            sum.addAndGet(promise.await().length());
                            sum.addAndGet(promise.await().length());
                        }));
            }
            Tasks.untilWaiting(1_000, promise).await();
            promise.complete("seven..");
            for (var task : tasks) {
                task.await();
            }
        });
        assertThat(sum).hasValue(14_000);
    }

    @Test
    void A1_oneTaskAwaitsItInSeveralPlacesAtOnce() {
        assertThat(
                        Task.blockOn(() -> {
                            Task.spawn(() -> promise.complete("both"));
                            return Async.join(promise, promise, (a, b) -> a == b).await();
                        }))
                .isTrue();
    }

    @Test
    void A6_nullIsALegalValue() {
        Promise<String> none = new Promise<>();
        assertThat(none.complete(null)).isTrue();
        assertThat(none.isDone()).isTrue();
        assertThat(none.complete("late")).isFalse();
        assertThat(Task.blockOn(none)).isNull();
    }

    @Test
    void S9_thoseWhoWaitAreWokenInOrder() {
        List<Integer> woken = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            int number = i;
            poll(promise, Waker.of(() -> woken.add(number)));
        }
        promise.complete("go");
        assertThat(woken).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void W3_polledAgainWithTheSameWaker_itIsWokenOnce() {
        AtomicInteger wakes = new AtomicInteger();
        Waker waker = Waker.of(wakes::incrementAndGet);
        poll(promise, waker);
        poll(promise, waker);
        assertThat(waiting(promise)).isEqualTo(1);
        promise.complete("go");
        assertThat(wakes).hasValue(1);
    }

    private static void poll(Promise<String> promise, Waker waker) {
        try {
            assertThat(promise.poll(Context.of(waker)).isPending()).isTrue();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void C2_cancelledWhileWaiting_isForgotten() {
        Polled<String> first = Polled.waiting(promise);
        Polled<String> second = Polled.waiting(promise);
        Polled<String> third = Polled.waiting(promise);
        assertThat(first.cancel()).isTrue();
        assertThat(waiting(promise)).isEqualTo(2);
        assertThat(third.cancel()).isTrue();
        promise.complete("go");
        assertThat(first.wakes() + third.wakes()).isZero();
        assertThat(second.wakes()).isEqualTo(1);
    }

    @Test
    void C2_theOnlyOneCancelledWhileWaiting_isForgotten() {
        Polled<String> only = Polled.waiting(promise);
        assertThat(only.cancel()).isTrue();
        assertThat(promise).hasToString("Promise[not done, 0 waiting]");
    }

    @Test
    void C2_aResultThatIsThereWinsOverTheCancellation() {
        Polled<String> waiter = Polled.waiting(promise);
        promise.complete("there");
        assertThat(waiter.cancel()).isFalse();
        assertThat(waiter.get()).isEqualTo("there");
    }

    @Test
    void C2_cancellingOneAwaiterLeavesThePromiseToTheOthers() {
        Task.blockOn(() -> {
            var cancelled = Task.spawn(() -> promise.await());
            var other = Task.spawn(() -> promise.await());
            Tasks.untilWaiting(2, promise).await();
            cancelled.cancel().await();
            assertThat(waiting(promise)).isEqualTo(1);
            assertThatThrownBy(cancelled::join).isInstanceOf(CancellationException.class);
            promise.complete("go");
            assertThat(other.await()).isEqualTo("go");
        });
    }

    @Test
    void A7_waitsThatTimeOutLeaveNothing() {
        Task.blockOn(() -> {
            for (int i = 0; i < 100; i++) {
                try {
                    promise.timeout(Duration.ofNanos(1)).await();
                    throw new AssertionError("nobody completes it");
                } catch (TimeoutException expected) {
                    assertThat(waiting(promise)).isZero();
                }
            }
        });
    }

    @Test
    void B97_ofManyWhoCompleteIt_oneWins() throws Exception {
        for (int round = 0; round < 200; round++) {
            Promise<Integer> contended = new Promise<>();
            AtomicInteger winners = new AtomicInteger();
            Thread[] threads = new Thread[4];
            for (int i = 0; i < threads.length; i++) {
                int number = i;
                threads[i] =
                        Thread.ofVirtual()
                                .start(() -> {
                                    if (contended.complete(number)) {
                                        winners.incrementAndGet();
                                        assertThat(Task.blockOn(contended)).isEqualTo(number);
                                    }
                                });
            }
            Task.blockOn(contended);
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(winners).hasValue(1);
        }
    }

    @Test
    void S10_aNullCauseIsRefused() {
        assertThatThrownBy(() -> promise.fail(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("cause");
    }
}
