package dev.thrum.stream;

import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.task.TaskRuntime;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** {@link AsyncStream#asPublisher}: hands its stream to the first subscriber. */
final class StreamPublisher<T> implements Flow.Publisher<T> {
    private final AtomicReference<@Nullable AsyncStream<T>> stream;
    private final TaskRuntime runtime;

    StreamPublisher(AsyncStream<T> stream, TaskRuntime runtime) {
        this.stream = new AtomicReference<>(stream);
        this.runtime = runtime;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        AsyncStream<T> taken = stream.getAndSet(null);
        if (taken == null) {
            refuse(
                    subscriber,
                    new IllegalStateException(
                            "the stream has a subscriber already: it is read once"));
            return;
        }
        Publishing<T> publishing = new Publishing<>(taken, subscriber);
        try {
            subscriber.onSubscribe(publishing);
        } catch (Throwable ofTheSubscriber) { // against the rules (2.13)
            taken.close();
            throw ofTheSubscriber;
        }
        Async<?> end;
        try {
            end = runtime.spawn(publishing).outcome();
        } catch (Throwable notStarted) {
            taken.close();
            subscriber.onError(notStarted);
            return;
        }
        watch(publishing, end);
    }

    /**
     * A task that is cancelled before its first poll does nothing, so somebody else has to tell the
     * subscriber. Before {@link Publishing#watched} it cannot have failed: asking for the outcome
     * hides no failure from the report of those that nobody looked at.
     */
    private static void watch(Publishing<?> publishing, Async<?> end) {
        boolean ended;
        try {
            ended = end.poll(Context.of(publishing::taskEnded)).isReady();
        } catch (Exception impossible) {
            throw new IllegalStateException("an outcome throws; a bug in Thrum", impossible);
        }
        if (ended) {
            publishing.taskEnded();
        } else {
            publishing.watched();
        }
    }

    private static void refuse(Flow.Subscriber<?> subscriber, Throwable reason) {
        subscriber.onSubscribe(
                new Flow.Subscription() {
                    @Override
                    public void request(long count) {}

                    @Override
                    public void cancel() {}
                });
        subscriber.onError(reason);
    }
}
