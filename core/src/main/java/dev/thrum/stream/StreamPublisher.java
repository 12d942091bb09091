package dev.thrum.stream;

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
        subscriber.onSubscribe(publishing);
        try {
            runtime.spawn(publishing);
        } catch (Throwable notStarted) {
            taken.close();
            subscriber.onError(notStarted);
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
