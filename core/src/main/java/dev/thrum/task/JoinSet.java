package dev.thrum.task;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
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
 * @param <T> the type of the tasks' values
 */
public final class JoinSet<T extends @Nullable Object> {
    private final int limit;

    // Guarded by this; wakers run outside.
    private final Set<JoinHandle<T>> running = new HashSet<>();
    private final Queue<JoinHandle<T>> finished = new ArrayDeque<>();
    private final Queue<Taker> takers = new ArrayDeque<>();
    private final Queue<Gated<?>> gate = new ArrayDeque<>();
    private int started;

    /** How many tasks were started, or are about to be, and have not ended. */
    private int alive;

    /** Makes an empty set whose tasks all start at once. */
    public JoinSet() {
        this(Integer.MAX_VALUE);
    }

    private JoinSet(int limit) {
        this.limit = limit;
    }

    /**
     * Makes an empty set of whose tasks at most so many run their body at a time; the others wait
     * for their turn, in the order of spawning.
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
        Async<T> gated = limit == Integer.MAX_VALUE ? body : new Gated<>(this, body);
        JoinHandle<T> task;
        synchronized (this) {
            alive++; // before it starts: whoever takes meanwhile has to wait for it
        }
        try {
            task = builder.spawn(gated);
        } catch (Throwable notStarted) {
            oneLess();
            throw notStarted;
        }
        synchronized (this) {
            running.add(task);
        }
        Waker onEnd = () -> ended(task, gated);
        if (Joiners.isEndedElseJoin((TaskCell<?>) task, onEnd)) {
            onEnd.wake();
        }
        return task;
    }

    private void ended(JoinHandle<T> task, Async<T> body) {
        Waker taker = Waker.noop();
        Waker next = Waker.noop();
        synchronized (this) {
            running.remove(task);
            alive--;
            finished.add(task);
            Taker first = takers.peek();
            if (first != null) {
                taker = first.waker;
            }
            if (body instanceof Gated<?> gated && gated.passed) {
                started--;
                next = openGate();
            }
        }
        taker.wake();
        next.wake();
    }

    private void oneLess() {
        Waker taker;
        synchronized (this) {
            alive--;
            Taker first = takers.peek();
            taker = first == null ? Waker.noop() : first.waker;
        }
        taker.wake();
    }

    /** Lets the next one pass, if there is one and room for it. */
    private Waker openGate() {
        Gated<?> gated = started < limit ? gate.poll() : null;
        if (gated == null) {
            return Waker.noop();
        }
        started++;
        gated.passed = true;
        return gated.waker;
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
        return alive + finished.size();
    }

    /** Asks all tasks of the set to cancel; they still are to be taken. */
    public void cancelAll() {
        List<JoinHandle<T>> all;
        synchronized (this) {
            all = List.copyOf(running);
        }
        all.forEach(JoinHandle::cancel);
    }

    @Override
    public synchronized String toString() {
        return "JoinSet[running=" + alive + ", finished=" + finished.size() + "]";
    }

    /** A call of {@link #next()}; waits in {@link #takers} from its first poll on. */
    private final class Taker implements Async<Optional<JoinHandle<T>>> {
        private Waker waker = Waker.noop(); // guarded by the set

        /** Who polls; see {@link OneShot}. */
        private @Nullable Object owner;

        @Override
        public Poll<Optional<JoinHandle<T>>> poll(Context cx) {
            owner = OneShot.claim(this, owner, cx);
            JoinHandle<T> taken;
            Waker wake;
            synchronized (JoinSet.this) {
                boolean first = takers.isEmpty() || takers.peek() == this;
                taken = first ? finished.poll() : null;
                if (taken == null && !(alive == 0 && finished.isEmpty())) {
                    waker = cx.waker();
                    if (!takers.contains(this)) {
                        takers.add(this);
                    }
                    return Poll.pending();
                }
                takers.remove(this);
                wake = wakeNext();
            }
            owner = OneShot.ENDED;
            wake.wake();
            return Poll.ready(Optional.ofNullable(taken));
        }

        /** There may be something for the taker behind this one, or nothing for anybody. */
        private Waker wakeNext() {
            Taker next = takers.peek();
            boolean something = !finished.isEmpty() || alive == 0;
            return next == null || !something ? Waker.noop() : next.waker;
        }

        @Override
        public boolean onCancel(Context cx) {
            Waker wake;
            synchronized (JoinSet.this) {
                takers.remove(this);
                wake = wakeNext();
            }
            wake.wake();
            return true;
        }

        @Override
        public String toString() {
            return "JoinSet.next()";
        }
    }

    /** A body that waits for its turn. */
    private static final class Gated<T extends @Nullable Object> implements Async<T> {
        private final JoinSet<T> set;
        private final Async<T> body;

        // Guarded by the set:
        private Waker waker = Waker.noop();
        private boolean passed;
        private boolean waiting;

        private boolean running; // the poller's

        Gated(JoinSet<T> set, Async<T> body) {
            this.set = set;
            this.body = body;
        }

        @Override
        public Poll<T> poll(Context cx) throws Exception {
            if (!running) {
                synchronized (set) {
                    if (!passed && set.started < set.limit && !waiting) {
                        passed = true;
                        set.started++;
                    }
                    if (!passed) {
                        waker = cx.waker();
                        if (!waiting) {
                            waiting = true;
                            set.gate.add(this);
                        }
                        return Poll.pending();
                    }
                }
                running = true;
            }
            return body.poll(cx);
        }

        @Override
        public boolean onCancel(Context cx) {
            if (running) {
                return body.onCancel(cx);
            }
            synchronized (set) {
                set.gate.remove(this);
            }
            return true; // if it had just been let pass, its end gives its place to the next
        }
    }
}
