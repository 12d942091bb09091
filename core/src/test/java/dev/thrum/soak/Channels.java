package dev.thrum.soak;

import dev.thrum.channel.Broadcast;
import dev.thrum.channel.Channel;
import dev.thrum.channel.LaggedException;
import dev.thrum.channel.Watch;
import dev.thrum.task.Async;
import dev.thrum.task.Task;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What is sent is received; what was not sent is not. */
final class Channels {
    private Channels() {}

    /** Messages are numbers: their sum tells whether the same were received as were sent. */
    static Subject of(String name, Channel<Long> channel) {
        return new Subject(name) {
            private final LongAdder sent = new LongAdder();
            private final LongAdder sentSum = new LongAdder();
            private final LongAdder received = new LongAdder();
            private final LongAdder receivedSum = new LongAdder();

            @Override
            Async<Void> run(Patience patience) {
                return Async.async(() -> {
                    var receivers = Task.spawn(users(3, (i, random) -> receive(i, random)));
                    users(4, (i, random) -> send(patience, random)).await();
                    channel.close();
                    receivers.await();
                    for (Optional<Long> left = take(); left.isPresent(); left = take()) {
                        count(left.get()); // what was given back after others had seen the end
                    }
                });
            }

            private Optional<Long> take() {
                return channel.size() > 0 ? channel.tryReceive() : Optional.empty();
            }

            private Async<Void> send(Patience patience, SplittableRandom random) {
                return Async.async(() -> {
                    for (long i = 0; patience.goesOn(i); i++) {
                        long message = random.nextInt(1_000_000);
                        Async<Boolean> send = channel.send(message).map(v -> true);
                        if (attempt(send, random).await().isPresent()) {
                            sent.increment();
                            sentSum.add(message);
                        }
                    }
                });
            }

            private Async<Void> receive(int number, SplittableRandom random) {
                return Async.async(() -> {
                    while (true) {
                        Optional<Optional<Long>> got = attempt(channel.next(), random).await();
                        if (got.isPresent() && got.get().isEmpty()) {
                            return;
                        }
                        got.ifPresent(message -> count(message.get()));
                    }
                });
            }

            private void count(long message) {
                received.increment();
                receivedSum.add(message);
            }

            @Override
            void checkBalance() {
                check(
                        sent.sum() == received.sum() && sentSum.sum() == receivedSum.sum(),
                        sent,
                        received,
                        channel);
                check(channel.toString().contains("0 messages, 0 receivers and 0"), channel);
            }
        };
    }

    /** What a subscriber has received and what it was told to have missed is what was sent. */
    static Subject broadcast() {
        Broadcast<Long> broadcast = Broadcast.bounded(16);
        return new Subject("Broadcast") {
            private final AtomicLong sent = new AtomicLong();
            private final AtomicBoolean balanced = new AtomicBoolean(true);

            @Override
            Async<Void> run(Patience patience) {
                return Async.async(() -> {
                    var subscribers =
                            Task.spawn(
                                    users(4, (i, random) -> follow(broadcast.subscribe(), random)));
                    while (broadcast.subscribers() < 4) {
                        Task.yieldNow().await();
                    }
                    for (long i = 0; patience.goesOn(i); i++) {
                        broadcast.send(sent.getAndIncrement());
                        Task.yieldNow().await();
                    }
                    broadcast.close();
                    subscribers.await();
                });
            }

            private Async<Void> follow(
                    Broadcast.Subscription<Long> subscription, SplittableRandom random) {
                return Async.async(() -> {
                    long next = 0;
                    while (true) {
                        try {
                            var got = attempt(subscription.next(), random).await();
                            if (got.isPresent() && got.get().isEmpty()) {
                                balanced.compareAndSet(true, next == sent.get());
                                return;
                            }
                            if (got.isPresent() && got.get().get() != next++) {
                                balanced.set(false);
                            }
                        } catch (LaggedException lagged) {
                            next += lagged.missed();
                        }
                    }
                });
            }

            @Override
            void checkBalance() {
                check(balanced.get(), sent, broadcast);
            }
        };
    }

    /** Whoever watches sees values in order, and the last one. */
    static Subject watch() {
        Watch<Long> watch = Watch.of(0L);
        return new Subject("Watch") {
            private final AtomicLong last = new AtomicLong();
            private final AtomicBoolean balanced = new AtomicBoolean(true);
            private final AtomicInteger watching = new AtomicInteger();

            @Override
            Async<Void> run(Patience patience) {
                return Async.async(() -> {
                    var watchers =
                            Task.spawn(users(4, (i, random) -> follow(watch.watcher(), random)));
                    while (watching.get() < 4) {
                        Task.yieldNow().await();
                    }
                    for (long i = 0; patience.goesOn(i); i++) {
                        watch.set(last.incrementAndGet());
                        Task.yieldNow().await();
                    }
                    watch.close();
                    watchers.await();
                });
            }

            private Async<Void> follow(Watch.Watcher<Long> watcher, SplittableRandom random) {
                return Async.async(() -> {
                    long seen = watcher.get();
                    watching.incrementAndGet();
                    while (true) {
                        var got = attempt(watcher.next(), random).await();
                        if (got.isPresent() && got.get().isEmpty()) {
                            balanced.compareAndSet(true, seen == last.get());
                            return;
                        }
                        if (got.isPresent()) {
                            balanced.compareAndSet(true, got.get().get() > seen);
                            seen = got.get().get();
                        }
                    }
                });
            }

            @Override
            void checkBalance() {
                check(balanced.get(), last, watch);
            }
        };
    }
}
