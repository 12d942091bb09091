package dev.thrum.channel;

import dev.thrum.task.Async;
import dev.thrum.task.Poll;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A value that changes, and whose changes can be awaited: for state, as a configuration or a
 * progress, of which only the latest counts.
 *
 * {@snippet :
 * Watch<Integer> progress = Watch.of(0);
 * Watch.Watcher<Integer> watcher = progress.watcher();
 * Task.spawn(() -> {
 *     int done = watcher.waitFor(percent -> percent >= 100).await();
 *     IO.println("done");
 * });
 * progress.set(100);
 * }
 *
 * <p>A watcher that is slow misses the values in between, but never the latest: Tokio's {@code
 * watch} is like that. A change is a call of {@link #set} or {@link #update}, even if the new value
 * equals the old one.
 *
 * <p><b>Closing.</b> After {@link #close()} the value does not change any more. Watchers that have
 * not seen the last value get it first, and then learn of the end.
 *
 * <p><b>Cancellation.</b> An await that was cancelled, timed out or lost a race has seen nothing:
 * the next one gives the change.
 *
 * <p><b>Threads.</b> All methods may be called from any thread; none waits for other tasks. Actions
 * before a value is set happen-before those after it was got or awaited.
 *
 * @param <T> the type of the value
 */
public final class Watch<T> implements AutoCloseable {
    private final Hub hub = new Hub();

    /** The value and its number. Written with the hub's monitor held. */
    private volatile Version<T> latest;

    /** Written with the hub's monitor held. */
    private volatile boolean closed;

    private record Version<T>(T value, long number) {}

    private Watch(T initial) {
        latest = new Version<>(initial, 0);
    }

    /**
     * A watch with its first value.
     *
     * @param initial the value, not null
     * @throws NullPointerException if {@code initial} is null
     */
    public static <T> Watch<T> of(T initial) {
        return new Watch<>(Objects.requireNonNull(initial, "initial"));
    }

    /** The latest value. Costs a volatile read. */
    public T get() {
        return latest.value();
    }

    /**
     * Changes the value.
     *
     * @param value the new value, not null
     * @throws NullPointerException if {@code value} is null
     * @throws ChannelClosedException if this is closed; the value has not changed
     */
    public void set(T value) {
        Objects.requireNonNull(value, "value");
        long change;
        synchronized (hub) {
            change = setLocked(value);
        }
        hub.wake(change);
    }

    /**
     * Changes the value to what a function makes of the latest one, with no change in between.
     *
     * @param function makes the new value; called on this thread, without a lock, and again if the
     *     value was changed meanwhile: it should have no effects of its own
     * @return the new value
     * @throws NullPointerException if {@code function} is null or gives null
     * @throws ChannelClosedException if this is closed; the value has not changed
     */
    public T update(UnaryOperator<T> function) {
        Objects.requireNonNull(function, "function");
        for (; ; ) {
            Version<T> seen = latest;
            T value = Objects.requireNonNull(function.apply(seen.value()), "the new value");
            long change;
            synchronized (hub) {
                if (latest != seen) {
                    continue;
                }
                change = setLocked(value);
            }
            hub.wake(change);
            return value;
        }
    }

    private long setLocked(T value) {
        if (closed) {
            throw new ChannelClosedException(
                    "the watch is closed, its value was not changed: close a watch when nobody will"
                            + " change it any more");
        }
        latest = new Version<>(value, latest.number() + 1);
        return hub.change();
    }

    /** A new watcher, which takes the latest value as seen. */
    public Watcher<T> watcher() {
        return new Watcher<>(this, latest.number());
    }

    /** Ends the changes. Watchers that wait learn of the end. Closing it again does nothing. */
    @Override
    public void close() {
        long change;
        synchronized (hub) {
            closed = true;
            change = hub.change();
        }
        hub.wake(change);
    }

    /** Whether this is closed. */
    public boolean isClosed() {
        return closed;
    }

    /** How often it changed and who waits. Never blocks, and calls no code of the value. */
    @Override
    public String toString() {
        return "Watch["
                + latest.number()
                + " changes, "
                + hub.waiting()
                + " waiting, "
                + (closed ? "closed" : "open")
                + "]";
    }

    /**
     * One who follows the changes, and remembers which it has seen last. Meant for one task: of
     * several that share it, one or more see a change.
     *
     * @param <T> the type of the value
     */
    public static final class Watcher<T> {
        private final Watch<T> watch;

        /** The number of the last version seen. */
        private volatile long seen;

        private Watcher(Watch<T> watch, long seen) {
            this.watch = watch;
            this.seen = seen;
        }

        /** The latest value, which this watcher has seen then. */
        public T get() {
            return see(watch.latest);
        }

        private T see(Version<T> version) {
            seen = version.number();
            return version.value();
        }

        /** Whether there is a value that this watcher has not seen. */
        public boolean hasChanged() {
            return watch.latest.number() != seen;
        }

        /**
         * Awaits a value that this watcher has not seen: at once if there is one.
         *
         * @return gives the latest value, which this watcher has seen then; fails with {@link
         *     ChannelClosedException} if the watch is closed and its last value was seen
         */
        public Async<T> changed() {
            return new Change<>(
                    this,
                    "changed()",
                    version -> version.number() != seen,
                    value -> value,
                    this::failAtEnd);
        }

        /** As {@link #changed()}, but tells the end of the changes by an empty result. */
        public Async<Optional<T>> next() {
            return new Change<>(
                    this,
                    "next()",
                    version -> version.number() != seen,
                    Optional::of,
                    Optional::empty);
        }

        /**
         * Awaits a value that fulfils a condition: at once if the latest one does, seen or not.
         *
         * @param condition asked of the latest value at each poll, on the polling thread
         * @return gives that value, which this watcher has seen then; fails with {@link
         *     ChannelClosedException} if the watch is closed and its last value does not fulfil it,
         *     and with what the condition throws
         * @throws NullPointerException if {@code condition} is null
         */
        public Async<T> waitFor(Predicate<? super T> condition) {
            Objects.requireNonNull(condition, "condition");
            return new Change<>(
                    this,
                    "waitFor(…)",
                    version -> condition.test(version.value()),
                    value -> value,
                    this::failAtEnd);
        }

        private T failAtEnd() {
            throw new ChannelClosedException(
                    "the watch is closed and its last value was seen: await next() in place of"
                            + " changed(), it tells the end by an empty Optional");
        }

        /** Which watch this belongs to. Never blocks. */
        @Override
        public String toString() {
            return watch + ".watcher()";
        }
    }

    private static final class Change<T, R> extends Waiter<R> {
        private final Watcher<T> watcher;
        private final String name;
        private final Predicate<Version<T>> wanted;
        private final Function<T, R> result;
        private final Supplier<R> atEnd;

        Change(
                Watcher<T> watcher,
                String name,
                Predicate<Version<T>> wanted,
                Function<T, R> result,
                Supplier<R> atEnd) {
            super(watcher.watch.hub);
            this.watcher = watcher;
            this.name = name;
            this.wanted = wanted;
            this.result = result;
            this.atEnd = atEnd;
        }

        @Override
        Poll<R> attempt() {
            boolean last = watcher.watch.closed; // before the value, which then is the last one
            Version<T> version = watcher.watch.latest;
            if (wanted.test(version)) {
                return Poll.ready(result.apply(watcher.see(version)));
            }
            return last ? Poll.ready(atEnd.get()) : Poll.pending();
        }

        @Override
        public String toString() {
            return "Watch.Watcher." + name;
        }
    }
}
