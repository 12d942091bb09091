package dev.thrum.sync;

import static dev.thrum.sync.Tasks.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thrum.task.JoinHandle;
import dev.thrum.task.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SemaphoreTest {
    private final Semaphore semaphore = new Semaphore(3);

    @Test
    void S9_permitsAreTakenAndGivenBack() {
        Semaphore.Permit one = Polled.of(semaphore.acquire()).get();
        Semaphore.Permit two = Polled.of(semaphore.acquire(2)).get();
        assertThat(one.count()).isEqualTo(1);
        assertThat(two.count()).isEqualTo(2);
        assertThat(semaphore.availablePermits()).isZero();
        two.close();
        assertThat(semaphore.availablePermits()).isEqualTo(2);
        one.close();
        assertThat(semaphore.availablePermits()).isEqualTo(3);
    }

    @Test
    void S9_tryAcquireGivesAPermitOrNothing() {
        Semaphore.Permit all = semaphore.tryAcquire(3).orElseThrow();
        assertThat(semaphore.tryAcquire()).isEmpty();
        all.close();
        assertThat(semaphore.tryAcquire()).isPresent();
        assertThat(semaphore.tryAcquire(3)).isEmpty();
        assertThat(semaphore.tryAcquire(2)).isPresent();
    }

    @Test
    void S9_waitersAreServedInOrder() {
        Semaphore.Permit all = semaphore.tryAcquire(3).orElseThrow();
        Polled<Semaphore.Permit> first = Polled.waiting(semaphore.acquire(2));
        Polled<Semaphore.Permit> second = Polled.waiting(semaphore.acquire(2));
        Polled<Semaphore.Permit> third = Polled.waiting(semaphore.acquire());
        all.close();
        assertThat(second.isReady()).isFalse();
        assertThat(third.isReady()).isFalse();
        Semaphore.Permit held = first.get();
        held.close();
        assertThat(second.get().count()).isEqualTo(2);
        assertThat(third.get().count()).isEqualTo(1);
    }

    @Test
    void S9_aLargeAcquireIsNotStarvedBySmallOnes() {
        Semaphore.Permit one = semaphore.tryAcquire().orElseThrow();
        Polled<Semaphore.Permit> large = Polled.waiting(semaphore.acquire(3));
        Polled<Semaphore.Permit> small = Polled.waiting(semaphore.acquire());
        assertThat(semaphore.tryAcquire()).isEmpty();
        assertThat(semaphore.availablePermits()).isEqualTo(2);
        one.close();
        assertThat(small.isReady()).isFalse();
        Semaphore.Permit all = large.get();
        assertThat(semaphore.availablePermits()).isZero();
        all.close();
        small.get().close();
        assertThat(semaphore.availablePermits()).isEqualTo(3);
    }

    @Test
    void S9_oneReleaseServesAllForWhomItIsEnough() {
        Semaphore.Permit all = semaphore.tryAcquire(3).orElseThrow();
        List<Polled<Semaphore.Permit>> waiters = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            waiters.add(Polled.waiting(semaphore.acquire()));
        }
        all.close();
        assertThat(waiters).extracting(Polled::wakes).containsExactly(1, 1, 1, 0);
    }

    @Test
    void S9_aPermitMayBeClosedMoreThanOnce_andByAnotherThread() throws Exception {
        Semaphore.Permit permit = semaphore.tryAcquire(2).orElseThrow();
        Thread.ofPlatform().start(permit::close).join();
        permit.close();
        assertThat(semaphore.availablePermits()).isEqualTo(3);
    }

    @Test
    void S9_theBoundHoldsUnderLoad() {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Task.blockOn(() -> {
            List<JoinHandle<?>> tasks = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                int count = 1 + i % 3;
                tasks.add(
                        Task.spawn(() -> {
                            for (int k = 0; k < 50; k++) {
                                try (var _ = semaphore.acquire(count).await()) {
                                    most.accumulateAndGet(inside.addAndGet(count), Math::max);
                                    Task.yieldNow().await();
                                    inside.addAndGet(-count);
                                }
                            }
                        }));
            }
            for (var task : tasks) {
                task.await();
            }
        });
        assertThat(most).hasValue(3);
        assertThat(semaphore).hasToString("Semaphore[3 of 3 free, 0 waiting]");
    }

    @Test
    void C2_cancelledWhileWaiting_leavesItsPlace_andThoseBehindItAreServed() {
        Semaphore.Permit two = semaphore.tryAcquire(2).orElseThrow();
        Polled<Semaphore.Permit> large = Polled.waiting(semaphore.acquire(3));
        Polled<Semaphore.Permit> small = Polled.waiting(semaphore.acquire());
        assertThat(large.cancel()).isTrue();
        assertThat(small.wakes()).isEqualTo(1);
        small.get().close();
        two.close();
        assertThat(semaphore.availablePermits()).isEqualTo(3);
    }

    @Test
    void C2_cancelledAfterItWasHandedOver_passesItOn() {
        Semaphore.Permit all = semaphore.tryAcquire(3).orElseThrow();
        Polled<Semaphore.Permit> first = Polled.waiting(semaphore.acquire(3));
        Polled<Semaphore.Permit> second = Polled.waiting(semaphore.acquire(2));
        all.close();
        assertThat(second.wakes()).isZero();
        assertThat(first.cancel()).isTrue();
        assertThat(second.wakes()).isEqualTo(1);
        second.get().close();
        assertThat(semaphore.availablePermits()).isEqualTo(3);
    }

    @Test
    void C2_cancelledAfterItWasHandedOver_withNobodyBehind_givesItBack() {
        Semaphore.Permit all = semaphore.tryAcquire(3).orElseThrow();
        Polled<Semaphore.Permit> first = Polled.waiting(semaphore.acquire(2));
        all.close();
        assertThat(semaphore.availablePermits()).isEqualTo(1);
        assertThat(first.cancel()).isTrue();
        assertThat(semaphore.availablePermits()).isEqualTo(3);
    }

    @Test
    void S9_nothingIsTakenBeforeTheFirstPoll() {
        var unused = semaphore.acquire(3);
        assertThat(semaphore.availablePermits()).isEqualTo(3);
        assertThat(unused).hasToString("Semaphore.acquire(3)");
    }

    @Test
    void S9_acquiringNoneTakesNone_inTurn() {
        Polled.of(semaphore.acquire(0)).get().close();
        Semaphore.Permit all = semaphore.tryAcquire(3).orElseThrow();
        Polled<Semaphore.Permit> one = Polled.waiting(semaphore.acquire(1));
        Polled<Semaphore.Permit> none = Polled.waiting(semaphore.acquire(0));
        all.close();
        one.get().close();
        none.get().close();
        assertThat(semaphore.availablePermits()).isEqualTo(3);
    }

    @Test
    void S10_aNegativeNumberIsRefused_withItsValue() {
        assertThatThrownBy(() -> new Semaphore(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
        assertThatThrownBy(() -> semaphore.acquire(-2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-2");
        assertThatThrownBy(() -> semaphore.tryAcquire(-3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-3");
    }

    @Test
    void S10_moreThanThereAreIsRefused_forItWouldWaitForEver() {
        assertThatThrownBy(() -> semaphore.acquire(4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4")
                .hasMessageContaining("3");
        assertThatThrownBy(() -> semaphore.tryAcquire(4))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void S9_ofASemaphoreWithoutPermitsNothingIsEverAcquired() {
        Semaphore none = new Semaphore(0);
        Polled<Semaphore.Permit> waiter = Polled.waiting(none.acquire());
        assertThat(none.tryAcquire()).isEmpty();
        assertThat(none).hasToString("Semaphore[0 of 0 free, 1 waiting]");
        assertThat(waiter.cancel()).isTrue();
        assertThat(waiting(none)).isZero();
    }

    @Test
    void S9_asManyPermitsAsAnIntHolds() {
        Semaphore most = new Semaphore(Integer.MAX_VALUE);
        Semaphore.Permit all = most.tryAcquire(Integer.MAX_VALUE).orElseThrow();
        assertThat(most.availablePermits()).isZero();
        Polled<Semaphore.Permit> again = Polled.waiting(most.acquire(Integer.MAX_VALUE));
        all.close();
        again.get().close();
        assertThat(most.availablePermits()).isEqualTo(Integer.MAX_VALUE);
    }
}
