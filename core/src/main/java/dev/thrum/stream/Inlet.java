package dev.thrum.stream;

import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.task.Poll;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Where a stage takes elements in: the stream it is made from, with the pull on it, which may last
 * longer than one of the stage's own, and what that gave while nobody asked.
 */
final class Inlet<S> {
    private final AsyncStream<? extends S> upstream;
    private @Nullable Async<? extends Optional<? extends S>> pull;

    /** The pull was told to cancel and has to be polled on. */
    private boolean told;

    private @Nullable Optional<S> kept;
    private boolean ended;
    private @Nullable Async<?> closing;

    /** Closing has ended. Its stage asks again while other inlets have not. */
    private boolean closed;

    Inlet(AsyncStream<? extends S> upstream) {
        this.upstream = upstream;
    }

    /** An element, the end, as often as one asks, or null if there is nothing yet. */
    @Nullable Optional<S> poll(Context cx) throws Exception {
        Optional<S> got = kept;
        if (got != null) {
            kept = null;
            return got;
        }
        return ended ? Optional.empty() : pollPull(cx);
    }

    boolean hasEnded() {
        return ended && kept == null;
    }

    @SuppressWarnings("unchecked") // an Optional only gives
    private @Nullable Optional<S> pollPull(Context cx) throws Exception {
        Async<? extends Optional<? extends S>> polled = pull;
        if (polled == null) {
            polled = Objects.requireNonNull(upstream.next(), "next() gave null");
            pull = polled;
        }
        Poll<? extends Optional<? extends S>> poll;
        try {
            poll = polled.poll(cx);
        } catch (Throwable thrown) {
            pull = null;
            told = false;
            throw thrown;
        }
        if (!(poll instanceof Poll.Ready<? extends Optional<? extends S>>(var value))) {
            return null;
        }
        pull = null;
        told = false;
        Optional<S> got = (Optional<S>) Objects.requireNonNull(value, "next() gave null");
        ended = got.isEmpty();
        return got;
    }

    /** Takes the pull back, if there is one; false if it has to be polled on. */
    boolean cancel(Context cx) {
        Async<?> cancelled = pull;
        if (cancelled == null) {
            return true;
        }
        told = told || !cancelled.onCancel(cx);
        if (!told) {
            pull = null;
        }
        return !told;
    }

    /** Polls on a pull that could not be taken back, and keeps what it gives. */
    boolean settle(Context cx) throws Exception {
        if (!told) {
            return true;
        }
        try {
            kept = pollPull(cx);
            return kept != null;
        } catch (CancellationException done) {
            return true; // that is what it was told
        }
    }

    void release(@Nullable Context last) throws Exception {
        kept = null;
        if (pull == null || last == null || cancel(last) || settle(last)) {
            upstream.close();
        } // else pollReleased has to wait for the pull
    }

    boolean pollReleased(Context cx) throws Exception {
        if (closed) {
            return true;
        }
        if (!cancel(cx) && !settle(cx)) {
            return false;
        }
        Async<?> awaited = closing;
        if (awaited == null) {
            awaited = upstream.closing();
            closing = awaited;
        }
        closed = true; // also if it throws
        closed = awaited.poll(cx).isReady();
        return closed;
    }

    @Override
    public String toString() {
        return upstream.toString();
    }
}
