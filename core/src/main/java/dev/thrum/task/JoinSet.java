package dev.thrum.task;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that are spawned together and taken as they finish, at most so many at a time if wished.
 *
 * {@snippet :
 * JoinSet<Page> pages = JoinSet.limited(50);
 * for (URI uri : uris) {
 *     pages.spawn(() -> fetch(uri).await());
 * }
 * for (Optional<JoinHandle<Page>> done; (done = pages.next().await()).isPresent(); ) {
 *     index(done.get().await()); // has ended: gives its value or throws at once
 * }
 * }
 *
 * <p>The tasks are ordinary ones: detached, also from the set. To end them with it, {@link
 * #cancelAll()}. A set may be used by any number of tasks and threads; each finished task is given
 * to one taker, in the order of finishing, and takers are served in the order of their calls.
 *
 * <p><b>Memory consistency.</b> Actions in a task happen-before an await of {@link #next()} gives
 * its handle.
 *
 * <p><b>Cost.</b> A short lock at each spawn, end and take, whatever the size of the set.
 *
 * @param <T> the type of the tasks' values
 */
public final class JoinSet<T extends @Nullable Object> {
    private final int limit;

    // Guarded by this; nothing of the user's runs under the lock.

    /** Who was spawned, or is about to be, and has not ended; in the order of spawning. */
    private final LinkedHashSet<Member<T>> alive = new LinkedHashSet<>();

    /** Those of them that may not run yet; in the order of spawning. */
    private final LinkedHashSet<Member<T>> gated = new LinkedHashSet<>();

    private final Queue<JoinHandle<T>> finished = new ArrayDeque<>();
    private final LinkedHashSet<Taker> takers = new LinkedHashSet<>();

    /** Makes an empty set whose tasks all start at once. */
    public JoinSet() {
        this(Integer.MAX_VALUE);
    }

    private JoinSet(int limit) {
        this.limit = limit;
    }

    /**
     * Makes an empty set of whose tasks at most so many run their body at a time; the others wait
     * for their turn, in the order of spawning. A task has its turn until it has ended, its cleanup
     * included.
     *
     * @throws IllegalArgumentException if {@code atMost} is not positive
     */
    public static <T extends @Nullable Object> JoinSet<T> limited(int atMost) {
        if (atMost <= 0) {
            throw new IllegalArgumentException(
                    "atMost is " + atMost + ": none of the tasks would ever run");
        }
        return new JoinSet<>(atMost);
    }

    /** Starts a task on the current runtime, as {@link Task#spawn(Async)}. */
    public JoinHandle<T> spawn(Async<T> async) {
        return start(Task.builder(), Objects.requireNonNull(async, "async"));
    }

    /** As {@link #spawn(Async)}. */
    public JoinHandle<T> spawn(AsyncCallable<T> body) {
        return start(Task.builder(), AsyncBodies.block(Objects.requireNonNull(body, "body")));
    }

    /** As {@link #spawn(Async)}, for a task with a name. */
    public JoinHandle<T> spawn(String name, AsyncCallable<T> body) {
        return start(
                Task.builder().name(name), AsyncBodies.block(Objects.requireNonNull(body, "body")));
    }

    private JoinHandle<T> start(Task.Builder builder, Async<T> body) {
        Member<T> member = new Member<>(this, body);
        synchronized (this) {
            alive.add(member); // before it starts: whoever takes meanwhile has to wait for it
            if (alive.size() - gated.size() > limit) {
                gated.add(member);
            } else {
                member.mayRun = true;
            }
        }
        JoinHandle<T> task;
        try {
            task = builder.spawn(limit == Integer.MAX_VALUE ? body : member);
        } catch (Throwable notStarted) {
            leave(member, null);
            throw notStarted;
        }
        boolean cancelled;
        synchronized (this) {
            member.task = task;
            cancelled = member.cancelled;
        }
        if (Joiners.isEndedElseJoin((TaskCell<?>) task, member)) {
            member.wake();
        }
        if (cancelled) {
            task.cancel();
        }
        return task;
    }

    /**
     * A member has ended, or was not started. However it ended, this is where it gives up its turn
     * or its place in the line.
     */
    private void leave(Member<T> member, @Nullable JoinHandle<T> ended) {
        Waker taker;
        Waker next = Waker.noop();
        synchronized (this) {
            alive.remove(member);
            if (ended != null) {
                finished.add(ended);
            }
            taker = firstTaker();
            if (!gated.remove(member) && !gated.isEmpty()) {
                Member<T> first = gated.removeFirst();
                first.mayRun = true;
                next = first.waker;
            }
        }
        try {
            taker.wake();
        } finally {
            next.wake();
        }
    }

    /** The waker of the first in the line of takers, if there is something for it. */
    private Waker firstTaker() {
        boolean something = !finished.isEmpty() || alive.isEmpty();
        return takers.isEmpty() || !something ? Waker.noop() : takers.getFirst().waker;
    }

    /**
     * Takes the next task that has finished. An await that is cancelled takes none away.
     *
     * @return the task's handle, which is done; empty if no task is left
     */
    public Async<Optional<JoinHandle<T>>> next() {
        return new Taker();
    }

    /** How many tasks are in the set: those that run or wait, and those finished but not taken. */
    public synchronized int size() {
        return alive.size() + finished.size();
    }

    /**
     * Asks all tasks of the set to cancel, those that wait for their turn first; they still are to
     * be taken. Tasks that are spawned later are not touched.
     */
    public void cancelAll() {
        List<JoinHandle<T>> all = new ArrayList<>();
        synchronized (this) {
            // The last first, so that none is let in by the end of another just to be cancelled.
            for (Member<T> member : alive.reversed()) {
                member.cancelled = true; // for one that is just being started
                if (member.task != null) {
                    all.add(member.task);
                }
            }
        }
        all.forEach(JoinHandle::cancel);
    }

    @Override
    public synchronized String toString() {
        return "JoinSet[running="
                + (alive.size() - gated.size())
                + ", waiting="
                + gated.size()
                + ", finished="
                + finished.size()
                + "]";
    }

    /** A call of {@link #next()}; waits in {@link #takers} from its first poll on. */
    private final class Taker implements Async<Optional<JoinHandle<T>>> {
        private Waker waker = Waker.noop(); // guarded by the set

        /** Who polls; see {@link OneShot}. */
        private @Nullable Object owner;

        @Override
        public Poll<Optional<JoinHandle<T>>> poll(Context cx) {
            owner = OneShot.claim(this, owner, cx);
            Waker latest = cx.waker(); // outside of the lock: a context may be anybody's
            JoinHandle<T> taken;
            Waker wake;
            synchronized (JoinSet.this) {
                boolean first = takers.isEmpty() || takers.getFirst() == this;
                taken = first ? finished.poll() : null;
                if (taken == null && !(alive.isEmpty() && finished.isEmpty())) {
                    waker = latest;
                    takers.add(this);
                    return Poll.pending();
                }
                takers.remove(this);
                wake = firstTaker();
            }
            owner = OneShot.ENDED;
            wake.wake();
            return Poll.ready(Optional.ofNullable(taken));
        }

        @Override
        public boolean onCancel(Context cx) {
            Waker wake;
            synchronized (JoinSet.this) {
                takers.remove(this);
                wake = firstTaker();
            }
            owner = OneShot.ENDED;
            wake.wake();
            return true;
        }

        @Override
        public String toString() {
            return "JoinSet.next()";
        }
    }

    /** A task of the set: the waker of its end, and, in a limited set, its body's gate. */
    private static final class Member<T extends @Nullable Object> implements Async<T>, Waker {
        private final JoinSet<T> set;
        private final Async<T> body;

        // Guarded by the set:
        private @Nullable JoinHandle<T> task;
        private boolean cancelled;
        private boolean mayRun;
        private Waker waker = Waker.noop();

        private boolean running; // the poller's

        Member(JoinSet<T> set, Async<T> body) {
            this.set = set;
            this.body = body;
        }

        @Override
        public Poll<T> poll(Context cx) throws Exception {
            if (!running) {
                Waker latest = cx.waker();
                synchronized (set) {
                    if (!mayRun) {
                        waker = latest;
                        return Poll.pending();
                    }
                }
                running = true;
            }
            return body.poll(cx);
        }

        /** One that waits for its turn has nothing to clean up; its end gives up its place. */
        @Override
        public boolean onCancel(Context cx) {
            return !running || body.onCancel(cx);
        }

        /** The task has ended. */
        @Override
        public void wake() {
            JoinHandle<T> ended;
            synchronized (set) {
                ended = task;
            }
            set.leave(this, ended);
        }

        @Override
        public String toString() {
            return body.toString();
        }
    }
}
