package dev.thrum.stream;

import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.task.Poll;
import dev.thrum.waiting.Owner;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * What all streams here have in common: the rules of {@code next()}. What a stream knows, elements
 * on their way included, lives in the stage and its {@link Inlet}s; a pull, which is what {@code
 * next()} gives, only drives it. So a pull that is given up loses nothing.
 *
 * <pre>
 * pull      means                  leaves it by
 * --------  ---------------------  --------------------------------------------------------
 * null      nobody pulls           the first poll of a pull: to that; close(): to OVER
 * a Pull    that is in progress    its end: to null; the end or failure of the stream: OVER
 * OVER      at the end, or closed  -
 * </pre>
 *
 * <p>The plain fields, those of subclasses and inlets too, belong to who holds the pull, and are
 * handed over by the transitions from and to null.
 */
abstract class Stage<T> implements AsyncStream<T> {
    /** How many elements may go by within one poll before the task gives way. */
    static final int BUDGET = 128;

    private static final Object OVER = new Object();
    private static final VarHandle PULL;

    static {
        try {
            PULL = MethodHandles.lookup().findVarHandle(Stage.class, "pull", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Inlet<?>[] inlets;

    @SuppressWarnings("unused") // through PULL
    private @Nullable Object pull;

    /** The task that polled last, or outside of tasks the thread. */
    private @Nullable Object owner;

    /** Of the last poll. */
    private @Nullable Context context;

    Stage(Inlet<?>... inlets) {
        this.inlets = inlets;
    }

    // ---- what a subclass does ----

    /**
     * Goes as far as it goes without waiting. Throwing {@link CancellationException} leaves the
     * stream as it is, throwing anything else ends it.
     *
     * @return an element, the end, or null if there is nothing yet
     */
    abstract @Nullable Optional<T> pollNext(Context cx) throws Exception;

    /** Takes back what the last poll registered; false if some of it has to be polled on. */
    boolean cancelNext(Context cx) {
        boolean finished = true;
        for (Inlet<?> inlet : inlets) {
            finished &= inlet.cancel(cx);
        }
        return finished;
    }

    /**
     * Polls on what {@link #cancelNext} could not take back. What it gives is kept.
     *
     * @return whether all of it has ended
     */
    boolean settle(Context cx) throws Exception {
        boolean finished = true;
        for (Inlet<?> inlet : inlets) {
            finished &= inlet.settle(cx);
        }
        return finished;
    }

    /**
     * The stream is over: cancels what it has started and closes what it is made from.
     *
     * @param last the context of the last poll, if there was one
     */
    void release(@Nullable Context last) throws Exception {
        for (Inlet<?> inlet : inlets) {
            inlet.release(last);
        }
    }

    /** After {@link #release}: polls until what was started has ended. */
    boolean pollReleased(Context cx) throws Exception {
        boolean finished = true;
        for (Inlet<?> inlet : inlets) {
            finished &= inlet.pollReleased(cx);
        }
        return finished;
    }

    // ---- the rules ----

    @Override
    public final Async<Optional<T>> next() {
        return new Pull();
    }

    @Override
    public final void close() {
        Object before = PULL.compareAndExchange(this, null, OVER); // sees the last pull's doings
        if (before == OVER) {
            return;
        }
        if (before != null) {
            throw new IllegalStateException(
                    this + " is closed while a next() is in progress: cancel that first");
        }
        try {
            release(context);
        } catch (RuntimeException | Error thrown) {
            throw thrown;
        } catch (Exception thrown) {
            throw new CompletionException(thrown);
        } finally {
            forget();
        }
    }

    @Override
    public final Async<@Nullable Void> closing() {
        Async<@Nullable Void> closing =
                cx -> {
                    close();
                    return pollReleased(cx) ? Poll.ready(null) : Poll.pending();
                };
        return closing.shield();
    }

    private void forget() {
        owner = null;
        context = null;
    }

    static int atLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is " + value + ": it has to be positive");
        }
        return value;
    }

    /** A call of {@code next()}. */
    private final class Pull implements Async<Optional<T>> {
        private enum Phase {
            NEW,
            WAITING,
            /** Cancelled; some of it has to be polled on. */
            TOLD,
            ENDED
        }

        private Phase phase = Phase.NEW;
        private @Nullable CancellationException cancellation;

        @Override
        public Poll<Optional<T>> poll(Context cx) throws Exception {
            if (phase == Phase.ENDED) {
                throw Owner.completed(this);
            }
            if (phase == Phase.NEW && !begin()) {
                phase = Phase.ENDED;
                return Poll.ready(Optional.empty());
            }
            attend(cx);
            Optional<T> got = null;
            try {
                if (phase != Phase.TOLD) {
                    got = pollNext(cx);
                } else if (settle(cx)) {
                    leave();
                }
            } catch (CancellationException cancelled) {
                giveUp(cx, cancelled);
            } catch (Throwable failure) {
                over(cx, failure);
                throw failure;
            }
            if (phase == Phase.ENDED) {
                throw cancellation == null ? new CancellationException("cancelled") : cancellation;
            }
            if (got == null) {
                return Poll.pending();
            }
            if (got.isPresent()) {
                leave();
            } else {
                over(cx, null);
            }
            return Poll.ready(got);
        }

        private boolean begin() {
            Object before = PULL.compareAndExchange(Stage.this, null, this);
            if (before != null && before != OVER) {
                throw new IllegalStateException(
                        "a next() is in progress on "
                                + Stage.this
                                + ": await that first, or cancel it");
            }
            return before == null;
        }

        /**
         * What waits across two pulls was polled by the task of the first: if another one goes on,
         * it is taken back and asked for anew.
         */
        private void attend(Context cx) {
            if (cx != context) {
                if (owner != null && phase != Phase.NEW) {
                    Owner.check(this, owner, cx.waker());
                } else if (owner != null && context != null && !Owner.isCaller(owner)) {
                    cancelNext(context);
                }
                owner = Owner.of(cx.waker());
                context = cx;
            }
            if (phase == Phase.NEW) {
                phase = Phase.WAITING;
            }
        }

        /** A part of the stream was cancelled, and so the pull is: all of it is taken back. */
        private void giveUp(Context cx, CancellationException cancelled) throws Exception {
            cancellation = cancelled;
            phase = Phase.TOLD;
            try {
                if (cancelNext(cx) || settle(cx)) {
                    leave();
                }
            } catch (Throwable failure) {
                over(cx, failure);
                throw failure;
            }
        }

        private void leave() {
            phase = Phase.ENDED;
            PULL.setRelease(Stage.this, null); // pairs with the CAS of begin() and close()
        }

        private void over(Context cx, @Nullable Throwable failure) throws Exception {
            phase = Phase.ENDED;
            try {
                release(cx);
            } catch (Throwable ofTheRelease) {
                if (failure == null) {
                    throw ofTheRelease;
                }
                if (failure != ofTheRelease) {
                    failure.addSuppressed(ofTheRelease);
                }
            } finally {
                forget();
                PULL.setRelease(Stage.this, OVER);
            }
        }

        @Override
        public boolean onCancel(Context cx) {
            if (phase == Phase.TOLD) {
                return false;
            }
            if (phase == Phase.WAITING) {
                if (!cancelNext(cx)) {
                    phase = Phase.TOLD;
                    return false;
                }
                leave();
            }
            phase = Phase.ENDED;
            return true;
        }

        @Override
        public String toString() {
            return Stage.this + ".next()";
        }
    }
}
