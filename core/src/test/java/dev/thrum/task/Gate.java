package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/**
 * A hand-written async that a test opens, and that keeps count of what is done to it: of polls, of
 * cancellations, and of breaches of the rules for whoever awaits it. Tests wait for its polls
 * rather than for time.
 */
final class Gate<T> implements Async<T> {
    private final List<String> breaches = new ArrayList<>();
    private Poll<T> result = Poll.pending();
    private Throwable failure;
    private Context last;
    private Thread polling;
    private int polls;
    private int cancels;
    private boolean ended;
    private boolean polledOn;

    /** When cancelled it wants to be polled on, and ends when it is opened. */
    static <T> Gate<T> polledOn() {
        Gate<T> gate = new Gate<>();
        gate.polledOn = true;
        return gate;
    }

    @Override
    public Poll<T> poll(Context cx) throws Exception {
        synchronized (this) {
            check(polling == null, "polled by two threads at once");
            check(!ended, "polled after it ended");
            polling = Thread.currentThread();
        }
        Thread.onSpinWait(); // a moment in which a second poller would be seen
        synchronized (this) {
            polling = null;
            last = cx;
            polls++;
            notifyAll();
            if (failure != null) {
                ended = true;
                throw Throwables.<Exception>sneak(failure);
            }
            ended = result.isReady();
            return result;
        }
    }

    @Override
    public synchronized boolean onCancel(Context cx) {
        check(polling == null, "cancelled while it is polled");
        check(!ended, "cancelled after it ended");
        check(polls > 0, "cancelled before it was polled");
        check(cancels == 0, "cancelled twice");
        check(cx == last, "cancelled with another context than it was last polled with");
        cancels++;
        ended = !polledOn;
        notifyAll();
        return !polledOn;
    }

    private void check(boolean condition, String breach) {
        if (!condition) {
            breaches.add(breach);
        }
    }

    void open(T value) {
        waker(Poll.ready(value), null).wake();
    }

    void open() {
        open(null);
    }

    void fail(Throwable cause) {
        waker(Poll.pending(), cause).wake();
    }

    /** As {@link #open}, but nobody is told. */
    void openSilently(T value) {
        waker(Poll.ready(value), null);
    }

    private synchronized Waker waker(Poll<T> poll, Throwable cause) {
        result = poll;
        failure = cause;
        return last == null ? Waker.noop() : last.waker();
    }

    /** The waker of the last poll. */
    synchronized Waker waker() {
        return last.waker();
    }

    synchronized Context context() {
        return last;
    }

    synchronized int polls() {
        return polls;
    }

    synchronized int cancels() {
        return cancels;
    }

    /** Blocks until it has been polled so often. */
    synchronized void awaitPolls(int count) throws InterruptedException {
        while (polls < count) {
            wait();
        }
    }

    /** Blocks until somebody has cancelled it. */
    synchronized void awaitCancel() throws InterruptedException {
        while (cancels == 0) {
            wait();
        }
    }

    synchronized void assertRulesKept() {
        assertThat(breaches).isEmpty();
    }
}
