package dev.thrum.sync;

import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.task.Poll;
import dev.thrum.waiting.Owner;
import org.jspecify.annotations.Nullable;

/**
 * A place where a number of tasks wait for each other; once all have arrived they go on, and the
 * next round begins.
 *
 * {@snippet :
 * if (barrier.arrive().await()) {
 *     report(); // in one of them
 * }
 * }
 *
 * <p><b>Fair.</b> A round is made of those who arrived first.
 *
 * <p><b>Cancellation.</b> An arrival that is cancelled while its round is incomplete is taken back:
 * the round waits for somebody else. One that has completed a round with others cannot be undone,
 * for the others have gone on: it counts, and its await gives the result even though it was asked
 * to cancel. A timeout, or who cancels a task, thus learns of it; in a race that somebody else has
 * won by then it is dropped with the loser.
 *
 * <p><b>Memory consistency.</b> Actions before an {@code arrive()} happen-before actions after
 * every {@code arrive()} of the same round.
 *
 * <p><b>Cost.</b> A short lock for each arrival.
 */
public final class Barrier {
    private final int parties;
    private final WaitQueue<Waiter> queue = new WaitQueue<>();

    /**
     * A barrier.
     *
     * @param parties how many make a round; with 1 nobody ever waits
     * @throws IllegalArgumentException if {@code parties} is not positive
     */
    public Barrier(int parties) {
        if (parties < 1) {
            throw new IllegalArgumentException(
                    "a barrier for " + parties + " tasks: give a number that is at least 1");
        }
        this.parties = parties;
    }

    /**
     * Arrives, and waits for the others of the round. Counts from its first poll on.
     *
     * @return gives true to the leader, which is the last of each round to arrive, and false to the
     *     others
     */
    public Async<Boolean> arrive() {
        return new Arrival(this);
    }

    /** Completes the round and returns true, or puts the waiter in the queue. */
    private boolean completeOrQueue(Waiter waiter) {
        Woken round = new Woken();
        synchronized (queue) {
            if (queue.size() + 1 < parties) {
                queue.add(waiter);
                return false;
            }
            Waiter other = queue.removeFirst();
            while (other != null) {
                round.add(other);
                other = queue.removeFirst();
            }
            round.grant();
        }
        round.wake();
        return true;
    }

    /** Takes an arrival back; false if its round is complete. */
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
        return "Barrier[" + queue.size() + " of " + parties + " waiting]";
    }

    private static final class Arrival implements Async<Boolean> {
        private final Barrier barrier;
        private @Nullable Waiter waiter;
        private boolean ended;

        Arrival(Barrier barrier) {
            this.barrier = barrier;
        }

        @Override
        public Poll<Boolean> poll(Context cx) {
            if (ended) {
                throw Owner.completed(this);
            }
            Waiter mine = waiter;
            if (mine == null) {
                mine = new Waiter(cx);
                waiter = mine;
                ended = barrier.completeOrQueue(mine);
                return ended ? Poll.ready(true) : Poll.pending();
            }
            if (mine.poll(cx, this) != Waiter.GRANTED) {
                return Poll.pending();
            }
            ended = true;
            return Poll.ready(false);
        }

        @Override
        public boolean onCancel(Context cx) {
            Waiter mine = waiter;
            if (mine == null || barrier.leave(mine)) {
                ended = true;
                return true;
            }
            return false;
        }

        @Override
        public String toString() {
            return "Barrier.arrive()";
        }
    }
}
