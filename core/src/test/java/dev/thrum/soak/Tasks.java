package dev.thrum.soak;

import dev.thrum.task.Async;
import dev.thrum.task.Interval;
import dev.thrum.task.JoinHandle;
import dev.thrum.task.JoinSet;
import dev.thrum.task.Task;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** Tasks that are waited for, and clocks. */
final class Tasks {
    private Tasks() {}

    /** Each task that is spawned is taken once, whoever gives up taking. */
    static Subject joinSet() {
        JoinSet<Long> set = JoinSet.limited(3);
        return new Subject("JoinSet") {
            private final LongAdder spawned = new LongAdder();
            private final LongAdder spawnedSum = new LongAdder();
            private final LongAdder taken = new LongAdder();
            private final LongAdder takenSum = new LongAdder();
            private final AtomicLong running = new AtomicLong();
            private final AtomicLong most = new AtomicLong();

            @Override
            Async<Void> run(Patience patience) {
                return users(4, (number, random) -> spawnAndTake(patience, random));
            }

            private Async<Void> spawnAndTake(Patience patience, SplittableRandom random) {
                return Async.async(() -> {
                    for (long i = 0; patience.goesOn(i); i++) {
                        long value = random.nextInt(1_000_000);
                        set.spawn(() -> {
                            most.accumulateAndGet(running.incrementAndGet(), Math::max);
                            Task.yieldNow().await();
                            running.decrementAndGet();
                            return value;
                        });
                        spawned.increment();
                        spawnedSum.add(value);
                        count(attempt(set.next(), random).await().flatMap(taken -> taken));
                    }
                    while (set.size() > 0) {
                        count(set.next().await());
                    }
                });
            }

            private void count(Optional<JoinHandle<Long>> done) {
                if (done.isPresent()) {
                    check(done.get().isDone(), done.get());
                    taken.increment();
                    takenSum.add(done.get().toCompletableFuture().resultNow());
                }
            }

            @Override
            void checkBalance() {
                check(
                        spawned.sum() == taken.sum() && spawnedSum.sum() == takenSum.sum(),
                        spawned,
                        taken,
                        set);
                check(most.get() <= 3 && set.size() == 0, most, set);
            }
        };
    }

    /** Awaits of a handle that are given up take nothing from those who go on. */
    static Subject joinHandle() {
        return new Subject("JoinHandle") {
            private final AtomicLong wrong = new AtomicLong();

            @Override
            Async<Void> run(Patience patience) {
                return users(4, (number, random) -> join(patience, random));
            }

            private Async<Void> join(Patience patience, SplittableRandom random) {
                return Async.async(() -> {
                    for (long i = 0; patience.goesOn(i); i++) {
                        long value = i;
                        JoinHandle<Long> handle =
                                Task.spawn(() -> {
                                    for (int k = 0; k < 3; k++) {
                                        Task.yieldNow().await();
                                    }
                                    return value;
                                });
                        Optional<Long> first = attempt(handle, random).await();
                        wrong.addAndGet(first.orElse(value) == value ? 0 : 1);
                        wrong.addAndGet(handle.await() == value ? 0 : 1);
                    }
                });
            }

            @Override
            void checkBalance() {
                check(wrong.get() == 0, wrong);
            }
        };
    }

    /** Who sleeps is not woken early, whoever gives up. */
    static Subject sleep() {
        return new Subject("sleep") {
            private final AtomicLong early = new AtomicLong();

            @Override
            Async<Void> run(Patience patience) {
                return users(4, (number, random) -> nap(patience, random));
            }

            private Async<Void> nap(Patience patience, SplittableRandom random) {
                return Async.async(() -> {
                    for (long i = 0; patience.goesOn(i); i++) {
                        int nanos = random.nextInt(50_000);
                        long start = System.nanoTime();
                        Async<Boolean> sleep = Task.sleep(Duration.ofNanos(nanos)).map(v -> true);
                        boolean slept = attempt(sleep, random).await().isPresent();
                        early.addAndGet(slept && System.nanoTime() - start < nanos ? 1 : 0);
                    }
                });
            }

            @Override
            void checkBalance() {
                check(early.get() == 0, early);
            }
        };
    }

    /** Ticks are numbered in order, none is early, and one that was given up is not taken away. */
    static Subject interval() {
        long period = 20_000;
        return new Subject("Interval") {
            private final AtomicLong wrong = new AtomicLong();

            @Override
            Async<Void> run(Patience patience) {
                return users(2, (number, random) -> tick(patience, random));
            }

            private Async<Void> tick(Patience patience, SplittableRandom random) {
                return Async.async(() -> {
                    Interval interval = Task.interval(Duration.ofNanos(period));
                    long start = System.nanoTime();
                    long last = 0;
                    for (long i = 0; patience.goesOn(i); i++) {
                        Optional<Long> tick = attempt(interval.tick(), random).await();
                        if (tick.isPresent()) {
                            long elapsed = System.nanoTime() - start;
                            boolean right = tick.get() > last && tick.get() * period <= elapsed;
                            wrong.addAndGet(right ? 0 : 1);
                            last = tick.get();
                        }
                    }
                });
            }

            @Override
            void checkBalance() {
                check(wrong.get() == 0, wrong);
            }
        };
    }
}
