package dev.thrum.task;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An async written by hand, pending until a test opens it. */
final class Door<T> implements Async<T> {
    final AtomicInteger polls = new AtomicInteger();
    final AtomicInteger cancels = new AtomicInteger();
    private final CountDownLatch polled = new CountDownLatch(1);
    private volatile Waker waker = Waker.noop();
    private volatile Poll<T> result = Poll.pending();
    private volatile Throwable failure;

    @Override
    public Poll<T> poll(Context cx) {
        waker = cx.waker(); // before the result is read
        polls.incrementAndGet();
        polled.countDown();
        if (failure != null) {
            throw Throwables.sneak(failure);
        }
        return result;
    }

    @Override
    public boolean onCancel(Context cx) {
        cancels.incrementAndGet();
        return true;
    }

    void open(T value) {
        result = Poll.ready(value);
        waker.wake();
    }

    void fail(Throwable with) {
        failure = with;
        waker.wake();
    }

    Waker waker() {
        return waker;
    }

    /** Waits until somebody has polled this. */
    void awaitPolled() throws InterruptedException {
        await(polled);
    }

    /** Waits for what has to come. */
    static void await(CountDownLatch latch) throws InterruptedException {
        if (!latch.await(60, TimeUnit.SECONDS)) {
            throw new AssertionError("it never happened");
        }
    }
}
