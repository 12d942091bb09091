package dev.thrum.support;

import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.task.Poll;
import dev.thrum.task.Waker;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicInteger;

/** An async that is polled by hand, with its wakes counted: a task without a runtime. */
public final class Probe<T> {
    private final Async<T> async;
    private final AtomicInteger wakes = new AtomicInteger();
    private Context context = Context.of(Waker.of(wakes::incrementAndGet));
    private T value;
    private Throwable failure;
    private boolean done;

    private Probe(Async<T> async) {
        this.async = async;
    }

    /** Not polled yet. */
    public static <T> Probe<T> of(Async<T> async) {
        return new Probe<>(async);
    }

    /** Polled once. */
    public static <T> Probe<T> polled(Async<T> async) {
        Probe<T> probe = new Probe<>(async);
        probe.poll();
        return probe;
    }

    /** Polls; true if it has completed, with a value or a failure. */
    public boolean poll() {
        try {
            if (async.poll(context) instanceof Poll.Ready<T>(var ready)) {
                value = ready;
                done = true;
            }
        } catch (Throwable thrown) {
            failure = thrown;
            done = true;
        }
        return done;
    }

    /** Polls with another waker from now on. */
    public boolean pollAsAnother(Waker waker) {
        context = Context.of(waker);
        return poll();
    }

    /** Cancels as an awaiter would; true if it had no effect. */
    public boolean cancel() {
        return async.onCancel(context);
    }

    public boolean isDone() {
        return done;
    }

    public int wakes() {
        return wakes.get();
    }

    /** The value it completed with. */
    public T value() {
        if (!done || failure != null) {
            throw new NoSuchElementException("no value: " + (done ? failure : "pending"));
        }
        return value;
    }

    /** What it failed with; null if it did not. */
    public Throwable failure() {
        return failure;
    }
}
