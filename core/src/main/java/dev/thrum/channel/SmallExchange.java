package dev.thrum.channel;

import dev.thrum.task.Waker;
import dev.thrum.waiting.Wakes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * An exchange for few messages, or none: somebody waits at most of its operations, so all of them
 * take the lock, and the messages stand in a plain ring beside it. What counts where thousands of
 * channels are in use is how many cache lines each touches: here two or three.
 */
final class SmallExchange<T> extends Exchange<T> {
    private static final VarHandle COUNT;

    static {
        try {
            COUNT = MethodHandles.lookup().findVarHandle(SmallExchange.class, "count", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final @Nullable Object[] ring;

    /** Where the oldest message is. */
    private int first;

    /** How many there are. */
    private int count;

    SmallExchange(int capacity) {
        super(capacity);
        ring = new Object[capacity];
    }

    /**
     * To who waits, or into the ring if nobody does: what the flags tell need not be looked for.
     */
    @Override
    int sendQuickly(T message) {
        int seen = flags();
        return switch (seen) {
            case RECEIVERS -> handQuickly(message);
            case 0 -> offerQuickly(message);
            default -> MessageQueue.FULL;
        };
    }

    private int handQuickly(T message) {
        if (!tryLock(RECEIVERS)) {
            return MessageQueue.FULL;
        }
        Waker waker = null;
        try {
            WaitingReceive<T, ?> receiver = firstReceiver();
            if (receiver != null && count == 0 && reserved == 0) {
                waker = hand(receiver, message);
            }
        } finally {
            try {
                unlock();
            } catch (StackOverflowError e) {
                state = (state & CLOSED) | ABANDONED;
            }
        }
        if (waker == null) {
            return MessageQueue.FULL;
        }
        try {
            Wakes.wake(waker);
        } catch (StackOverflowError e) {
            // As in unlockAndWake.
        }
        return MessageQueue.ACCEPTED;
    }

    private int offerQuickly(T message) {
        if (queued() == ring.length || !tryLock(0)) {
            return MessageQueue.FULL;
        }
        try {
            return count + reserved < ring.length ? offer(message) : MessageQueue.FULL;
        } finally {
            try {
                unlock();
            } catch (StackOverflowError e) {
                state = (state & CLOSED) | ABANDONED;
            }
        }
    }

    @Override
    @Nullable T receiveQuickly() {
        if (queued() == 0 || flags() != 0 || !tryLock(0)) {
            return null;
        }
        try {
            return poll();
        } finally {
            try {
                unlock();
            } catch (StackOverflowError e) {
                state = (state & CLOSED) | ABANDONED;
            }
        }
    }

    @Override
    @Nullable WaitingSend<T> waitQuickly(T message, Waker waker, Object owner) {
        if (flags() != 0) {
            return null;
        }
        var waiting = new WaitingSend<>(this, message, waker, owner);
        if (!tryLock(0)) {
            return null;
        }
        boolean waits = false;
        try {
            if (count + reserved >= ring.length) {
                add(waiting);
                waits = true;
            }
        } finally {
            try {
                unlock();
            } catch (StackOverflowError e) {
                state = (state & CLOSED) | ABANDONED;
            }
        }
        return waits ? waiting : null;
    }

    @Override
    @Nullable WaitingReceive<T, ?> waitQuickly(boolean optional, Waker waker, Object owner) {
        if (flags() != 0) {
            return null;
        }
        var waiting = new WaitingReceive<T, Object>(this, optional, waker, owner);
        if (!tryLock(0)) {
            return null;
        }
        boolean waits = false;
        try {
            if (count == 0) {
                add(waiting);
                waits = true;
            }
        } finally {
            try {
                unlock();
            } catch (StackOverflowError e) {
                state = (state & CLOSED) | ABANDONED;
            }
        }
        return waits ? waiting : null;
    }

    @Override
    boolean isLockToBeTaken() {
        return true;
    }

    @Override
    boolean isClosed() {
        return (flags() & CLOSED) != 0;
    }

    @Override
    int queued() {
        return (int) COUNT.getOpaque(this); // it may be asked for in a loop, without the lock
    }

    @Override
    int offer(T message) {
        int at = first + count;
        ring[at < ring.length ? at : at - ring.length] = message;
        count++;
        return MessageQueue.ACCEPTED;
    }

    @Override
    @SuppressWarnings("unchecked") // only offer writes to it
    @Nullable T poll() {
        if (count == 0) {
            return null;
        }
        Object message = ring[first];
        ring[first] = null;
        first = first + 1 == ring.length ? 0 : first + 1;
        count--;
        return (T) message;
    }

    @Override
    void markClosed() {
        raise(CLOSED);
    }
}
