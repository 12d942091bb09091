package dev.thrum.sync;

import dev.thrum.poll.Pollable;
import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.task.Poll;
import dev.thrum.waiting.Owner;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The taking of permits, and then the guard that holds them: one object for both.
 *
 * <pre>
 * stage     claim   meaning                  changes to
 * NEW       null    not yet polled           WAITING, HELD
 * WAITING   set     in the queue, or granted HELD, ENDED
 * HELD      null    the guard was given out  ENDED
 * ENDED     null    closed, or cancelled     –
 * </pre>
 *
 * <p>The stage belongs to the polling thread up to HELD; from then on whoever closes changes it, by
 * a compare-and-set, so that the permits are given back once.
 *
 * @param <G> the type of the guard; {@code this} is one
 */
abstract class Acquisition<G> extends Pollable implements Async<G> {
    private static final int NEW = 0;
    private static final int WAITING = 1;
    private static final int HELD = 2;
    private static final int ENDED = 3;
    private static final VarHandle STAGE;

    static {
        try {
            STAGE = MethodHandles.lookup().findVarHandle(Acquisition.class, "stage", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Permits permits;
    final int count;
    private Permits.@Nullable Claim claim;

    private int stage = NEW;

    Acquisition(Permits permits, int count) {
        this.permits = permits;
        this.count = count;
    }

    /** This, as the guard that it is. */
    abstract G guard();

    /** How the operation is called by its user. */
    abstract String operation();

    /** Takes the permits if that needs no waiting; then this is the guard. */
    final boolean tryNow() {
        if (permits.tryTake(count)) {
            stage = HELD;
            return true;
        }
        return false;
    }

    @Override
    public final Poll<G> poll(Context cx) {
        return pollValue(cx) == PENDING ? Poll.pending() : Poll.ready(guard());
    }

    @Override
    public final @Nullable Object pollValue(Object context) {
        Context cx = (Context) context;
        if (stage == NEW) {
            return tryNow() ? guard() : queueUp(cx);
        }
        Permits.Claim mine = claim;
        if (mine == null) {
            throw Owner.completed(operation());
        }
        boolean granted = mine.poll(cx, operation()) == Waiter.GRANTED || permits.isGranted(mine);
        return granted ? hold() : PENDING;
    }

    private @Nullable Object queueUp(Context cx) {
        Permits.Claim mine = new Permits.Claim(cx, count);
        stage = WAITING;
        claim = mine;
        return permits.takeOrQueue(mine) ? hold() : PENDING;
    }

    private @Nullable Object hold() {
        claim = null; // and with it the task and its waker
        stage = HELD;
        return guard();
    }

    @Override
    public final boolean onCancel(Context cx) {
        Permits.Claim mine = claim;
        if (mine != null) {
            claim = null;
            stage = ENDED;
            permits.leave(mine);
        }
        return true;
    }

    /** Gives the permits back, the first time that it is called on a guard. */
    public final void close() {
        if (isHeld() && STAGE.compareAndSet(this, HELD, ENDED)) {
            permits.give(count);
        }
    }

    private boolean isHeld() {
        return (int) STAGE.getOpaque(this) == HELD; // saves most of the useless CASes
    }

    @Override
    public final String toString() {
        return switch ((int) STAGE.getOpaque(this)) {
            case NEW -> operation();
            case WAITING -> operation() + ", waiting";
            case HELD -> operation() + ", held";
            default -> operation() + ", ended";
        };
    }
}
