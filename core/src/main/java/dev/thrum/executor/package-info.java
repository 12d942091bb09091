/**
 * Runs jobs on a few threads: a work-stealing executor, and the thread-affine queues beside it.
 *
 * <p>Not exported. The task layer is the only client; this package knows neither tasks nor timers,
 * only {@link dev.thrum.executor.Job jobs} and one {@link dev.thrum.executor.DeadlineSource
 * deadline}. The client sees {@link dev.thrum.executor.Scheduler}, the seam at which another
 * scheduler (a deterministic one, for tests) can take the place of {@link
 * dev.thrum.executor.WorkStealingScheduler}, and {@link dev.thrum.executor.LocalQueue} for what
 * must run on one certain thread.
 */
@NullMarked
package dev.thrum.executor;

import org.jspecify.annotations.NullMarked;
