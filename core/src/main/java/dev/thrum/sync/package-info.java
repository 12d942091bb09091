/**
 * What tasks use to wait for each other and to share memory: a promise, locks, permits, a barrier,
 * a condition, and a value that is made once.
 *
 * <p>All are made with {@code new}, are safe for use by any thread, and block none. What may have
 * to wait is an {@link dev.thrum.task.Async}, to be awaited in an async block; a plain thread
 * passes it to {@link dev.thrum.task.Task#blockOn Task.blockOn}. What never waits ({@code tryLock},
 * {@code close}, {@code complete}, {@code signal} …) is an ordinary method for anybody. A bound in
 * time is {@code lock().timeout(…)}, as for every async.
 *
 * <p><b>Fair.</b> Who waits longest is served first; each type says what exactly that means.
 *
 * <p><b>Safe under cancellation.</b> A waiting operation that is cancelled, loses a race or times
 * out has had no effect: it leaves its place, and what it was handed already, though nobody has
 * seen it yet, goes to the next in line. The exceptions are stated: {@link
 * dev.thrum.sync.Barrier#arrive} and {@link dev.thrum.sync.Condvar#waitFor}.
 *
 * <p><b>One-shot.</b> Every call of {@code lock()}, {@code acquire()} … makes a new operation,
 * which does nothing before it is first polled, and belongs to the task that polls it first
 * (outside of tasks: to the thread). Polling it from another one while it waits, or after it has
 * given its result, throws {@link java.lang.IllegalStateException}. Only a {@link
 * dev.thrum.sync.Promise} may be awaited as often as one likes.
 *
 * <p>Guards and permits are {@link java.lang.AutoCloseable} without checked exceptions. They may be
 * closed more than once, which changes nothing, and by any thread.
 *
 * <p>{@code toString()} of each tells its state and how many wait; it takes no lock and so may be a
 * moment old.
 *
 * <p>References are non-null unless they are marked {@code @Nullable}.
 */
@NullMarked
package dev.thrum.sync;

import org.jspecify.annotations.NullMarked;
