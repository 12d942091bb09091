package dev.thrum.sync;

import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.task.Poll;
import dev.thrum.task.Waker;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;
import org.openjdk.jcstress.infra.results.Z_Result;

/** How locks, permits and results pass from one to another, under the memory model. */
public final class SyncStress {

    private SyncStress() {}

    /** An operation and the waker that it is polled with. */
    private static final class Polled<T> {
        final Async<T> async;
        final AtomicInteger wakes = new AtomicInteger();
        private final Context cx = Context.of(Waker.of(wakes::incrementAndGet));

        Polled(Async<T> async) {
            this.async = async;
        }

        @Nullable T poll() {
            try {
                return async.poll(cx) instanceof Poll.Ready<T>(var value) ? value : null;
            } catch (CancellationException cancelled) {
                throw cancelled;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        /** The result as a task would get it: only if it was woken, or was ready before. */
        @Nullable T pollIfWoken(@Nullable T before) {
            return before != null ? before : wakes.get() > 0 ? poll() : null;
        }

        boolean cancel() {
            return async.onCancel(cx);
        }
    }

    /** close | lock. */
    @JCStressTest
    @Description("A lock that comes while the mutex is unlocked gets it at once, or is woken.")
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "it holds, and sees what was written")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a lost wake-up, or no happens-before")
    @State
    public static class UnlockAndLock {
        private final Mutex mutex = new Mutex();
        private final Mutex.Guard guard = mutex.tryLock().orElseThrow();
        private final Polled<Mutex.Guard> lock = new Polled<>(mutex.lock());
        private Mutex.@Nullable Guard got;
        private int plain;

        /** The holder. */
        @Actor
        public void unlock() {
            plain = 1;
            guard.close();
        }

        /** The waiter. */
        @Actor
        public void lock() {
            got = lock.poll();
        }

        /** What came of it. */
        @Arbiter
        public void after(I_Result r) {
            r.r1 = lock.pollIfWoken(got) == null ? -1 : plain;
        }
    }

    /** close | close | cancel, with one who waits behind. */
    @JCStressTest
    @Description("However unlocking and cancelling meet, the next in line gets the mutex, once.")
    @Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "held by the next, then free")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost, or held twice")
    @State
    public static class UnlockTwiceAndCancel {
        private final Mutex mutex = new Mutex();
        private final Mutex.Guard guard = mutex.tryLock().orElseThrow();
        private final Polled<Mutex.Guard> first = new Polled<>(mutex.lock());
        private final Polled<Mutex.Guard> second = new Polled<>(mutex.lock());

        /** Both wait. */
        public UnlockTwiceAndCancel() {
            first.poll();
            second.poll();
        }

        /** The holder. */
        @Actor
        public void unlock() {
            guard.close();
        }

        /** The holder's double. */
        @Actor
        public void unlockAgain() {
            guard.close();
        }

        /** The first in line leaves. */
        @Actor
        public void cancel() {
            first.cancel();
        }

        /** What came of it. */
        @Arbiter
        public void after(ZZ_Result r) {
            Mutex.Guard got = second.pollIfWoken(null);
            r.r1 = got != null && mutex.tryLock().isEmpty();
            if (got != null) {
                got.close();
            }
            r.r2 = mutex.tryLock().isPresent();
        }
    }

