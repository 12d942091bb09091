package dev.thrum.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.task.Poll;
import dev.thrum.task.Waker;
import java.util.concurrent.atomic.AtomicInteger;

/** An operation that the test polls itself, on its own thread, and the waker that it polls with. */
final class Polled<T> implements Waker {
    final Async<T> async;
    private final Context cx = Context.of(this);
    private final AtomicInteger wakes = new AtomicInteger();

    private Polled(Async<T> async) {
        this.async = async;
    }

    static <T> Polled<T> of(Async<T> async) {
        return new Polled<>(async);
    }

    /** One that has been polled once and waits. */
    static <T> Polled<T> waiting(Async<T> async) {
        Polled<T> polled = new Polled<>(async);
        assertThat(polled.isReady()).isFalse();
        return polled;
    }

    @Override
    public void wake() {
        wakes.incrementAndGet();
    }

    int wakes() {
        return wakes.get();
    }

    Poll<T> poll() {
        try {
            return async.poll(cx);
        } catch (RuntimeException unchecked) {
            throw unchecked;
        } catch (Exception checked) {
            throw new AssertionError(checked);
        }
    }

    /** Polls; true if that gave the result, which is then gone. */
    boolean isReady() {
        return poll().isReady();
    }

    /** Polls, and gives the result, which has to be there. */
    T get() {
        Poll<T> poll = poll();
        assertThat(poll).isInstanceOf(Poll.Ready.class);
        return ((Poll.Ready<T>) poll).value();
    }

    boolean cancel() {
        return async.onCancel(cx);
    }
}
