package dev.thrum.task;

import dev.thrum.poll.Attempt;
import dev.thrum.poll.Pollable;
import dev.thrum.poll.Waiting;
import dev.thrum.weave.link.HostLinker;
import java.lang.invoke.CallSite;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * A woven async block: a stackless coroutine. Public only because the classes that the weaver makes
 * extend it, beside the user's classes; programs neither extend nor call it.
 *
 * <p>The generated part, {@link #step}, is the body cut at its awaits: it runs from {@link #label}
 * to the next suspension or to the end, and keeps in fields what lives across. All else is here.
 * What is awaited is polled here, so no generated code runs while it stays pending.
 *
 * <pre>
 * label   awaiting   told       state
 * 0       null       NO         not started
 * k       async      NO         suspended at await k
 * k       async      UNPOLLED   suspended at await k for want of budget: not yet polled
 * k       null       YIELDED    suspended at await k of a {@link YieldNow}, which needs not be kept
 * k       any        THROW      to be resumed with a CancellationException
 * k       async      FOLLOW     told to cancel and polled on
 * any     any        RUNNING    step is on the stack
 * any     any        any        ended, if {@code owner} says so
 * </pre>
 *
 * @param <T> the type of the block's value
 */
public abstract class Coroutine<T extends @Nullable Object> implements Async<T> {
    /** What {@link #step} and {@link #await} return for "not yet". */
    public static final Object SUSPENDED = Pollable.PENDING;

    /**
     * Whether an operation that is awaited where it is made may do without an async; not under a
     * debugger, see {@link Staying}. For classes of Thrum that generated code calls.
     */
    public static final boolean AWAITS_DIRECTLY = !Staying.ENABLED;

    private static final byte NO = 0;
    private static final byte UNPOLLED = 1;
    private static final byte THROW = 2;
    private static final byte FOLLOW = 3;
    private static final byte RUNNING = 4;
    private static final byte YIELDED = 5;

    /** As owner: the block has ended. */
    private static final Object ENDED = new Object();

    private static final VarHandle OWNER;

    static {
        try {
            OWNER = MethodHandles.lookup().findVarHandle(Coroutine.class, "owner", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Zero before the start, k while suspended at the k-th await. For generated code. */
    protected int label;

    private byte told;

    /** A cancellation that this block was told of and that no await has thrown yet. */
    private boolean undelivered;

    /** The value is not what the block gives: see {@link WovenBodies#discarding}. */
    private boolean discards;

    private @Nullable Async<?> awaiting;

    /** Who polls; see {@link OneShot#pollerOf}. */
    private @Nullable Object owner;

    /** For generated code. */
    protected Coroutine() {}

    /**
     * Runs from {@link #label} on. For generated code.
     *
     * @param cx the context of the poll
     * @param resumed what the await at {@code label} gave, for {@link #result}
     * @return {@link #SUSPENDED}, or the value
     * @throws Exception what the body throws
     */
    protected abstract @Nullable Object step(Context cx, @Nullable Object resumed) throws Exception;

    /**
     * A block like this one, for another body object of the same class. For generated code.
     *
     * @param body the lambda or other object whose code this is
     * @param argument of an {@link AsyncFunction}; else null
     */
    protected abstract Coroutine<?> create(Object body, @Nullable Object argument);

    /** Where the body stands: class, method and file, each on a line. For generated code. */
    protected abstract String origin();

    /** The line of an await, or a number below 1 if it is not known. For generated code. */
    protected abstract int lineOf(int label);

    // ---- called by generated code ----

    /**
     * Polls what the body awaits. For generated code.
     *
     * @return the value, or {@link #SUSPENDED} if the body has to suspend at this await
     */
    public static @Nullable Object await(@Nullable Async<?> awaited, Coroutine<?> self, Context cx)
            throws Exception {
        Objects.requireNonNull(awaited, "await() of null");
        if (!self.begin(cx, awaited instanceof Shield)) {
            if (!Staying.ENABLED && awaited instanceof Attempt attempt && attempt.rest == null) {
                attempt.rest = Attempt.GIVES_WAY;
            } else {
                YieldNow.wake(cx);
                self.awaiting = awaited;
                self.told = UNPOLLED;
                return SUSPENDED;
            }
        }
        if (Staying.ENABLED) {
            self.awaiting = awaited; // for what is awaited there: see PolledTask.polls
        } else if (awaited instanceof YieldNow yield && yield.isNew()) {
            yield.end(cx);
            self.told = YIELDED;
            return SUSPENDED;
        }
        Object value = pollRaw(awaited, cx);
        if (Staying.ENABLED) {
            if (isPending(value)) {
                value = Staying.await(awaited, self, cx);
            }
            self.awaiting = value == SUSPENDED ? awaited : null;
            return value;
        }
        if (awaited instanceof Attempt) { // of which nothing is kept but what it has become
            if (value instanceof Waiting waiting) {
                self.awaiting = (Async<?>) waiting;
                return SUSPENDED;
            }
            return value;
        }
        if (value == SUSPENDED) {
            self.awaiting = awaited;
        }
        return value;
    }

    /**
     * An await begins.
     *
     * @return whether there is budget for it; if not, the task has to give way
     * @throws CancellationException if that is due, unless what is awaited is shielded
     */
    private boolean begin(Context cx, boolean shielded) {
        if (cx instanceof TaskCell<?> task) {
            if (task.isCancelPending() && !shielded) {
                task.cancelDelivered();
                throw task.cancellation();
            }
            return task.spendBudget() || (Staying.ENABLED && Staying.goesOn(this, task));
        }
        if (isCancelDue(cx) && !shielded) {
            throw deliver(cx);
        }
        TaskCell<?> task = OneShot.taskOf(cx);
        return task == null || task.spendBudget();
    }

    /** What this block awaits, or has awaited; for {@link Staying}. */
    final @Nullable Async<?> awaiting() {
        return awaiting;
    }

    /** What this block is about to suspend at was told of the cancellation. */
    final void follow() {
        told = FOLLOW;
    }

    /**
     * What an await gives after the block was resumed. For generated code.
     *
     * @param resumed the argument of {@link #step}
     */
    public static @Nullable Object result(@Nullable Object resumed) throws Exception {
        if (resumed instanceof Thrown(Throwable thrown)) {
            throw Throwables.sneak(thrown);
        }
        return resumed;
    }

    /**
     * Links a call site of generated code to a member of the class that the body comes from, with
     * that class's rights. For generated code: only a class that the weaver made beside it gets
     * there, since the lookup has to be one with private access to its module.
     *
     * @throws Throwable as the instruction that it replaces would
     */
    public static CallSite bind(
            MethodHandles.Lookup caller, String name, MethodType type, Object... arguments)
            throws Throwable {
        return HostLinker.bind(caller, name, type, arguments);
    }

    /** As {@link #bind}, for constants. For generated code. */
    public static Object constant(
            MethodHandles.Lookup caller, String name, Class<?> type, Object... arguments)
            throws Throwable {
        return HostLinker.constant(caller, name, type, arguments);
    }

    /** What the await threw, on its way into {@link #step}. */
    private record Thrown(Throwable thrown) {}

    // ---- called by classes of Thrum that generated code calls ----

    /**
     * Begins an await of an operation that there is no async of, where {@link #AWAITS_DIRECTLY}.
     *
     * @return whether the operation may be done at once; if not, the budget is spent, and it has to
     *     wait in any case, to be woken at once, behind others
     * @throws CancellationException if that is due
     */
    public static boolean beginAwait(Coroutine<?> self, Context cx) {
        return self.begin(cx, false);
    }

    /**
     * Suspends at an await for which {@link #beginAwait} was called, and of which {@code waiting}
     * is the rest.
     *
     * @return {@link #SUSPENDED}
     */
    public static Object suspendAt(Async<?> waiting, Coroutine<?> self) {
        self.awaiting = waiting;
        return SUSPENDED;
    }

    // ---- polling ----

    /**
     * Polls anything, without an object for the value where that can be had. What it gives may be
     * {@linkplain #isPending "not yet"}.
     *
     * <p>Everything is polled here, so that the compiler sees many kinds of asyncs, and makes a
     * small piece of code of this method by itself. Where it knows what is awaited, as in a body
     * that awaits a send, it inlines this with the one poll; if this method had two or three polls
     * in it by itself, it would be too large to be inlined anywhere.
     */
    static @Nullable Object pollRaw(Async<?> async, Context cx) throws Exception {
        if (async instanceof Coroutine<?> coroutine) {
            return coroutine.resume(cx);
        }
        if (async instanceof Pollable own) {
            return own.pollValue(cx);
        }
        if (async instanceof TaskCell<?> handle) {
            return handle.pollJoin(cx);
        }
        Poll<?> poll = async.poll(cx);
        if (poll instanceof Poll.Ready<?>(var value)) {
            return value;
        }
        if (poll == null) {
            throw new NullPointerException(
                    async.getClass().getName()
                            + ".poll returned null: return Poll.ready(value) or Poll.pending()");
        }
        return SUSPENDED;
    }

    /** Whether a poll gave no value yet: {@link #SUSPENDED}, or what waits from now on. */
    static boolean isPending(@Nullable Object polled) {
        return polled == SUSPENDED || polled instanceof Waiting;
    }

    @Override
    @SuppressWarnings("unchecked") // the body's value is a T
    public final Poll<T> poll(Context cx) throws Exception {
        Object value = resume(cx);
        return value == SUSPENDED ? Poll.pending() : Poll.ready((T) value);
    }

    final @Nullable Object resume(Context cx) throws Exception {
        claim(cx);
        if (told == RUNNING) {
            throw new IllegalStateException(describe() + " awaits itself");
        }
        Object resumed = null;
        Async<?> awaited = awaiting;
        byte before = told;
        if (before == THROW) {
            resumed = crossing(cx, deliver(cx));
            awaiting = null;
        } else if (awaited != null) {
            if (before == UNPOLLED && isCancelDue(cx) && !(awaited instanceof Shield)) {
                resumed = crossing(cx, deliver(cx));
            } else {
                told = NO;
                try {
                    resumed = pollRaw(awaited, cx);
                } catch (Throwable thrown) {
                    resumed = crossing(cx, thrown);
                }
                if (isPending(resumed)) {
                    told = before == FOLLOW ? FOLLOW : NO;
                    return SUSPENDED;
                }
                if (before == FOLLOW) {
                    followed(awaited, resumed, cx);
                }
            }
            awaiting = null;
        }
        return run(cx, resumed);
    }

    private @Nullable Object run(Context cx, @Nullable Object resumed) throws Exception {
        told = RUNNING;
        Object value;
        try {
            value = step(cx, resumed);
        } catch (Throwable thrown) {
            owner = ENDED;
            AwaitTrace.leave(cx, thrown);
            throw thrown;
        }
        if (value != SUSPENDED) {
            owner = ENDED;
            if (discards) {
                return null;
            }
        } else if (told == RUNNING) {
            told = NO;
        }
        return value;
    }

    private Thrown crossing(Context cx, Throwable thrown) {
        AwaitTrace.cross(cx, this, thrown);
        return new Thrown(thrown);
    }

    private void claim(Context cx) {
        Object poller = OneShot.pollerOf(cx);
        Object seen = owner;
        if (seen == poller) {
            return;
        }
        if (seen != null && OneShot.isHandedOn(seen, poller)) {
            owner = poller;
        } else if (seen != null || !OWNER.compareAndSet(this, null, poller)) {
            throw OneShot.misuse(describe(), owner == ENDED, owner, poller);
        }
    }

    /** Before the start: the block is to give null. */
    final void discardValue() {
        discards = true;
    }

    // ---- cancellation ----

    @Override
    public final boolean onCancel(Context cx) {
        Async<?> awaited = awaiting;
        if (told == YIELDED) {
            undelivered = true;
            told = THROW;
            return false;
        }
        if (awaited == null) {
            owner = ENDED; // not started: it never will
            return true;
        }
        undelivered = true;
        if (told == UNPOLLED) {
            return false; // resume() decides, as await() would
        }
        boolean finished;
        try {
            finished = awaited.onCancel(cx);
        } catch (Throwable thrown) {
            awaiting = new Constants.Failed<>(thrown);
            finished = false;
        }
        told = finished ? THROW : FOLLOW;
        return false;
    }

    /** Whether the next await has to throw. */
    private boolean isCancelDue(Context cx) {
        return cx instanceof Region region ? region.isCancelPending() : undelivered;
    }

    private CancellationException deliver(Context cx) {
        delivered(cx);
        TaskCell<?> task = OneShot.taskOf(cx);
        return task == null ? new TaskCancellation("cancelled") : task.cancellation();
    }

    /** What was told of the cancellation and polled on has ended: has it thrown that? */
    private void followed(Async<?> awaited, @Nullable Object result, Context cx) {
        if (awaited instanceof Coroutine<?> inner) {
            undelivered = inner.undelivered; // the region knows it from the inner one
        } else if (result instanceof Thrown(CancellationException _)
                && !(awaited instanceof Shield)) { // that has not told anybody
            delivered(cx);
        }
    }

    private void delivered(Context cx) {
        undelivered = false;
        if (cx instanceof Region region) {
            region.cancelDelivered();
        }
    }

    private String describe() {
        String[] origin = origin().split("\n", 3);
        return "the async block of " + origin[0] + "." + origin[1];
    }

    /** Where this block is suspended, as a frame of a trace. */
    final StackTraceElement frame() {
        String[] origin = origin().split("\n", 3);
        int line = label > 0 ? lineOf(label) : -1;
        return AwaitTrace.frame(origin[0], origin[1], origin[2], line > 0 ? line : -1);
    }

    @Override
    public final String toString() {
        return "Async[" + frame() + "]";
    }
}