    /** close | tryLock and close | poll, where every queue is a convoy. */
    @JCStressTest
    @Description("One that was called gets the mutex, whoever overtakes it.")
    @Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "it holds")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a lost wake-up")
    @State
    public static class CalledAndOvertaken {
        private final Mutex mutex = new Mutex(0);
        private final Mutex.Guard guard = mutex.tryLock().orElseThrow();
        private final Polled<Mutex.Guard> waiter = new Polled<>(mutex.lock());
        private Mutex.@Nullable Guard got;
        private int wakesBefore;

        /** One waits. */
        public CalledAndOvertaken() {
            waiter.poll();
        }

        /** The holder. */
        @Actor
        public void unlock() {
            guard.close();
        }

        /** One that overtakes. */
        @Actor
        public void overtake() {
            mutex.tryLock().ifPresent(Mutex.Guard::close);
        }

        /** The waiter is polled. */
        @Actor
        public void poll() {
            wakesBefore = waiter.wakes.get();
            got = waiter.poll();
        }

        /** What came of it. */
        @Arbiter
        public void after(Z_Result r) {
            boolean woken = waiter.wakes.get() > wakesBefore;
            r.r1 = got != null || (woken && waiter.poll() != null);
        }
    }

    /** tryLock | tryLock, until both had it. */
    @JCStressTest
    @Description("Unlocking happens-before the next lock.")
    @Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "both counted")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a lost update")
    @State
    public static class Count {
        private final Mutex mutex = new Mutex();
        private int plain;

        private void count() {
            for (; ; ) {
                var guard = mutex.tryLock();
                if (guard.isPresent()) {
                    plain++;
                    guard.get().close();
                    return;
                }
                Thread.onSpinWait();
            }
        }

        /** One. */
        @Actor
        public void one() {
            count();
        }

        /** The other. */
        @Actor
        public void two() {
            count();
        }

        /** The sum. */
        @Arbiter
        public void after(I_Result r) {
            r.r1 = plain;
        }
    }

    /** close | close | acquire(2). */
    @JCStressTest
    @Description("Permits that are given back one by one serve one that wants both.")
    @Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "it holds both")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a lost wake-up, or a lost permit")
    @State
    public static class ReleaseAndAcquire {
        private final Semaphore semaphore = new Semaphore(2);
        private final Semaphore.Permit one = semaphore.tryAcquire().orElseThrow();
        private final Semaphore.Permit two = semaphore.tryAcquire().orElseThrow();
        private final Polled<Semaphore.Permit> acquire = new Polled<>(semaphore.acquire(2));
        private Semaphore.@Nullable Permit got;

        /** A holder. */
        @Actor
        public void releaseOne() {
            one.close();
        }

        /** The other holder. */
        @Actor
        public void releaseTwo() {
            two.close();
        }

        /** The waiter. */
        @Actor
        public void acquire() {
            got = acquire.poll();
        }

        /** What came of it. */
        @Arbiter
        public void after(Z_Result r) {
            r.r1 = acquire.pollIfWoken(got) != null && semaphore.availablePermits() == 0;
        }
    }

    /** close | close | cancel: is everything there? */
    @JCStressTest
    @Description("A permit is given back once, however often it is closed, and is not lost.")
    @Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "all are free")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost, or too many")
    @State
    public static class ReleaseTwiceAndCancel {
        private final Semaphore semaphore = new Semaphore(2);
        private final Semaphore.Permit permit = semaphore.tryAcquire(2).orElseThrow();
        private final Polled<Semaphore.Permit> waiter = new Polled<>(semaphore.acquire());

        /** One waits. */
        public ReleaseTwiceAndCancel() {
            waiter.poll();
        }

        /** The holder. */
        @Actor
        public void release() {
            permit.close();
        }

        /** The holder's double. */
        @Actor
        public void releaseAgain() {
            permit.close();
        }

        /** The waiter leaves. */
        @Actor
        public void cancel() {
            waiter.cancel();
        }

        /** What is there. */
        @Arbiter
        public void after(I_Result r) {
            r.r1 = semaphore.availablePermits();
        }
    }

    /** close | poll with one waker, then with another. */
    @JCStressTest
    @Description("A waiter polled again with another waker is woken by that, or sees the grant.")
    @Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "woken by the latest, or granted")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a lost wake-up")
    @State
    public static class AnotherWaker {
        private final Semaphore semaphore = new Semaphore(1);
        private final Semaphore.Permit permit = semaphore.tryAcquire().orElseThrow();
        private final Async<Semaphore.Permit> acquire = semaphore.acquire();
        private final AtomicInteger latest = new AtomicInteger();
        private boolean ready;

        /** The holder. */
        @Actor
        public void release() {
            permit.close();
        }

        /** The waiter. */
        @Actor
        public void poll() {
            ready = isReady(Waker.noop()) || isReady(Waker.of(latest::incrementAndGet));
        }

        private boolean isReady(Waker waker) {
            try {
                return acquire.poll(Context.of(waker)).isReady();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        /** What came of it. */
        @Arbiter
        public void after(Z_Result r) {
            r.r1 = ready || latest.get() > 0;
        }
    }

    /** complete | fail | poll. */
    @JCStressTest
    @Description("A promise is done once, and who awaits it is woken.")
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "one result, which is seen")
    @Outcome(expect = Expect.FORBIDDEN, desc = "two results, or a lost wake-up")
    @State
    public static class CompleteAndAwait {
        private final Promise<Integer> promise = new Promise<>();
        private final Polled<Integer> waiter = new Polled<>(promise);
        private final AtomicInteger won = new AtomicInteger();
        private @Nullable Integer got;

        /** One. */
        @Actor
        public void complete() {
            won.addAndGet(promise.complete(1) ? 1 : 0);
        }

        /** The other. */
        @Actor
        public void completeToo() {
            won.addAndGet(promise.complete(1) ? 1 : 0);
        }

        /** The awaiter. */
        @Actor
        public void poll() {
            got = waiter.poll();
        }

        /** What came of it. */
        @Arbiter
        public void after(II_Result r) {
            r.r1 = won.get();
            Integer seen = waiter.pollIfWoken(got);
            r.r2 = seen == null ? -1 : seen;
        }
    }

    /** signal | cancel, with one who waits behind. */
    @JCStressTest
    @Description("A signal reaches one that was not cancelled.")
    @Outcome(id = "true", expect = Expect.ACCEPTABLE, desc = "the second has it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a lost signal")
    @State
    public static class SignalAndCancel {
        private final Condvar condvar = new Condvar();
        private final Mutex mutex = new Mutex();
        private final Mutex.Guard guard = mutex.tryLock().orElseThrow();
        private final Polled<@Nullable Void> first = new Polled<>(condvar.waitFor(guard));
        private final Polled<@Nullable Void> second;

        /** Both wait. */
        public SignalAndCancel() {
            first.poll();
            second = new Polled<>(condvar.waitFor(mutex.tryLock().orElseThrow()));
            second.poll();
        }

        /** The signal. */
        @Actor
        public void signal() {
            condvar.signal();
        }

        /** The first leaves. */
        @Actor
        public void cancel() {
            first.cancel();
        }

        /** What came of it. */
        @Arbiter
        public void after(Z_Result r) {
            try {
                first.poll();
            } catch (CancellationException expected) {
                guard.close();
            }
            r.r1 = second.wakes.get() > 0 && mutex.tryLock().isEmpty();
        }
    }

    /** arrive | arrive. */
    @JCStressTest
    @Description("A round has one leader, and the other is woken.")
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "one leader")
    @Outcome(expect = Expect.FORBIDDEN, desc = "none or two, or a lost wake-up")
    @State
    public static class Arrive {
        private final Barrier barrier = new Barrier(2);
        private final Polled<Boolean> one = new Polled<>(barrier.arrive());
        private final Polled<Boolean> two = new Polled<>(barrier.arrive());
        private @Nullable Boolean gotOne;
        private @Nullable Boolean gotTwo;

        /** One. */
        @Actor
        public void one() {
            gotOne = one.poll();
        }

        /** The other. */
        @Actor
        public void two() {
            gotTwo = two.poll();
        }

        /** How many lead; -1 if somebody still waits. */
        @Arbiter
        public void after(I_Result r) {
            Boolean first = one.pollIfWoken(gotOne);
            Boolean second = two.pollIfWoken(gotTwo);
            r.r1 = first == null || second == null ? -1 : (first ? 1 : 0) + (second ? 1 : 0);
        }
    }
}
