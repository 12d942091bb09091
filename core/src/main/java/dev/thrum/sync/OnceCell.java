package dev.thrum.sync;

import dev.thrum.task.Async;
import dev.thrum.task.AsyncCallable;
import dev.thrum.task.Context;
import dev.thrum.task.Poll;
import dev.thrum.waiting.Owner;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A value that is made once, by an async block, when it is first needed.
 *
 * {@snippet :
 * private final OnceCell<Connection> connection = new OnceCell<>();
 *
 * Async<Connection> connection() {
 *     return connection.getOrInit(() -> Connection.open(address).await());
 * }
 * }
 *
 * <p>Of those who come while the value is being made, the first in line makes it if that fails or
 * is cancelled.
 *
 * <p><b>Cancellation.</b> A waiting {@link #getOrInit} that is cancelled leaves its place; if it
 * was its turn to make the value, the turn goes to the next in line. One that is making the value
 * cancels its body, lets its cleanup run, and leaves the cell empty, unless the body gives a value
 * all the same.
 *
 * <p><b>Memory consistency.</b> Actions of the body that made the value happen-before actions after
 * every {@code getOrInit} and {@code get} that gives it.
 *
 * <p><b>Cost.</b> Once the value is there, a read. Before, a short lock for each {@code getOrInit}.
 *
 * @param <T> the type of the value; {@code null} is a legal value
 */
public final class OnceCell<T extends @Nullable Object> {
    private final WaitQueue<Waiter> queue = new WaitQueue<>();

    /** Whether somebody is making the value, or has been granted the turn to. By the monitor. */
    private boolean taken;

    /** The value, as the poll that gives it. Written once, by whose turn it is. */
    private volatile @Nullable Poll<T> made;

    /** Who polls the body, while he does, so that a body that needs itself is found. */
    private volatile @Nullable Object making;

    /** An empty cell. */
    public OnceCell() {}

    /**
     * The value; if there is none yet, it is made by {@code body}, or by that of somebody who was
     * earlier.
     *
     * @param body may await; not run if the value is there
     * @return gives the value, or fails with what {@code body} throws, which leaves the cell empty.
     *     {@link IllegalStateException} if called by a body that makes the value of this very cell.
     */
    public Async<T> getOrInit(AsyncCallable<T> body) {
        return new GetOrInit<>(this, Objects.requireNonNull(body, "body"));
    }

    /**
     * The value if it has been made. Never waits. Empty also if the value is {@code null}: see
     * {@link #isInitialized}.
     */
    public Optional<T> get() {
        return made instanceof Poll.Ready<T>(var value)
                ? Optional.ofNullable(value)
                : Optional.empty();
    }

    /** Whether the value has been made. Never waits. */
    public boolean isInitialized() {
        return made != null;
    }

    /** Takes the turn and returns true; or puts the waiter in the queue; or the value is there. */
    private boolean takeTurnOrQueue(Waiter waiter) {
        synchronized (queue) {
            if (made != null || !taken) {
                taken = true;
                return true;
            }
            queue.add(waiter);
            return false;
        }
    }

    private void made(Poll<T> value) {
        Woken woken = new Woken();
        made = value;
        synchronized (queue) {
            Waiter waiter = queue.removeFirst();
            while (waiter != null) {
                woken.add(waiter);
                waiter = queue.removeFirst();
            }
            woken.grant();
        }
        woken.wake();
    }

    /** Whose turn it was has no value: it is the next one's turn. */
    private void passTurn() {
        Waiter next;
        synchronized (queue) {
            next = queue.removeFirst();
            if (next == null) {
                taken = false;
            } else {
                next.phase(Waiter.GRANTED);
            }
        }
        if (next != null) {
            next.wake();
        }
    }

    /** Takes a waiter out of the queue; false if it is not in it any more. */
    private boolean leave(Waiter waiter) {
        synchronized (queue) {
            if (waiter.phase() == Waiter.GRANTED) {
                return false;
            }
            queue.remove(waiter);
            waiter.phase(Waiter.GONE);
            return true;
        }
    }

    @Override
    public String toString() {
        String state = made != null ? "initialized" : "empty";
        return "OnceCell[" + state + ", " + queue.size() + " waiting]";
    }

    /**
     * One that wants the value: at first a waiter, then, if it has the turn and there is still no
     * value, a block that makes it.
     */
    private static final class GetOrInit<T extends @Nullable Object> implements Async<T> {
        private final OnceCell<T> cell;
        private final AsyncCallable<T> body;
        private @Nullable Waiter waiter;
        private @Nullable Async<T> block;
        private boolean ended;

        GetOrInit(OnceCell<T> cell, AsyncCallable<T> body) {
            this.cell = cell;
            this.body = body;
        }

        @Override
        public Poll<T> poll(Context cx) throws Exception {
            if (ended) {
                throw Owner.completed(this);
            }
            Waiter mine = waiter;
            boolean hasTurn;
            if (mine == null) {
                Poll<T> made = cell.made;
                if (made != null) {
                    ended = true;
                    return made;
                }
                mine = new Waiter(cx);
                Object making = cell.making;
                if (making != null && Owner.isCaller(making)) {
                    ended = true;
                    throw new IllegalStateException(
                            "the body that makes the value of a OnceCell needs that value");
                }
                waiter = mine;
                hasTurn = cell.takeTurnOrQueue(mine);
                if (hasTurn) {
                    mine.phase(Waiter.GRANTED);
                }
            } else {
                hasTurn = mine.poll(cx, this) == Waiter.GRANTED;
            }
            return hasTurn ? make(cx, mine.owner) : Poll.pending();
        }

        private Poll<T> make(Context cx, Object owner) throws Exception {
            Poll<T> made = cell.made;
            if (made != null) {
                ended = true;
                return made;
            }
            Poll<T> polled;
            cell.making = owner;
            try {
                Async<T> mine = block;
                if (mine == null) {
                    mine = Async.async(body);
                    block = mine;
                }
                polled = mine.poll(cx);
            } catch (Throwable thrown) {
                cell.making = null;
                ended = true;
                cell.passTurn();
                throw thrown;
            }
            cell.making = null;
            if (polled.isReady()) {
                ended = true;
                cell.made(polled);
            }
            return polled;
        }

        @Override
        public boolean onCancel(Context cx) {
            Waiter mine = waiter;
            Async<T> making = block;
            if (making != null) {
                boolean finished;
                try {
                    finished = making.onCancel(cx);
                } catch (Throwable thrown) {
                    ended = true;
                    cell.passTurn();
                    throw thrown;
                }
                if (!finished) {
                    return false; // its cleanup is polled on
                }
                cell.passTurn();
            } else if (mine != null && !cell.leave(mine) && cell.made == null) {
                cell.passTurn();
            }
            ended = true;
            return true;
        }

        @Override
        public String toString() {
            return "OnceCell.getOrInit(body)";
        }
    }
}
