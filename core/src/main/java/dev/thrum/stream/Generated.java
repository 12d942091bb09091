package dev.thrum.stream;

import dev.thrum.channel.Channel;
import dev.thrum.channel.Sender;
import dev.thrum.task.Async;
import dev.thrum.task.AsyncConsumer;
import dev.thrum.task.Context;
import dev.thrum.task.JoinHandle;
import dev.thrum.task.Poll;
import dev.thrum.task.Task;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link AsyncStream#generate}: a task, and the channel that it sends to. */
final class Generated<T> extends Stage<T> {
    private final Channel<T> channel;
    private final Inlet<T> in;
    private final Endings endings = new Endings();
    private @Nullable AsyncConsumer<? super Sender<T>> body;
    private @Nullable JoinHandle<@Nullable Void> task;

    Generated(AsyncConsumer<? super Sender<T>> body) {
        this(body, Channel.rendezvous());
    }

    private Generated(AsyncConsumer<? super Sender<T>> body, Channel<T> channel) {
        this(body, channel, new Inlet<>(new Adapted.OfReceiver<>(channel)));
    }

    private Generated(AsyncConsumer<? super Sender<T>> body, Channel<T> channel, Inlet<T> in) {
        super(in);
        this.body = body;
        this.channel = channel;
        this.in = in;
    }

    @Override
    @Nullable Optional<T> pollNext(Context cx) throws Exception {
        if (body != null) {
            Async<@Nullable Void> block = body.block(channel.sender());
            body = null;
            task = Task.builder().isolated().spawn(new Producing(block, channel));
        }
        Optional<T> got = in.poll(cx);
        if (got == null || got.isPresent() || task == null) {
            return got;
        }
        // It has ended, or will in a moment: with a failure, perhaps.
        return task.poll(cx).isPending() ? null : Optional.empty();
    }

    @Override
    boolean cancelNext(Context cx) {
        if (task != null) {
            task.onCancel(cx); // its end can be asked for again
        }
        return super.cancelNext(cx);
    }

    @Override
    void release(@Nullable Context last) throws Exception {
        body = null;
        if (task == null || task.isDone()) {
            super.release(last);
            return;
        }
        // The task closes the channel when it is told: a send that found it closed before would
        // fail, and the cancellation would come in the midst of the cleanup.
        endings.cancel(List.of(task));
        if (last != null) {
            in.cancel(last);
        }
    }

    @Override
    boolean pollReleased(Context cx) throws Exception {
        return endings.poll(cx) && super.pollReleased(cx);
    }

    @Override
    public String toString() {
        return "AsyncStream.generate(…)";
    }

    /** The body, whose end is the end of the channel. */
    private record Producing(Async<@Nullable Void> body, Channel<?> channel)
            implements Async<@Nullable Void> {
        @Override
        public Poll<@Nullable Void> poll(Context cx) throws Exception {
            Poll<@Nullable Void> poll;
            try {
                poll = body.poll(cx);
            } catch (Throwable thrown) {
                channel.close();
                throw thrown;
            }
            if (poll.isReady()) {
                channel.close();
            }
            return poll;
        }

        @Override
        public boolean onCancel(Context cx) {
            boolean ended = body.onCancel(cx);
            channel.close(); // a body that goes on all the same must not wait for a receiver
            return ended;
        }

        @Override
        public String toString() {
            return body.toString();
        }
    }
}
