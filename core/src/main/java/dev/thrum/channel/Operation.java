package dev.thrum.channel;

import dev.thrum.task.Context;
import dev.thrum.task.Waker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A send or a receive: what the caller awaits, and, while it waits, its place in the channel's
 * queue of waiters. So waiting allocates nothing.
 *
 * <pre>
 * state    means                                       leaves it by
 * -------  ------------------------------------------  ------------------------------------------
 * NEW      not polled yet                              a poll: to ENDED, or to WAITING
 * WAITING  in the list of waiters                      the channel: to one of the next four
 * HANDED   a receive: has been given {@link #message}  a poll: to ENDED; cancelling gives it back
 * GRANTED  a send: there is room for its message       a poll: to ENDED, or WAITING if the room is
 *                                                      gone; cancelling passes the room on
 * TAKEN    a send: its message has been received       a poll: to ENDED; too late to cancel
 * REFUSED  the channel was closed                      a poll or cancelling: to ENDED
 * ENDED    gave its result, or was cancelled           -
 * </pre>
 *
 * <p>States other than NEW and ENDED are written with the exchange's lock held, which guards the
 * fields below it as well. The task that owns this may read the state without the lock: HANDED,
 * GRANTED, TAKEN and REFUSED are not left but by its own doing.
 */
abstract class Operation<T> extends Owned {
    static final int NEW = 0;
    static final int WAITING = 1;
    static final int HANDED = 2;
    static final int GRANTED = 3;
    static final int TAKEN = 4;
    static final int REFUSED = 5;
    static final int ENDED = 6;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Operation.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Exchange<T> exchange;

    @SuppressWarnings("unused") // through STATE
    private int state;

    /** What is sent, or what was handed to a receive. */
    @Nullable T message;

    /** Whom to wake when the state leaves WAITING. */
    Waker waker = Waker.noop();

    /** Orders the sends that wait, and the messages that were handed out. */
    long ticket;

    // The neighbours in a WaitList.
    @Nullable Operation<?> previous;
    @Nullable Operation<?> next;

    Operation(Exchange<T> exchange, @Nullable T message) {
        this.exchange = exchange;
        this.message = message;
    }

    /** Acquire: what the channel wrote before the state is seen after it. */
    final int state() {
        return (int) STATE.getAcquire(this);
    }

    final void state(int state) {
        STATE.setRelease(this, state);
    }

    final void end() {
        state(ENDED);
    }

    /**
     * Checks at a poll that is not the first one that it is the owner's.
     *
     * @throws IllegalStateException if it is not, or if this has ended
     */
    final void check(int state, Context cx) {
        if (state == ENDED) {
            throw completed();
        }
        if (cx.waker() != waker) { // the same waker is the same task's
            checkOwner();
        }
    }

    /** The message, which is there: this is a send that has not ended, or was handed one. */
    final T message() {
        T present = message;
        if (present == null) {
            throw new IllegalStateException(this + " has no message; a bug in Thrum");
        }
        return present;
    }

    /** Takes the message out, so that it is kept alive no longer than its receiver wants. */
    final T takeMessage() {
        T taken = message();
        message = null;
        return taken;
    }
}
