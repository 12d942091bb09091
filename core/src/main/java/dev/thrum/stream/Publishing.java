package dev.thrum.stream;

import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.task.Poll;
import dev.thrum.task.Waker;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The body of the task that reads a stream for a subscriber; also the subscription, which anybody
 * may call at any time. The subscriber is called by the task alone, so one call after another; only
 * if that has ended before it was polled, by who is told of its end.
 *
 * <p>A poll sets the waker and then looks at what was asked for; who asks writes that and then
 * wakes the waker it finds: so the poll sees the wish, or the wish the waker.
 */
final class Publishing<T> implements Async<@Nullable Void>, Flow.Subscription {
    private final Inlet<T> in;

    /** How many elements are requested; {@link Long#MAX_VALUE} stands for any number. */
    private final AtomicLong requested = new AtomicLong();

    /** Not zero: a number of elements that cannot be requested, but was. */
    private volatile @Nullable Long wrong;

    private volatile boolean cancelled;

    /** Somebody looks whether the task ends; nothing is published before. */
    private volatile boolean watched;

    private volatile Waker waker = Waker.noop();

    // Touched only by the task, and when that has ended:
    private final AsyncStream<T> stream;
    private Flow.@Nullable Subscriber<? super T> subscriber;
    private @Nullable Throwable failure;

    Publishing(AsyncStream<T> stream, Flow.Subscriber<? super T> subscriber) {
        this.stream = stream;
        in = new Inlet<>(stream);
        this.subscriber = subscriber;
    }

    // ---- the subscription ----

    @Override
    public void request(long count) {
        if (count <= 0) {
            wrong = count;
        } else {
            requested.accumulateAndGet(
                    count, (old, more) -> old + more < 0 ? Long.MAX_VALUE : old + more);
        }
        waker.wake();
    }

    @Override
    public void cancel() {
        cancelled = true;
        waker.wake();
    }

    // ---- for the publisher ----

    /** Lets the task begin. */
    void watched() {
        watched = true;
        waker.wake();
    }

    /** The task has ended, perhaps without having been polled. */
    void taskEnded() {
        Flow.Subscriber<? super T> to = subscriber;
        if (to == null) {
            return;
        }
        subscriber = null;
        try {
            stream.close();
        } finally {
            if (!cancelled) {
                to.onError(closed());
            }
        }
    }

    private static CancellationException closed() {
        return new CancellationException("the runtime of the publisher is closed");
    }

    // ---- the task ----

    @Override
    public Poll<@Nullable Void> poll(Context cx) throws Exception {
        waker = cx.waker(); // before the wishes are looked at
        if (!watched) {
            return Poll.pending();
        }
        Flow.Subscriber<? super T> to = subscriber;
        if (to != null && publish(to, cx)) {
            subscriber = null;
        }
        if (subscriber != null || !in.pollReleased(cx)) {
            return Poll.pending();
        }
        waker = Waker.noop();
        if (failure != null) {
            throw Failures.sneak(failure);
        }
        return Poll.ready(null);
    }

    /** Publishes what there is; true if the subscriber gets nothing more. */
    private boolean publish(Flow.Subscriber<? super T> to, Context cx) {
        for (int budget = Stage.BUDGET; !cancelled; budget--) {
            Long mistake = wrong;
            if (mistake != null) {
                return fail(
                        to,
                        new IllegalArgumentException(
                                mistake
                                        + " elements were requested: it has to be 1 or more"
                                        + " (3.9)"));
            }
            if (requested.get() == 0) {
                return false;
            }
            if (budget == 0) {
                cx.waker().wake(); // others have their turn
                return false;
            }
            Optional<T> got;
            try {
                got = in.poll(cx);
            } catch (Throwable thrown) {
                return fail(to, thrown);
            }
            if (got == null) {
                return false;
            }
            if (publish(to, got)) {
                return true;
            }
        }
        return true;
    }

    private boolean publish(Flow.Subscriber<? super T> to, Optional<T> got) {
        try {
            if (got.isEmpty()) {
                to.onComplete();
                return true;
            }
            requested.updateAndGet(old -> old == Long.MAX_VALUE ? old : old - 1);
            to.onNext(got.get());
            return false;
        } catch (Throwable ofTheSubscriber) {
            failure = ofTheSubscriber; // against the rules (2.13): nobody but the task can tell
            return true;
        }
    }

    private boolean fail(Flow.Subscriber<? super T> to, Throwable thrown) {
        try {
            to.onError(thrown);
        } catch (Throwable ofTheSubscriber) {
            failure = ofTheSubscriber;
        }
        return true;
    }

    /** The runtime is being closed. */
    @Override
    public boolean onCancel(Context cx) {
        Flow.Subscriber<? super T> to = subscriber;
        if (to != null && !cancelled) {
            fail(to, closed());
        }
        subscriber = null;
        return false; // the stream has to be closed
    }

    @Override
    public String toString() {
        return in + ".asPublisher()";
    }
}
