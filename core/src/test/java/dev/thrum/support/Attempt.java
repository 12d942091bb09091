package dev.thrum.support;

import dev.thrum.task.Async;
import dev.thrum.task.JoinHandle;
import dev.thrum.task.Outcome;
import dev.thrum.task.Task;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeoutException;

/**
 * Ways to give up an operation at some step of its life, and to know whether it took place: the
 * rule that an operation which was cancelled, timed out or lost a race has had no effect can be
 * tested for any operation with it.
 *
 * {@snippet :
 * Optional<Integer> received = Attempt.random(random).at(channel.receive(), random).await();
 * if (received.isPresent()) { … // it took place, and this is what it gave
 * }
 * }
 */
public enum Attempt {
    /** Awaits it to the end. */
    AWAIT {
        @Override
        public <T> Async<Optional<T>> at(Async<T> operation, int steps) {
            return operation.map(Optional::of);
        }
    },

    /** It may lose a race against a number of yields. */
    RACE {
        @Override
        public <T> Async<Optional<T>> at(Async<T> operation, int steps) {
            Async<Optional<T>> other = yields(steps).map(v -> Optional.<T>empty());
            return Async.race(operation.map(Optional::of), other);
        }
    },

    /** It may lose a race against another operation that is ready, or becomes so. */
    RACE_WITHIN_A_BLOCK {
        @Override
        public <T> Async<Optional<T>> at(Async<T> operation, int steps) {
            Async<Optional<T>> block = Async.async(() -> Optional.of(operation.await()));
            Async<Optional<T>> other = yields(steps).map(v -> Optional.<T>empty());
            return Async.race(other, block);
        }
    },

    /** It may time out. */
    TIMEOUT {
        @Override
        public <T> Async<Optional<T>> at(Async<T> operation, int steps) {
            return Async.async(() -> {
                try {
                    return Optional.of(operation.timeout(Duration.ofNanos(steps * 500L)).await());
                } catch (TimeoutException e) {
                    return Optional.<T>empty();
                }
            });
        }
    },

    /** The task that awaits it may be cancelled. */
    CANCEL {
        @Override
        public <T> Async<Optional<T>> at(Async<T> operation, int steps) {
            return Async.async(() -> {
                JoinHandle<T> handle = Task.spawn(operation);
                yields(steps).await();
                return switch (handle.cancel().await()) {
                    case Outcome.Succeeded<T>(T value) -> Optional.of(value);
                    case Outcome.Cancelled<T>() -> Optional.<T>empty();
                    case Outcome.Failed<T>(Throwable cause) -> throw rethrown(cause);
                };
            });
        }
    },

    /** It is awaited in a task that is never cancelled, through a handle whose await is. */
    SHARED {
        @Override
        public <T> Async<Optional<T>> at(Async<T> operation, int steps) {
            return Async.async(() -> {
                JoinHandle<T> handle = Task.spawn(operation);
                Async<Optional<T>> other = yields(steps).map(v -> Optional.<T>empty());
                Async.race(handle.map(Optional::of), other).await();
                return Optional.of(handle.await());
            });
        }
    };

    private static final Attempt[] ALL = values();

    /**
     * The operation, given up after about so many steps.
     *
     * @return what it gave; empty if it was given up
     */
    public abstract <T> Async<Optional<T>> at(Async<T> operation, int steps);

    /** Any of the ways. */
    public static Attempt random(SplittableRandom random) {
        return ALL[random.nextInt(ALL.length)];
    }

    /** The operation by any of the ways, given up after few steps, mostly. */
    public static <T> Async<Optional<T>> randomly(Async<T> operation, SplittableRandom random) {
        int steps = 1 << random.nextInt(7);
        return random(random).at(operation, random.nextInt(steps));
    }

    private static Async<Void> yields(int count) {
        return Async.async(() -> {
            for (int i = 0; i < count; i++) {
                Task.yieldNow().await();
            }
        });
    }

    private static Exception rethrown(Throwable cause) {
        if (cause instanceof Exception exception) {
            return exception;
        }
        throw (Error) cause;
    }
}
