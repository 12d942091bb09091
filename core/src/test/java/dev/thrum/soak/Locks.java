package dev.thrum.soak;

import dev.thrum.sync.Barrier;
import dev.thrum.sync.Condvar;
import dev.thrum.sync.Mutex;
import dev.thrum.sync.OnceCell;
import dev.thrum.sync.Promise;
import dev.thrum.sync.RwLock;
import dev.thrum.sync.Semaphore;
import dev.thrum.task.Async;
import dev.thrum.task.Task;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** Locks are never held by more than may hold them, and free in the end. */
final class Locks {
    private Locks() {}

    /** Some acquire parts of a whole. */
    private abstract static class Held extends Subject {
        private final Object lock;
        private final int whole;
        private final AtomicInteger held = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();

        Held(String name, Object lock, int whole) {
            super(name);
            this.lock = lock;
            this.whole = whole;
        }

        /** Acquires a part; at 0, all of it. */
        abstract Async<? extends AutoCloseable> acquire(int part);

        /** How much that is. */
        abstract int size(int part);

        @Override
        final Async<Void> run(Patience patience) {
            return users(8, (number, random) -> acquireAndGiveBack(patience, random));
        }

        private Async<Void> acquireAndGiveBack(Patience patience, SplittableRandom random) {
            return Async.async(() -> {
                for (long i = 0; patience.goesOn(i); i++) {
                    int part = random.nextInt(4);
                    Async<AutoCloseable> acquire = acquire(part).map(guard -> guard);
                    Optional<AutoCloseable> got = attempt(acquire, random).await();
                    if (got.isPresent()) {
                        try (AutoCloseable guard = got.get()) {
                            most.accumulateAndGet(held.addAndGet(size(part)), Math::max);
                            Task.yieldNow().await();
                            held.addAndGet(-size(part));
                            check(guard != null);
                        }
                    }
                }
            });
        }

        @Override
        final void checkBalance() {
            check(held.get() == 0 && most.get() <= whole, held, most, lock);
            check(lock.toString().contains("0 waiting"), lock);
            check(isFree(), lock);
        }

        abstract boolean isFree();
    }

    static Subject mutex() {
        Mutex mutex = new Mutex();
        return new Held("Mutex", mutex, 1) {
            @Override
            Async<? extends AutoCloseable> acquire(int part) {
                return mutex.lock();
            }

            @Override
            int size(int part) {
                return 1;
            }

            @Override
            boolean isFree() {
                return mutex.tryLock().isPresent();
            }
        };
    }

    static Subject rwLock() {
        RwLock lock = new RwLock();
        return new Held("RwLock", lock, 100) {
            @Override
            Async<? extends AutoCloseable> acquire(int part) {
                return part == 0 ? lock.write() : lock.read();
            }

            @Override
            int size(int part) {
                return part == 0 ? 100 : 1;
            }

            @Override
            boolean isFree() {
                return lock.tryWrite().isPresent();
            }
        };
    }

    static Subject semaphore() {
        Semaphore semaphore = new Semaphore(4);
        return new Held("Semaphore", semaphore, 4) {
            @Override
            Async<? extends AutoCloseable> acquire(int part) {
                return semaphore.acquire(size(part));
            }

            @Override
            int size(int part) {
                return 4 - part;
            }

            @Override
            boolean isFree() {
                return semaphore.availablePermits() == 4;
            }
        };
    }

    /** As many leaders as meetings, and for each as many as meet. */
    static Subject barrier() {
        Barrier barrier = new Barrier(3);
        return new Subject("Barrier") {
            private final AtomicLong arrived = new AtomicLong();
            private final AtomicLong led = new AtomicLong();

            @Override
            Async<Void> run(Patience patience) {
                return users(8, (number, random) -> meet(patience, random));
            }

            private Async<Void> meet(Patience patience, SplittableRandom random) {
                return Async.async(() -> {
                    for (long i = 0; patience.goesOn(i); i++) {
                        Optional<Boolean> leads = attemptBriefly(barrier.arrive(), random).await();
                        if (leads.isPresent()) {
                            arrived.incrementAndGet();
                            led.addAndGet(leads.get() ? 1 : 0);
                        }
                    }
                });
            }

            @Override
            void checkBalance() {
                check(arrived.get() == 3 * led.get(), arrived, led, barrier);
                check(barrier.toString().contains("0 of 3 waiting"), barrier);
            }
        };
    }

