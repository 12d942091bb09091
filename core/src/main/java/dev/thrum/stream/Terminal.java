package dev.thrum.stream;

import dev.thrum.task.Async;
import dev.thrum.task.AsyncConsumer;
import dev.thrum.task.Context;
import dev.thrum.task.Poll;
import dev.thrum.waiting.Owner;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BiFunction;
import java.util.stream.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream to its end and closes it, whatever happens; the result is given when all that the
 * stream had started has ended.
 */
abstract class Terminal<T, R extends @Nullable Object> implements Async<R> {
    private enum Phase {
        PULLING,
        /** What is done with an element waits. */
        WORKING,
        CLOSING,
        /** All has ended; only the result is left to give. */
        CLOSED,
        ENDED
    }

    private final Inlet<T> in;
    private Phase phase = Phase.PULLING;
    private boolean cancelled;
    private @Nullable Async<?> work;
    private @Nullable Throwable failure;

    Terminal(AsyncStream<T> stream) {
        in = new Inlet<>(stream);
    }

    /** Does something with an element; what it returns, if not null, has to be awaited. */
    abstract @Nullable Async<?> accept(T element) throws Exception;

    abstract R result() throws Exception;

    @Override
    public final Poll<R> poll(Context cx) throws Exception {
        if (phase == Phase.ENDED) {
            throw Owner.completed(this);
        }
        for (int budget = Stage.BUDGET; phase.compareTo(Phase.CLOSING) < 0; budget--) {
            if (budget == 0) {
                cx.waker().wake(); // others have their turn
                return Poll.pending();
            }
            try {
                if (!advance(cx)) {
                    return Poll.pending();
                }
            } catch (Throwable thrown) {
                failure = thrown;
                phase = Phase.CLOSING;
            }
        }
        if (!close(cx)) {
            return Poll.pending();
        }
        phase = Phase.ENDED;
        if (failure != null) {
            throw Failures.sneak(failure);
        }
        return Poll.ready(result());
    }

    /** One step of the loop; false if it has to wait. */
    private boolean advance(Context cx) throws Exception {
        Async<?> awaited = work;
        if (awaited != null) {
            if (awaited.poll(cx).isPending()) {
                return false;
            }
            work = null;
            phase = Phase.PULLING;
            if (cancelled) {
                throw new CancellationException("cancelled");
            }
        }
        Optional<T> got = in.poll(cx);
        if (got == null) {
            return false;
        }
        if (got.isEmpty()) {
            phase = Phase.CLOSING;
            return true;
        }
        work = accept(got.get());
        if (work != null) {
            phase = Phase.WORKING;
        } else if (cancelled) {
            throw new CancellationException("cancelled");
        }
        return true;
    }

    /** Whether all has ended. */
    private boolean close(Context cx) {
        if (phase == Phase.CLOSED) {
            return true;
        }
        try {
            if (!in.pollReleased(cx)) {
                return false;
            }
        } catch (Throwable thrown) {
            failure = Failures.first(failure, thrown);
        }
        phase = Phase.CLOSED;
        return true;
    }

    @Override
    public final boolean onCancel(Context cx) {
        cancelled = true;
        Async<?> awaited = work;
        boolean finished =
                switch (phase) {
                    case PULLING -> in.cancel(cx);
                    case WORKING -> awaited == null || awaited.onCancel(cx);
                    case CLOSING, CLOSED, ENDED -> false;
                };
        if (!finished) {
            return false;
        }
        Throwable cancellation = new CancellationException("cancelled");
        failure = cancellation;
        phase = Phase.CLOSING;
        if (!close(cx) || cancellation.getSuppressed().length > 0) {
            return false; // to be polled on, be it only to throw
        }
        phase = Phase.ENDED;
        return true;
    }

    @Override
    public String toString() {
        return in + "." + getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    /** {@link AsyncStream#forEach}. */
    static final class Each<T> extends Terminal<T, @Nullable Void> {
        private final AsyncConsumer<? super T> body;

        Each(AsyncStream<T> stream, AsyncConsumer<? super T> body) {
            super(stream);
            this.body = body;
        }

        @Override
        Async<?> accept(T element) {
            return body.block(element);
        }

        @Override
        @SuppressWarnings("NullAway") // a Void has no other value
        @Nullable Void result() {
            return null;
        }
    }

    /** {@link AsyncStream#fold}. */
    static final class Fold<T, R extends @Nullable Object> extends Terminal<T, R> {
        private final BiFunction<? super R, ? super T, ? extends R> combine;
        private R combined;

        Fold(
                AsyncStream<T> stream,
                R initial,
                BiFunction<? super R, ? super T, ? extends R> combine) {
            super(stream);
            this.combine = combine;
            combined = initial;
        }

        @Override
        @Nullable Async<?> accept(T element) {
            combined = combine.apply(combined, element);
            return null;
        }

        @Override
        R result() {
            return combined;
        }
    }

    /** {@link AsyncStream#collect}. */
    static final class Collect<T, A extends @Nullable Object, R extends @Nullable Object>
            extends Terminal<T, R> {
        private final Collector<? super T, A, R> collector;
        private @Nullable A container;
        private boolean begun;

        Collect(AsyncStream<T> stream, Collector<? super T, A, R> collector) {
            super(stream);
            this.collector = collector;
        }

        @Override
        @Nullable Async<?> accept(T element) {
            collector.accumulator().accept(container(), element);
            return null;
        }

        @Override
        R result() {
            return collector.finisher().apply(container());
        }

        @SuppressWarnings("NullAway") // it is an A once it was made
        private A container() {
            if (!begun) {
                container = collector.supplier().get();
                begun = true;
            }
            return container;
        }
    }
}
