package dev.thrum.stream;

import dev.thrum.channel.Receiver;
import dev.thrum.channel.Sender;
import dev.thrum.task.Async;
import dev.thrum.task.AsyncConsumer;
import dev.thrum.task.AsyncFunction;
import dev.thrum.task.Interval;
import dev.thrum.task.Poll;
import dev.thrum.task.TaskRuntime;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.function.BiFunction;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Elements that come one after another, each when it is asked for: what Rust calls a {@code
 * Stream}.
 *
 * {@snippet :
 * try (var lines = AsyncStream.of(channel).filter(line -> !line.isBlank()).chunks(100)) {
 *     while (lines.next().await() instanceof Optional<List<String>> some && some.isPresent()) {
 *         store(some.get()).await();
 *     }
 * }
 * }
 *
 * <p><b>Pulled.</b> Nothing happens before the first {@link #next()} is polled, and an operator
 * pulls only when it is pulled; those that look ahead say so. Elements are never null.
 *
 * <p><b>For one reader.</b> A stream is read once, by one {@code next()} at a time: a second one,
 * or a {@link #close()}, while one is in progress is an {@link IllegalStateException}. It may be
 * handed on from task to task between two calls. An operator takes over what it is made from.
 *
 * <p><b>Functions</b> given to operators may await. They run in the task that reads the stream, one
 * element at a time, except in {@link #buffered}.
 *
 * <p><b>Cancellation.</b> A {@code next()} that was cancelled, timed out or lost a race has lost no
 * element. A function that it was in the midst of is cancelled, its cleanup runs, and the next
 * {@code next()} applies it to the same element again; where that will not do, use {@link
 * #buffered}, whose functions are not disturbed. Any {@code CancellationException} out of a
 * function counts as such a cancellation.
 *
 * <p><b>Failures.</b> Any other failure, of a source or a function, is thrown by {@code next()}
 * once. Then the stream has ended, and what it was made from is closed.
 *
 * <p><b>The end.</b> A stream that is read to its end, or fails, has released everything. One that
 * is left before that has to be {@linkplain #close() closed}; {@link #forEach}, {@link #toList},
 * {@link #fold} and {@link #collect} do so, also when they are cancelled.
 *
 * <p><b>Writing one by hand</b> takes nothing more than {@code next()}: {@code receiver::next} is a
 * stream, which leaves the receiver open. Operators call it one at a time, and not again after the
 * end.
 *
 * <p><b>Memory consistency.</b> What happened in one {@code next()} happens-before the following
 * one, also if another task calls that.
 *
 * @param <T> the type of the elements
 */
@FunctionalInterface
public interface AsyncStream<T> extends AutoCloseable {
    /**
     * Gives the next element, waiting for it if need be. The result is cold and good for one await.
     *
     * @return gives the element; empty at the end, as often as one asks
     */
    Async<Optional<T>> next();

    /**
     * Releases what this stream holds: closes what it was made from, and cancels what it has
     * started. From then on it is at its end. Closing it again does nothing.
     *
     * <p>Does not wait. Cleanup that has to wait goes on in the tasks that this stream has started;
     * for that of functions which run in the reader's own task, use {@link #closing()}.
     *
     * @throws IllegalStateException if a {@code next()} is in progress
     */
    @Override
    default void close() {}

    /**
     * Closes this stream, as {@link #close()}, and waits until all that it has started has ended,
     * its cleanup included. Not interrupted by cancellation.
     *
     * @return fails with what the cleanup failed with
     */
    default Async<@Nullable Void> closing() {
        return cx -> {
            close();
            return Poll.ready(null);
        };
    }

    // ---- sources ----

    /** A stream of these elements. */
    @SafeVarargs
    @SuppressWarnings("varargs") // the array is only read
    static <T> AsyncStream<T> of(T... elements) {
        return new Iterated<>(Arrays.asList(elements.clone()));
    }

    /**
     * A stream of what an iterable has. Its iterator is made by the first {@link #next()}, and must
     * not block.
     */
    static <T> AsyncStream<T> fromIterable(Iterable<? extends T> elements) {
        return new Iterated<>(Objects.requireNonNull(elements, "elements"));
    }

    /**
     * A stream of the messages of a channel, which ends when that is closed and drained. It takes
     * the receiver over: closing the stream closes the channel. If others receive from it as well,
     * {@code receiver::next} is a stream that leaves it open.
     */
    static <T> AsyncStream<T> of(Receiver<T> receiver) {
        return new Adapted<>(
                new Adapted.OfReceiver<>(Objects.requireNonNull(receiver, "receiver")));
    }

    /**
     * A stream of the ticks of a clock, without an end. A reader who comes late skips what it has
     * missed, as {@link Interval} says.
     */
    static AsyncStream<Long> of(Interval interval) {
        Objects.requireNonNull(interval, "interval");
        return new Adapted<>(() -> interval.tick().map(Optional::of));
    }

    /** As {@link #of(Flow.Publisher, int)}, with a prefetch of {@value Published#PREFETCH}. */
    static <T> AsyncStream<T> of(Flow.Publisher<? extends T> publisher) {
        return of(publisher, Published.PREFETCH);
    }

    /**
     * A stream of what a publisher publishes. The first {@link #next()} subscribes; closing cancels
     * the subscription.
     *
     * @param prefetch how many elements are requested ahead of the reader, and buffered, at most
     * @throws IllegalArgumentException if {@code prefetch} is not positive
     */
    static <T> AsyncStream<T> of(Flow.Publisher<? extends T> publisher, int prefetch) {
        Objects.requireNonNull(publisher, "publisher");
        return new Published<>(publisher, Stage.atLeastOne("prefetch", prefetch));
    }

    /**
     * A stream of what a body sends.
     *
     * {@snippet :
     * AsyncStream<Page> pages = AsyncStream.generate(out -> {
     *     for (var link = first; link != null; ) {
     *         Page page = fetch(link).await();
     *         out.send(page).await();
     *         link = page.next();
     *     }
     * });
     * }
     *
     * <p>The body runs as a task of its own on the reader's runtime, from the first {@link #next()}
     * on. A send ends when the reader has got the element, so the body is at most one element
     * ahead. The stream ends when the body ends, and fails, after the elements that were sent, with
     * what it throws, be that an {@code Error}. Closing the stream cancels it; so a stream that is
     * neither closed nor read to its end keeps that task waiting.
     */
    static <T> AsyncStream<T> generate(AsyncConsumer<? super Sender<T>> body) {
        return new Generated<>(Objects.requireNonNull(body, "body"));
    }

    // ---- operators ----

    /**
     * Each element passed through a function, which may await.
     *
     * @param function if it gives null, {@code next()} fails with {@code NullPointerException}
     */
    default <R> AsyncStream<R> map(AsyncFunction<? super T, ? extends R> function) {
        return new Mapped<>(this, Objects.requireNonNull(function, "function"));
    }

    /** Those elements for which {@code condition}, which may await, gives true. */
    default AsyncStream<T> filter(AsyncFunction<? super T, Boolean> condition) {
        return new Filtered<>(this, Objects.requireNonNull(condition, "condition"));
    }

    /**
     * The first {@code count} elements. This stream is closed with the last of them.
     *
     * @throws IllegalArgumentException if {@code count} is negative
     */
    default AsyncStream<T> take(long count) {
        if (count < 0) {
            throw new IllegalArgumentException(
                    "count is " + count + ": a stream has no elements or some");
        }
        return new Taken<>(this, count);
    }

    /**
     * The elements of both, as they come, until both have ended. When both have elements they take
     * turns. The first failure closes both.
     *
     * <p>Looks ahead: while one side gives an element the other may already wait for one of its
     * own.
     */
    default AsyncStream<T> merge(AsyncStream<? extends T> other) {
        return new Merged<>(this, Objects.requireNonNull(other, "other"));
    }

    /**
     * Passes each element through a function, for up to {@code atMost} elements at a time, and
     * gives the results in the order of the elements.
     *
     * {@snippet :
     * AsyncStream.fromIterable(uris).buffered(50, uri -> fetch(uri).await())
     * }
     *
     * <p>Each function runs as a task of its own on the reader's runtime, which also goes on while
     * nobody reads, and is not disturbed when a {@code next()} is cancelled: it is applied to each
     * element once. Its failure, be it an {@code Error}, is thrown in its element's place, after
     * the results before it, and the other tasks are cancelled. Closing the stream cancels the
     * tasks. The elements of a stream of asyncs are run by {@code buffered(n, Async::await)}.
     *
     * @param atMost how many elements are pulled ahead of the reader; those done but not read count
     * @throws IllegalArgumentException if {@code atMost} is not positive
     */
    default <R> AsyncStream<R> buffered(
            int atMost, AsyncFunction<? super T, ? extends R> function) {
        return new Buffered<>(
                this,
                Stage.atLeastOne("atMost", atMost),
                Objects.requireNonNull(function, "function"));
    }

    /**
     * Lists of {@code size} elements each; the last one may be shorter, and so may the one before a
     * failure.
     *
     * @return gives unmodifiable lists
     * @throws IllegalArgumentException if {@code size} is not positive
     */
    default AsyncStream<List<T>> chunks(int size) {
        return new Chunks<>(this, Stage.atLeastOne("size", size), null);
    }

    /**
     * As {@link #chunks(int)}, but no element waits longer than {@code maxWait} for its list to get
     * full, counted from when the list's first element was pulled.
     *
     * <p>Looks ahead: when the time is over this stream is already being asked for the next one.
     *
     * @param maxWait zero gives what is there at once
     * @throws IllegalArgumentException if {@code size} is not positive or {@code maxWait} is
     *     negative
     */
    default AsyncStream<List<T>> chunks(int size, Duration maxWait) {
        return new Chunks<>(
                this, Stage.atLeastOne("size", size), Countdown.notNegative("maxWait", maxWait));
    }

    /**
     * These elements, slowed down: an element is pulled no sooner than {@code gap} after the one
     * before was given. The first one does not wait.
     *
     * @throws IllegalArgumentException if {@code gap} is negative
     */
    default AsyncStream<T> throttle(Duration gap) {
        return new Throttled<>(this, Countdown.notNegative("gap", gap));
    }

    // ---- reading to the end ----

    /**
     * Runs a body, which may await, for one element after another, then closes this stream.
     *
     * @return fails with what this stream or the body fails with
     */
    default Async<@Nullable Void> forEach(AsyncConsumer<? super T> body) {
        return new Terminal.Each<>(this, Objects.requireNonNull(body, "body"));
    }

    /** All elements, in an unmodifiable list. */
    default Async<List<T>> toList() {
        return collect(Collectors.toUnmodifiableList());
    }

    /**
     * Combines {@code initial} with the first element, that with the second, and so on.
     *
     * @return gives the last combination; {@code initial} if there are no elements
     */
    default <R extends @Nullable Object> Async<R> fold(
            R initial, BiFunction<? super R, ? super T, ? extends R> combine) {
        return new Terminal.Fold<>(this, initial, Objects.requireNonNull(combine, "combine"));
    }

    /** All elements, as a collector of {@link java.util.stream.Collectors} puts them together. */
    default <A extends @Nullable Object, R extends @Nullable Object> Async<R> collect(
            Collector<? super T, A, R> collector) {
        return new Terminal.Collect<>(this, Objects.requireNonNull(collector, "collector"));
    }

    /** As {@link #asPublisher(TaskRuntime)}, on the current runtime. */
    default Flow.Publisher<T> asPublisher() {
        return asPublisher(TaskRuntime.current());
    }

    /**
     * This stream as a publisher, for one subscriber; further ones get an {@code
     * IllegalStateException}. Conforms to Reactive Streams 1.0.
     *
     * <p>A task of {@code runtime} reads the stream as far as the subscriber has requested, and not
     * further, so the end is noticed by the first request behind the last element. It calls the
     * subscriber, which must not block. Cancelling the subscription closes the stream; if the
     * runtime is closed, the subscriber gets a {@code CancellationException}.
     */
    default Flow.Publisher<T> asPublisher(TaskRuntime runtime) {
        return new StreamPublisher<>(this, Objects.requireNonNull(runtime, "runtime"));
    }
}