    /** A signal is not lost with who was woken by it and gave up. */
    static Subject condvar() {
        Mutex mutex = new Mutex();
        Condvar condvar = new Condvar();
        return new Subject("Condvar") {
            private final AtomicLong taken = new AtomicLong();
            private long there; // guarded by the mutex, as is what follows
            private long made;
            private boolean ended;

            @Override
            Async<Void> run(Patience patience) {
                return Async.async(() -> {
                    var takers = Task.spawn(users(4, (number, random) -> takeAll(random)));
                    for (long i = 0; patience.goesOn(i); i++) {
                        try (var guard = mutex.lock().await()) {
                            check(guard != null);
                            there++;
                            made++;
                        }
                        condvar.signal();
                        Task.yieldNow().await();
                    }
                    try (var guard = mutex.lock().await()) {
                        check(guard != null);
                        ended = true;
                    }
                    condvar.signalAll();
                    takers.await();
                });
            }

            private Async<Void> takeAll(SplittableRandom random) {
                return Async.async(() -> {
                    for (boolean last = false; !last; ) {
                        last = attempt(takeOne(), random).await().orElse(false);
                    }
                });
            }

            /** Counted where it happens: a block that is given up may have come to that. */
            private Async<Boolean> takeOne() {
                return Async.async(() -> {
                    try (var guard = mutex.lock().await()) {
                        while (there == 0) {
                            if (ended) {
                                return true;
                            }
                            condvar.waitFor(guard).await();
                        }
                        there--;
                        taken.incrementAndGet();
                        return false;
                    }
                });
            }

            @Override
            void checkBalance() {
                check(there == 0 && made == taken.get(), made, taken, condvar);
                check(mutex.tryLock().isPresent(), mutex);
            }
        };
    }

    /** A cell is initialised once, though those who do it are interrupted or fail. */
    static Subject onceCell() {
        return new Subject("OnceCell") {
            private final AtomicReference<OnceCell<Object>> current =
                    new AtomicReference<>(new OnceCell<>());
            private final AtomicLong different = new AtomicLong();

            @Override
            Async<Void> run(Patience patience) {
                return users(8, (number, random) -> use(patience, random));
            }

            private Async<Void> use(Patience patience, SplittableRandom random) {
                return Async.async(() -> {
                    for (long i = 0; patience.goesOn(i); i++) {
                        OnceCell<Object> cell = current.get();
                        int yields = random.nextInt(4);
                        boolean fails = random.nextInt(4) == 0;
                        Async<Object> init =
                                cell.getOrInit(() -> {
                                    for (int k = 0; k < yields; k++) {
                                        Task.yieldNow().await();
                                    }
                                    if (fails) {
                                        throw new IllegalArgumentException("on purpose");
                                    }
                                    return new Object();
                                });
                        try {
                            Optional<Object> got = attempt(init, random).await();
                            if (got.isPresent()) {
                                boolean same = cell.get().orElse("empty") == got.get();
                                different.addAndGet(same ? 0 : 1);
                                current.compareAndSet(cell, new OnceCell<>());
                            }
                        } catch (IllegalArgumentException onPurpose) {
                            continue; // the next one initialises
                        }
                    }
                });
            }

            @Override
            void checkBalance() {
                check(different.get() == 0, different);
            }
        };
    }

    /** All who still wait for a promise get its value. */
    static Subject promise() {
        return new Subject("Promise") {
            private final AtomicReference<Promise<Long>> current =
                    new AtomicReference<>(new Promise<>());
            private final AtomicLong made = new AtomicLong();
            private final AtomicLong wrong = new AtomicLong();

            @Override
            Async<Void> run(Patience patience) {
                return Async.async(() -> {
                    var awaiters = Task.spawn(users(6, (n, random) -> wait(patience, random)));
                    while (!awaiters.isDone()) {
                        Promise<Long> promise = current.getAndSet(new Promise<>());
                        for (int i = 0; i < 8; i++) {
                            Task.yieldNow().await();
                        }
                        wrong.addAndGet(promise.complete(made.incrementAndGet()) ? 0 : 1);
                    }
                    awaiters.await();
                });
            }

            private Async<Void> wait(Patience patience, SplittableRandom random) {
                return Async.async(() -> {
                    for (long i = 0; patience.goesOn(i); i++) {
                        Promise<Long> promise = current.get();
                        Optional<Long> got = attempt(promise, random).await();
                        wrong.addAndGet(got.isPresent() && !promise.isDone() ? 1 : 0);
                    }
                });
            }

            @Override
            void checkBalance() {
                check(wrong.get() == 0, wrong, made);
            }
        };
    }
}
