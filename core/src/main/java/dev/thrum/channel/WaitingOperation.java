package dev.thrum.channel;

import dev.thrum.poll.Waiting;
import dev.thrum.task.Context;
import dev.thrum.task.Waker;
import dev.thrum.waiting.Owner;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A send or a receive that has to wait, from then on: its place in the channel's list of those that
 * wait, and what is polled in the place of the {@link Operation} that the caller awaited.
 *
 * <pre>
 * state    means                                       leaves it by
 * -------  ------------------------------------------  ------------------------------------------
 * WAITING  in the list                                 the channel: to one of the next four
 * HANDED   a receive: has been given {@link #message}  a poll: to ENDED; cancelling gives it back
 * GRANTED  a send: there is room for its message       a poll: to ENDED, or WAITING if the room is
 *                                                      gone; cancelling passes the room on
 * TAKEN    a send: its message has been received       a poll: to ENDED; too late to cancel
 * REFUSED  the channel was closed                      a poll or cancelling: to ENDED
 * ENDED    gave its result, or was cancelled           -
 * </pre>
 *
 * <p>States other than ENDED are written with the exchange's lock held, which guards the fields
 * below it as well. The task that owns this may read the state without the lock: HANDED, GRANTED,
 * TAKEN and REFUSED are not left but by its own doing.
 */
abstract class WaitingOperation<T> extends Waiting {
    static final byte WAITING = 0;
    static final byte HANDED = 1;
    static final byte GRANTED = 2;
    static final byte TAKEN = 3;
    static final byte REFUSED = 4;
    static final byte ENDED = 5;

    private static final VarHandle STATE;

    static {
        try {
            STATE =
                    MethodHandles.lookup()
                            .findVarHandle(WaitingOperation.class, "state", byte.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Exchange<T> exchange;

    /** Volatile for {@link Meeting#hand}; else through STATE. A byte, so that this has 48 bytes. */
    volatile byte state;

    /** What is sent, or what was handed to a receive. */
    @Nullable T message;

    /** Whom to wake when the state leaves WAITING. */
    Waker waker;

    /** Orders the sends that wait, and the messages that were handed out. */
    long ticket;

    // The neighbours in a WaitList.
    @Nullable WaitingOperation<?> previous;
    @Nullable WaitingOperation<?> next;

    /** Who has polled this, see {@link Owner}; null when it has given its message back. */
    @Nullable Object owner;

    WaitingOperation(Exchange<T> exchange, @Nullable T message, Waker waker, Object owner) {
        this.exchange = exchange;
        this.message = message;
        this.waker = waker;
        this.owner = owner;
    }

    @Override
    public abstract @Nullable Object pollValue(Object cx); // throws nothing checked

    /** Acquire: what the channel wrote before the state is seen after it. */
    final int state() {
        return (byte) STATE.getAcquire(this);
    }

    final void state(byte state) {
        STATE.setRelease(this, state);
    }

    final void end() {
        state(ENDED);
    }

    /**
     * Checks at a poll that it is the owner's.
     *
     * @throws IllegalStateException if it is not, or if this has ended
     */
    final void check(int state, Context cx) {
        if (state == ENDED) {
            throw Owner.completed(this);
        }
        if (cx.waker() != waker) { // the same waker is the same task's
            owner = Owner.check(this, owner, cx.waker());
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
