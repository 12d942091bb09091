package dev.thrum.sync;

import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.task.Poll;
import dev.thrum.task.Waker;
import dev.thrum.waiting.Wakes;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A result that somebody will give later, once.
 *
 * {@snippet :
 * Promise<String> answer = new Promise<>();
 * Task.spawn(() -> print(answer.await()));
 * answer.complete("42");
 * }
 *
 * <p>May be awaited any number of times, before and after it is done, by any number of tasks; all
 * get the same value, or the same throwable. Any thread may complete or fail it, and does not wait
 * for that. It is not cancelled with those who await it.
 *
 * <p><b>Fair.</b> Those who wait are woken in the order in which they came.
 *
 * <p><b>Cancellation.</b> Who is cancelled while he waits is forgotten; if the result is there
 * already, it wins over the cancellation.
 *
 * <p><b>Memory consistency.</b> Actions before {@link #complete} or {@link #fail} returned true
 * happen-before actions after an await of the promise, and after {@link #isDone} returned true.
 *
 * <p><b>Cost.</b> Once it is done, a read. To wait, a short lock, and nothing else for the first
 * who waits.
 *
 * @param <T> the type of the value; {@code null} is a legal value
 */
public final class Promise<T extends @Nullable Object> implements Async<T> {
    private record Failure(Throwable cause) {}

    /** Those who wait; its monitor guards it. */
    private final Wakers wakers = new Wakers();

    /** A {@link Poll.Ready}, a {@link Failure}, or null. Written once, under the monitor. */
    private volatile @Nullable Object result;

    /** How many wait, for toString. Written under the monitor. */
    private volatile int waiting;

    /** A promise that is not done. */
    public Promise() {}

    /**
     * Gives the value.
     *
     * @return false if this promise was done already; nothing is changed then
     */
    public boolean complete(T value) {
        return settle(Poll.ready(value));
    }

    /**
     * Lets those who await this promise fail with {@code cause}, that very object.
     *
     * @return false if this promise was done already; nothing is changed then
     */
    public boolean fail(Throwable cause) {
        return settle(new Failure(Objects.requireNonNull(cause, "cause")));
    }

    /** Whether the result is there. */
    public boolean isDone() {
        return result != null;
    }

    private boolean settle(Object to) {
        List<Waker> woken;
        synchronized (wakers) {
            if (result != null) {
                return false;
            }
            result = to;
            woken = wakers.removeAll();
            waiting = 0;
        }
        for (Waker waker : woken) {
            Wakes.wake(waker);
        }
        return true;
    }

    @Override
    @SuppressWarnings("unchecked") // what complete puts in is a Ready<T>
    public Poll<T> poll(Context cx) throws Exception {
        Object seen = result;
        if (seen == null) {
            synchronized (wakers) {
                seen = result;
                if (seen == null) { // then it is settled after this, and finds the waker
                    wakers.add(cx.waker());
                    waiting = wakers.size();
                    return Poll.pending();
                }
            }
        }
        if (seen instanceof Failure(Throwable cause)) {
            throw Promise.<RuntimeException>sneak(cause);
        }
        return (Poll<T>) seen;
    }

    /** Throws {@code thrown} as it is, checked or not. */
    @SuppressWarnings("unchecked") // erased: the cast is to Throwable
    private static <E extends Throwable> RuntimeException sneak(Throwable thrown) throws E {
        throw (E) thrown;
    }

    @Override
    public boolean onCancel(Context cx) {
        synchronized (wakers) {
            wakers.remove(cx.waker());
            waiting = wakers.size();
            return result == null;
        }
    }

    @Override
    public String toString() {
        Object seen = result;
        String state =
                switch (seen) {
                    case null -> "not done, " + waiting + " waiting";
                    case Failure(Throwable cause) -> "failed: " + cause.getClass().getName();
                    default -> "completed";
                };
        return "Promise[" + state + "]";
    }
}
