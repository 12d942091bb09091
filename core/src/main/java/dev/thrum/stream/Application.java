package dev.thrum.stream;

import dev.thrum.task.Async;
import dev.thrum.task.AsyncFunction;
import dev.thrum.task.Context;
import dev.thrum.task.Poll;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * A function on its way through one element at a time. Cancelled in the midst of it, it keeps the
 * element and begins anew.
 */
final class Application<S, R> {
    private final AsyncFunction<? super S, ? extends R> function;
    private final String name;
    private @Nullable S element;
    private @Nullable Async<? extends R> work;
    private boolean told;

    /** What was done although it was told to cancel. */
    private @Nullable R kept;

    Application(AsyncFunction<? super S, ? extends R> function, String name) {
        this.function = function;
        this.name = name;
    }

    /** The element that the function is applied to, if there is one. */
    @Nullable S element() {
        return element;
    }

    void to(S next) {
        element = next;
    }

    /** The result, with which the element is done, or null if it is not there yet. */
    @Nullable R poll(Context cx, S of) throws Exception {
        R result = kept;
        if (result == null) {
            result = pollWork(cx, of);
        }
        if (result != null) {
            kept = null;
            element = null;
        }
        return result;
    }

    private @Nullable R pollWork(Context cx, S of) throws Exception {
        Async<? extends R> polled = work;
        try {
            if (polled == null) {
                polled = Async.async(function, of);
                work = polled;
            }
            Poll<? extends R> poll = polled.poll(cx);
            if (!(poll instanceof Poll.Ready<? extends R>(var result))) {
                return null;
            }
            if (result == null) {
                throw new NullPointerException("the function of " + name + " gave null for " + of);
            }
            work = null;
            told = false;
            return result;
        } catch (CancellationException cancelled) {
            work = null;
            told = false;
            throw cancelled;
        } catch (Throwable failure) {
            work = null;
            told = false;
            element = null;
            throw failure;
        }
    }

    boolean cancel(Context cx) {
        Async<?> cancelled = work;
        if (cancelled == null) {
            return true;
        }
        told = told || !cancelled.onCancel(cx);
        if (!told) {
            work = null;
        }
        return !told;
    }

    boolean settle(Context cx) throws Exception {
        S of = element;
        if (!told || of == null) {
            return true;
        }
        try {
            kept = pollWork(cx, of);
            return kept != null;
        } catch (CancellationException done) {
            return true; // that is what it was told
        }
    }
}
