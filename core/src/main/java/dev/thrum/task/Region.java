package dev.thrum.task;

import org.jspecify.annotations.Nullable;

/**
 * A context of the runtime's own: a stretch of a task that is cancelled as one.
 *
 * <p>The task itself is a region; so is each part of a race, a join or a timeout, since a loser is
 * cancelled while its task goes on; a shield is one that hides the cancellation of what surrounds
 * it. A woven body asks its region before each await whether a cancellation is due there. All
 * methods are called by the thread that polls.
 */
sealed interface Region extends Context permits PolledTask, Child, Timeout, Shield, ScopeBlock {
    /** The task that polls, if a task does. */
    @Nullable TaskCell<?> cell();

    /** The innermost part of a {@link Group} that this is in, or is, if any. */
    @Nullable Child part();

    /** Whether this region was asked to cancel and no await has thrown on account of it yet. */
    boolean isCancelPending();

    /** The cancellation was thrown out of an await within this region: it is not thrown again. */
    void cancelDelivered();
}
