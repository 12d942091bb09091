package dev.thrum.task;

import dev.thrum.executor.BlockingPool;
import dev.thrum.executor.ExecutorScheduler;
import dev.thrum.executor.LocalQueue;
import dev.thrum.executor.Scheduler;
import dev.thrum.executor.WorkStealingScheduler;
import dev.thrum.executor.Worker;
import dev.thrum.timer.TimerEntry;
import dev.thrum.timer.Timers;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A few worker threads, and the tasks on them. Most programs need only the {@linkplain #global()
 * global} runtime, which {@link Task#spawn} and {@link Task#blockOn} use by themselves.
 *
 * <p>Runtimes are independent of each other; a task sees its own as {@linkplain #current()
 * current}. Worker threads are daemons, start when first needed and burn no CPU when idle. Safe for
 * use by any thread.
 */
public final class TaskRuntime implements AutoCloseable {
    private static final AtomicLong IDS = new AtomicLong();
    private static volatile @Nullable TaskRuntime global;

    final Scheduler scheduler;
    final Timers timers;
    private final IntUnaryOperator random;
    private final TaskRegistry registry = new TaskRegistry();
    final SpareRoots spareRoots = new SpareRoots();

    /** Null for the shared pool, which need not be there before it is used. */
    private final @Nullable Executor blockingExecutor;

    private final FailurePolicy failures;
    private final Duration closeTimeout;
    private final @Nullable ContextPropagation context;
    private volatile boolean closed;
    private volatile boolean terminated;

    /**
     * The seam: queue, clock, timers and source of randomness are handed in.
     *
     * @param random from a bound to a number from zero below it
     */
    TaskRuntime(Scheduler scheduler, Timers timers, IntUnaryOperator random, Builder builder) {
        this.scheduler = scheduler;
        this.timers = timers;
        this.random = random;
        this.blockingExecutor = builder.blockingExecutor;
        this.failures = new FailurePolicy(builder.onPanic, builder.onUnobservedFailure);
        this.closeTimeout = builder.closeTimeout;
        this.context = builder.context;
    }

    /** The calling thread's. No lambda: one costs a program milliseconds when it starts. */
    private static final class ThreadRandom implements IntUnaryOperator {
        @Override
        public int applyAsInt(int bound) {
            return ThreadLocalRandom.current().nextInt(bound);
        }
    }

    private static TaskRuntime onThreads(Builder builder) {
        int workers = builder.workers == 0 ? Settings.threadCount() : builder.workers;
        String name = builder.threadName == null ? Settings.threadName() : builder.threadName;
        ThreadTimers timers = new ThreadTimers(workers);
        Scheduler scheduler = new WorkStealingScheduler(workers, name, timers);
        timers.scheduler = scheduler;
        return new TaskRuntime(scheduler, timers.timers, new ThreadRandom(), builder);
    }

    /**
     * A runtime whose tasks run on somebody else's executor: an event loop, a UI thread, virtual
     * threads. How many tasks run at a time, their order and their fairness are the executor's.
     *
     * <p>The executor must not run a command on the calling thread, nor refuse one before the
     * runtime is closed: a task whose next step is refused, by whatever throwable, ends as
     * cancelled, without its cleanup, and the throwable goes to the thread's {@link
     * Thread.UncaughtExceptionHandler}. Timers and blocking code are served by the {@linkplain
     * #global() global} runtime's threads. {@code spawnLocal} needs a {@code blockOn}, as on any
     * foreign thread. Closing the runtime leaves the executor alone.
     *
     * <p>What blocks one of the executor's threads blocks the tasks that need it: on an event loop,
     * a nested {@code blockOn} must not wait for a task of that loop. {@link #close()}, called by a
     * task of the runtime, does not wait there; elsewhere on an event loop it would, in vain.
     *
     * @see Builder#buildOn
     */
    public static TaskRuntime on(Executor executor) {
        return builder().buildOn(executor);
    }

    // ---- finding one ----

    /**
     * The runtime of everything that has no other, started on first use with the settings {@code
     * thrum.thread.count} and {@code thrum.thread.name}.
     *
     * @throws IllegalArgumentException if a setting is wrong; the message names it
     */
    public static TaskRuntime global() {
        TaskRuntime runtime = global;
        return runtime == null ? startGlobal() : runtime;
    }

    private static synchronized TaskRuntime startGlobal() {
        TaskRuntime runtime = global;
        if (runtime == null) {
            runtime = builder().build();
            global = runtime;
        }
        return runtime;
    }

    /** The runtime of the current task; outside of tasks, the global one. */
    public static TaskRuntime current() {
        return Current.runtime();
    }

    /** Starts building a runtime. */
    public static Builder builder() {
        return new Builder();
    }

    // ---- starting tasks ----

    /** As {@link Task#spawn(Async)}, on this runtime. */
    public <T extends @Nullable Object> JoinHandle<T> spawn(Async<T> async) {
        return start(Objects.requireNonNull(async, "async"), TaskAttributes.NONE);
    }

    /** As {@link Task#spawn(Async)}, on this runtime. */
    public <T extends @Nullable Object> JoinHandle<T> spawn(AsyncCallable<T> body) {
        return start(AsyncBodies.block(Objects.requireNonNull(body, "body")), TaskAttributes.NONE);
    }

    /** As {@link Task#spawn(Async)}, on this runtime. */
    public JoinHandle<@Nullable Void> spawn(AsyncRunnable body) {
        return start(AsyncBodies.block(Objects.requireNonNull(body, "body")), TaskAttributes.NONE);
    }

    /** As {@link Task#spawnBlocking(Callable)}, on this runtime. */
    public <T extends @Nullable Object> JoinHandle<T> spawnBlocking(Callable<T> code) {
        return taskBuilder().spawnBlocking(code);
    }

    /** As {@link Task#spawnBlocking(BlockingRunnable)}, on this runtime. */
    public JoinHandle<@Nullable Void> spawnBlocking(BlockingRunnable code) {
        return taskBuilder().spawnBlocking(code);
    }

    /** As {@link Task#blockOn(Async)}, on this runtime. */
    public <T extends @Nullable Object> T blockOn(Async<T> async) {
        return taskBuilder().blockOn(async);
    }

    /** As {@link Task#blockOn(Async)}, on this runtime. */
    public <T extends @Nullable Object> T blockOn(AsyncCallable<T> body) {
        return taskBuilder().blockOn(body);
    }

    /** As {@link Task#blockOn(Async)}, on this runtime. */
    public void blockOn(AsyncRunnable body) {
        taskBuilder().blockOn(body);
    }

    /** Starts building a task of this runtime. */
    public Task.Builder taskBuilder() {
        return new Task.Builder(this);
    }

    /**
     * This runtime as an {@link Executor}: each command runs as a task on the workers, and must not
     * block. What it throws is that task's failure; nobody having its handle, it is reported.
     */
    public Executor asExecutor() {
        return command -> startCommand(Objects.requireNonNull(command, "command"));
    }

    JoinHandle<@Nullable Void> startCommand(Runnable command) {
        Async<@Nullable Void> body =
                cx -> {
                    command.run();
                    return Poll.ready(null);
                };
        return start(body, TaskAttributes.NONE);
    }

    /**
     * This runtime as an {@link ExecutorService}, whose commands run as {@link #asExecutor()} runs
     * them. Each call makes a service with an end of its own: {@code shutdown} ends the service and
     * not the runtime; {@code shutdownNow} also gives back the commands that have not begun to run,
     * and cancels the others, which see {@link Task#isCancelled()}. If the runtime is closed, the
     * futures of commands that will not run any more are cancelled.
     */
    public ExecutorService asExecutorService() {
        return new RuntimeExecutorService(this);
    }

    <T extends @Nullable Object> JoinHandle<T> start(Async<T> body, TaskAttributes attributes) {
        checkOpen();
        SharedTask<T> task =
                new SharedTask<>(this, InContext.of(contextOf(attributes), body), attributes);
        registry.add(task);
        task.submit(); // a full fence
        cancelIfClosed(task);
        return task;
    }

    <T extends @Nullable Object> JoinHandle<T> startLocal(
            Async<T> body, TaskAttributes attributes) {
        checkOpen();
        LocalQueue queue;
        Current.ForeignThread home = null;
        if (Thread.currentThread() instanceof Worker worker) {
            queue = worker.localQueue();
        } else {
            home = Current.foreignThread();
            if (!home.isDriving()) {
                throw new IllegalStateException(
                        "thread \""
                                + Thread.currentThread().getName()
                                + "\" drives no tasks, so a local task would never run: call"
                                + " spawnLocal within Task.blockOn, or in a task on a worker");
            }
            queue = home.localQueue();
        }
        LocalTask<T> task =
                new LocalTask<>(
                        this, InContext.of(contextOf(attributes), body), attributes, queue, home);
        registry.add(task);
        task.submit(); // a full fence
        cancelIfClosed(task);
        return task;
    }

    <T extends @Nullable Object> JoinHandle<T> startBlocking(
            Callable<T> code, TaskAttributes attributes) {
        checkOpen();
        BlockingTask<T> task =
                new BlockingTask<>(this, InContext.of(contextOf(attributes), code), attributes);
        addFenced(task);
        try {
            Executor own = blockingExecutor;
            (own == null ? BlockingPool.shared() : own).execute(task);
        } catch (Throwable notStarted) {
            task.drop(); // does nothing if it was started all the same
            throw notStarted;
        }
        cancelIfClosed(task);
        return task;
    }

    /** What a task of this runtime carries; null if nothing. */
    @Nullable ContextPropagation contextOf(TaskAttributes attributes) {
        ContextPropagation own = attributes.context();
        return own == null ? context : own;
    }

    /**
     * Takes in a root task, which the calling thread is going to drive.
     *
     * @param keeper the calling thread, if it is to keep the root and use it again; else null
     */
    void admit(RootTask<?> root, Current.@Nullable ForeignThread keeper) {
        checkOpen();
        if (keeper == null || !spareRoots.add(keeper, root)) {
            addFenced(root);
        }
        cancelIfClosed(root);
    }

    /** Takes in a root task that the calling thread uses again, and returns its number. */
    long admitAgain(RootTask<?> root) {
        long id = nextId(); // an increment before the look at the flag: see SpareRoots
        cancelIfClosed(root);
        return id;
    }

    private void addFenced(TaskCell<?> task) {
        if (registry.add(task)) {
            VarHandle.fullFence();
        }
    }

    void checkOpen() {
        if (closed) {
            throw new RejectedExecutionException(
                    "the runtime is closed: start tasks before close(), or on another runtime");
        }
    }

    /**
     * Closing sets the flag and then walks the registry; starting adds to the registry and then,
     * behind a full fence, looks at the flag. So one of both sees the task. The same again when the
     * workers end.
     */
    private void cancelIfClosed(TaskCell<?> task) {
        if (closed) {
            task.cancel();
            if (terminated && task.isPolledByRuntime()) {
                task.drop();
            }
        }
    }

    /** Whether the workers end, or have ended. */
    boolean isTerminated() {
        return terminated;
    }

    /**
     * Ends the workers, and the tasks that they would have polled: those that are ready are
     * discarded by the scheduler, those that are idle here. A task whose last poll ends meanwhile
     * either is idle before the registry is read, or its poller then finds the flag.
     */
    void terminate() {
        terminated = true; // volatile: before the registry is read
        scheduler.terminate();
        if (Staying.ENABLED) {
            Staying.runtimeEnds(this);
        }
        for (TaskCell<?> task : aliveTasks()) {
            if (task.isPolledByRuntime()) {
                task.drop();
            }
        }
        spareRoots.close();
    }

    // ---- for tasks ----

    static long nextId() {
        return IDS.incrementAndGet();
    }

    /** Arms a timer that fires {@code nanos} from now. */
    void arm(TimerEntry entry, long nanos) {
        timers.arm(entry, Durations.deadline(scheduler.nanoTime(), nanos));
    }

    int random(int bound) {
        return random.applyAsInt(bound);
    }

    FailurePolicy failures() {
        return failures;
    }

    /** The tasks that have not ended: those there all the while, and maybe some that come or go. */
    List<TaskCell<?>> aliveTasks() {
        List<TaskCell<?>> all = registry.alive();
        spareRoots.collect(this, all);
        return all;
    }

    // ---- the end ----

    /**
     * Cancels all tasks, waits for their cleanup, at most for the close timeout, and logs those
     * that did not end by then. Called from one of its own tasks it does not wait for that one, and
     * for none if the runtime is {@linkplain #on on} an executor, whose thread the others may need:
     * they end when they have cleaned up, or are logged after the timeout, all the same. Local
     * tasks whose thread drives nothing any more are dropped with a report. From then on nothing
     * can be started. Idempotent.
     */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        new Closing(this, closeTimeout).run();
    }

    @Override
    public String toString() {
        return "TaskRuntime[" + scheduler + (closed ? ", closed]" : "]");
    }

    /** What a runtime can be given. Not thread-safe. */
    public static final class Builder {
        private int workers; // 0: the setting
        private @Nullable String threadName;
        private @Nullable BiConsumer<? super Task, ? super Throwable> onPanic;
        private @Nullable BiConsumer<? super Task, ? super Throwable> onUnobservedFailure;
        private @Nullable Executor blockingExecutor;
        private Duration closeTimeout = Duration.ofSeconds(5);
        private @Nullable ContextPropagation context;

        private Builder() {}

        /**
         * How many worker threads; by default the setting {@code thrum.thread.count}, else as many
         * as there are processors.
         *
         * @throws IllegalArgumentException if {@code workers} is not positive
         */
        public Builder workers(int workers) {
            if (workers <= 0) {
                throw new IllegalArgumentException(
                        "workers is " + workers + ": a runtime needs at least one");
            }
            this.workers = workers;
            return this;
        }

        /**
         * The prefix of the worker threads' names, to which {@code -1}, {@code -2} … is added; by
         * default the setting {@code thrum.thread.name}, else {@code thrum}.
         *
         * @throws IllegalArgumentException if {@code prefix} is blank
         */
        public Builder threadName(String prefix) {
            if (Objects.requireNonNull(prefix, "prefix").isBlank()) {
                throw new IllegalArgumentException(
                        "prefix is empty: give the beginning of the worker threads' names");
            }
            this.threadName = prefix;
            return this;
        }

        /**
         * Replaces what happens when a task throws an {@link Error}: instead of cancelling its
         * root, {@code handler} is called, on the thread that ran the task, before its handle is
         * ready.
         */
        public Builder onPanic(BiConsumer<? super Task, ? super Throwable> handler) {
            this.onPanic = Objects.requireNonNull(handler, "handler");
            return this;
        }

        /**
         * Replaces the report of a failure that nobody looked at: instead of logging a warning,
         * {@code handler} is called, on some thread.
         */
        public Builder onUnobservedFailure(BiConsumer<? super Task, ? super Throwable> handler) {
            this.onUnobservedFailure = Objects.requireNonNull(handler, "handler");
            return this;
        }

        /**
         * What {@code spawnBlocking} runs on; by default a pool that all runtimes share, of
         * platform threads as many as keep up, and of virtual ones beyond 256. It must not run
         * commands on the calling thread, and should not be bounded: tasks that wait for each other
         * need a thread each.
         */
        public Builder blockingExecutor(Executor executor) {
            this.blockingExecutor = Objects.requireNonNull(executor, "executor");
            return this;
        }

        /**
         * How long {@link TaskRuntime#close()} waits for cleanup; by default 5 s.
         *
         * @throws IllegalArgumentException if {@code timeout} is negative
         */
        public Builder closeTimeout(Duration timeout) {
            if (Objects.requireNonNull(timeout, "timeout").isNegative()) {
                throw new IllegalArgumentException(
                        "timeout is " + timeout + ": it has to be zero or positive");
            }
            this.closeTimeout = timeout;
            return this;
        }

        /**
         * What all tasks of the runtime carry from where they are spawned; by default nothing. See
         * {@link Task.Builder#context} for single tasks.
         */
        public Builder context(ContextPropagation context) {
            this.context = Objects.requireNonNull(context, "context");
            return this;
        }

        /**
         * Makes the runtime; its threads start when first needed.
         *
         * @throws IllegalArgumentException if a setting that is a default here is wrong
         */
        public TaskRuntime build() {
            return onThreads(this);
        }

        /**
         * Makes a runtime whose tasks run on {@code executor}: see {@link TaskRuntime#on}.
         *
         * @throws IllegalStateException if {@link #workers} or {@link #threadName} was called, as
         *     the threads are the executor's
         */
        public TaskRuntime buildOn(Executor executor) {
            Objects.requireNonNull(executor, "executor");
            if (workers != 0 || threadName != null) {
                throw new IllegalStateException(
                        "workers and threadName are of a runtime's own threads: leave them out,"
                                + " or call build()");
            }
            TaskRuntime timekeeper = global();
            return new TaskRuntime(
                    new ExecutorScheduler(executor, timekeeper.scheduler::deadlineMoved),
                    timekeeper.timers,
                    new ThreadRandom(),
                    this);
        }
    }
}
