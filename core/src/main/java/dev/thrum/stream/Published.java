package dev.thrum.stream;

import dev.thrum.task.Context;
import dev.thrum.task.Waker;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * What a publisher publishes. At most {@code prefetch} elements are requested and not yet read;
 * more are requested when half of them have been read.
 */
final class Published<T> extends Stage<T> {
    static final int PREFETCH = 32;

    private final int prefetch;
    private final Subscribing<T> subscriber;
    private Flow.@Nullable Publisher<? extends T> publisher;

    /** Read and not yet requested again. */
    private int read;

    Published(Flow.Publisher<? extends T> publisher, int prefetch) {
        this.publisher = publisher;
        this.prefetch = prefetch;
        subscriber = new Subscribing<>(prefetch);
    }

    @Override
    @Nullable Optional<T> pollNext(Context cx) throws Exception {
        Flow.Publisher<? extends T> source = publisher;
        if (source != null) {
            publisher = null;
            source.subscribe(subscriber);
        }
        Optional<T> got = subscriber.poll(cx.waker());
        if (got != null && got.isPresent() && ++read > prefetch / 2) {
            subscriber.request(read);
            read = 0;
        }
        return got;
    }

    @Override
    boolean cancelNext(Context cx) {
        subscriber.forgetWaker();
        return true;
    }

    @Override
    void release(@Nullable Context last) {
        publisher = null;
        subscriber.cancel();
    }

    @Override
    public String toString() {
        return "AsyncStream";
    }

    /** The subscriber; called by any thread. What it calls, it calls without its lock. */
    static final class Subscribing<T> implements Flow.Subscriber<T> {
        private final int prefetch;

        // Guarded by this:
        private final Queue<T> elements = new ArrayDeque<>();
        private Flow.@Nullable Subscription subscription;
        private @Nullable Throwable failure;
        private Waker waker = Waker.noop();

        /** Nothing more will come. */
        private boolean done;

        Subscribing(int prefetch) {
            this.prefetch = prefetch;
        }

        // ---- for the publisher ----

        @Override
        public void onSubscribe(Flow.Subscription given) {
            Objects.requireNonNull(given, "subscription");
            boolean refused;
            synchronized (this) {
                refused = done || subscription != null;
                if (!refused) {
                    subscription = given;
                }
            }
            if (refused) {
                given.cancel();
            } else {
                given.request(prefetch);
            }
        }

        @Override
        public void onNext(T element) {
            Objects.requireNonNull(element, "element");
            Flow.Subscription violated;
            Waker woken;
            synchronized (this) {
                if (done) {
                    return;
                }
                violated = elements.size() == prefetch ? subscription : null;
                if (violated == null) {
                    elements.add(element);
                }
                woken = waker;
            }
            if (violated != null) {
                violated.cancel();
                end(
                        new IllegalStateException(
                                "the publisher publishes more than the "
                                        + prefetch
                                        + " elements that were requested"));
            } else {
                woken.wake();
            }
        }

        @Override
        public void onError(Throwable thrown) {
            end(Objects.requireNonNull(thrown, "thrown"));
        }

        @Override
        public void onComplete() {
            end(null);
        }

        private void end(@Nullable Throwable thrown) {
            Waker woken;
            synchronized (this) {
                if (done) {
                    return;
                }
                done = true;
                failure = thrown;
                subscription = null;
                woken = waker;
            }
            woken.wake();
        }

        // ---- for the stream ----

        private @Nullable Optional<T> poll(Waker latest) throws Exception {
            Throwable thrown;
            synchronized (this) {
                waker = latest;
                T element = elements.poll();
                if (element != null) {
                    return Optional.of(element);
                }
                if (!done) {
                    return null;
                }
                thrown = failure;
            }
            if (thrown != null) {
                throw Failures.sneak(thrown);
            }
            return Optional.empty();
        }

        private synchronized void forgetWaker() {
            waker = Waker.noop();
        }

        void request(long count) {
            Flow.Subscription asked;
            synchronized (this) {
                asked = subscription;
            }
            if (asked != null) {
                asked.request(count);
            }
        }

        private void cancel() {
            Flow.Subscription cancelled;
            synchronized (this) {
                cancelled = subscription;
                subscription = null;
                done = true;
                elements.clear();
                waker = Waker.noop();
            }
            if (cancelled != null) {
                cancelled.cancel();
            }
        }
    }
}
