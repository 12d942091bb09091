package dev.thrum.stream;

import dev.thrum.task.Async;
import dev.thrum.task.AsyncFunction;
import dev.thrum.task.Context;
import dev.thrum.task.JoinHandle;
import dev.thrum.task.Poll;
import dev.thrum.task.Task;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** {@link AsyncStream#buffered}: a queue of tasks, whose first one is awaited. */
final class Buffered<S, T> extends Stage<T> {
    private final Inlet<S> in;
    private final int atMost;
    private final AsyncFunction<? super S, ? extends T> function;
    private final Queue<JoinHandle<? extends T>> running = new ArrayDeque<>();
    private final Endings endings = new Endings();

    /** The upstream's, thrown once the elements before it are done. */
    private @Nullable Throwable failure;

    Buffered(AsyncStream<S> upstream, int atMost, AsyncFunction<? super S, ? extends T> function) {
        this(new Inlet<>(upstream), atMost, function);
    }

    private Buffered(Inlet<S> in, int atMost, AsyncFunction<? super S, ? extends T> function) {
        super(in);
        this.in = in;
        this.atMost = atMost;
        this.function = function;
    }

    @Override
    @Nullable Optional<T> pollNext(Context cx) throws Exception {
        fill(cx);
        JoinHandle<? extends T> head = running.peek();
        if (head != null) {
            return pollHead(head, cx);
        }
        if (failure != null) {
            throw Failures.sneak(failure);
        }
        return in.hasEnded() ? Optional.empty() : null;
    }

    private void fill(Context cx) {
        try {
            while (failure == null && !in.hasEnded() && running.size() < atMost) {
                Optional<S> got = in.poll(cx);
                if (got == null) {
                    return;
                }
                if (got.isPresent()) {
                    running.add(start(got.get()));
                }
            }
        } catch (CancellationException cancelled) {
            throw cancelled;
        } catch (Throwable thrown) {
            failure = thrown;
        }
    }

    private JoinHandle<? extends T> start(S element) {
        return Task.builder().isolated().spawn(Async.async(function, element));
    }

    private @Nullable Optional<T> pollHead(JoinHandle<? extends T> head, Context cx)
            throws Exception {
        Poll<? extends T> poll;
        try {
            poll = head.poll(cx);
        } catch (Throwable thrown) {
            running.remove();
            throw thrown;
        }
        if (!(poll instanceof Poll.Ready<? extends T>(var result))) {
            return null;
        }
        running.remove();
        if (result == null) {
            throw new NullPointerException("the function of buffered gave null");
        }
        return Optional.of(result);
    }

    @Override
    boolean cancelNext(Context cx) {
        JoinHandle<?> head = running.peek();
        if (head != null) {
            head.onCancel(cx); // what it has by now it will give again
        }
        return super.cancelNext(cx);
    }

    @Override
    void release(@Nullable Context last) throws Exception {
        endings.cancel(running);
        running.clear();
        super.release(last);
    }

    @Override
    boolean pollReleased(Context cx) throws Exception {
        return endings.poll(cx) && super.pollReleased(cx);
    }

    @Override
    public String toString() {
        return in + ".buffered(" + atMost + ", …)";
    }
}
