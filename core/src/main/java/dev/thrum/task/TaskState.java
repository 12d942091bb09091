package dev.thrum.task;

import dev.thrum.executor.Job;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The life of a task: one word, changed by named transitions and by nothing else.
 *
 * <pre>
 * phase     wake()      cancel()    poll begins  pending      ended  claim
 * --------  ----------  ----------  -----------  -----------  -----  -----------
 * IDLE      ACTIVE(1)   ACTIVE(1)   -            -            -      ACTIVE
 * ACTIVE    NOTIFIED    NOTIFIED    ACTIVE       IDLE         ENDED  ACTIVE(3)
 * NOTIFIED  NOTIFIED    NOTIFIED    ACTIVE       NOTIFIED(2)  ENDED  NOTIFIED(3)
 * ENDED     ENDED       ENDED       ENDED        -            -      ENDED(3)
 *
 * (1) the caller has to submit the task to its queue; it alone
 * (2) the poller has to submit it again
 * (3) somebody else has the task, or it has ended
 * </pre>
 *
 * ACTIVE is from being submitted to the end of the poll: in all that time exactly one thread, or
 * one queue, <em>has</em> the task, and only who has it polls or ends it. So taking a task out of a
 * queue and polling it needs no transition; a new task is ACTIVE. A wake in that time leads to one
 * poll more, unless it comes before the poll has begun. Who wants to end an idle task claims it.
 *
 * <p>Beside the phase stand flags that are set once and never cleared: {@link #CANCEL} (asked to
 * cancel; ignored once ended), {@link #LOOKED} (somebody has looked at the outcome), {@link
 * #PANICKED}, {@link #FOUND}, and, with the phase ENDED, one of the outcomes.
 *
 * <p>A wake is a read-modify-write of this one word even where it leaves it as it is. That is what
 * makes "a wake publishes what happened before it" true also for a wake that coalesces: who finds
 * NOTIFIED at the beginning of a poll or after one reads what such a wake wrote.
 */
abstract class TaskState extends Job {
    static final int IDLE = 0;
    static final int ACTIVE = 1;
    static final int NOTIFIED = 2;
    static final int ENDED = 3;
    private static final int PHASE = 3;

    static final int CANCEL = 1 << 2;
    static final int LOOKED = 1 << 3;
    static final int SUCCEEDED = 1 << 4;
    static final int FAILED = 1 << 5;
    static final int CANCELLED = 1 << 6;

    /** A root: a descendant has panicked while it was running. */
    static final int PANICKED = 1 << 7;

    /** A root: another thread has found it in the registry while it was running. */
    static final int FOUND = 1 << 8;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(TaskState.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("FieldMayBeFinal") // changed through STATE
    private volatile int state = ACTIVE;

    /** The word as it is now, with the effects of an acquire. */
    final int state() {
        return state;
    }

    static int phase(int state) {
        return state & PHASE;
    }

    final boolean isEnded() {
        return (state & PHASE) == ENDED;
    }

    final boolean isCancelRequested() {
        return (state & CANCEL) != 0;
    }

    /** Whether it was woken since its poll began; with the effects of an acquire. */
    final boolean isNotified() {
        return (state & PHASE) == NOTIFIED;
    }

    /** wake(): true if the caller has to submit the task. */
    final boolean transitionToWoken() {
        for (; ; ) {
            int s = state;
            int next;
            switch (s & PHASE) {
                case IDLE -> next = s + ACTIVE;
                case ACTIVE -> next = s + (NOTIFIED - ACTIVE);
                case NOTIFIED -> next = s; // still a write, for what it publishes
                default -> {
                    return false;
                }
            }
            if (STATE.compareAndSet(this, s, next)) {
                return (s & PHASE) == IDLE;
            }
        }
    }

    /** What a request to cancel requires of the caller. */
    enum OnCancel {
        /** The task has ended, or had been asked before: nothing. */
        NOTHING,
        /** The request was recorded; a poll that is under way or due will see it. */
        RECORDED,
        /** The request was recorded and the caller has to submit the task. */
        SUBMIT
    }

    /** cancel(): records the request, once. */
    final OnCancel transitionToCancelRequested() {
        for (; ; ) {
            int s = state;
            if ((s & CANCEL) != 0 || (s & PHASE) == ENDED) {
                return OnCancel.NOTHING;
            }
            int next =
                    switch (s & PHASE) {
                        case IDLE -> s + ACTIVE;
                        case ACTIVE -> s + (NOTIFIED - ACTIVE);
                        default -> s;
                    };
            if (STATE.compareAndSet(this, s, next | CANCEL)) {
                return (s & PHASE) == IDLE ? OnCancel.SUBMIT : OnCancel.RECORDED;
            }
        }
    }

    /**
     * A poll begins; by whoever has the task. A wake until now is answered by this poll.
     *
     * @return the word, ACTIVE; or ENDED, if who had the task before has ended it
     */
    final int transitionToPolled() {
        for (; ; ) {
            int s = state;
            if ((s & PHASE) != NOTIFIED) {
                return s;
            }
            if (STATE.compareAndSet(this, s, s - (NOTIFIED - ACTIVE))) {
                return s - (NOTIFIED - ACTIVE);
            }
        }
    }

    /** Takes an idle task in order to end it; true if the caller has it now. */
    final boolean transitionToClaimed() {
        for (; ; ) {
            int s = state;
            if ((s & PHASE) != IDLE) {
                return false;
            }
            if (STATE.compareAndSet(this, s, s + ACTIVE)) {
                return true;
            }
        }
    }

    /**
     * A poll ended pending. True if the task is IDLE now, and the caller has it no more; false if
     * it was woken meanwhile: the caller has to submit it.
     */
    final boolean transitionToIdle() {
        for (; ; ) {
            int s = state;
            if ((s & PHASE) == NOTIFIED) {
                return false;
            }
            if (STATE.compareAndSet(this, s, s - ACTIVE)) {
                return true;
            }
        }
    }

    /** The end; publishes the outcome, which has been written before. */
    final void transitionToEnded(int outcome) {
        for (; ; ) {
            int s = state;
            if (STATE.compareAndSet(this, s, (s & ~PHASE) | ENDED | outcome)) {
                return;
            }
        }
    }

    /** A descendant panics; false if the task has ended without such a panic. */
    final boolean transitionToPanicked() {
        for (; ; ) {
            int s = state;
            if ((s & PANICKED) != 0) {
                return true;
            }
            if ((s & PHASE) == ENDED) {
                return false;
            }
            if (STATE.compareAndSet(this, s, s | PANICKED)) {
                return true;
            }
        }
    }

    /** Another thread has found this in the registry; false if it has ended. */
    final boolean transitionToFound() {
        for (; ; ) {
            int s = state;
            if ((s & PHASE) == ENDED) {
                return false;
            }
            if ((s & FOUND) != 0 || STATE.compareAndSet(this, s, s | FOUND)) {
                return true;
            }
        }
    }

    /**
     * From ENDED to what a new task is; by who knows that nobody else has any use for this one. The
     * caller sees to its being visible in time.
     */
    final void transitionToNew() {
        STATE.setOpaque(this, ACTIVE);
    }

    /** Somebody looks at the outcome; true for the first. */
    final boolean transitionToLooked() {
        int before = state;
        return (before & LOOKED) == 0 && ((int) STATE.getAndBitwiseOr(this, LOOKED) & LOOKED) == 0;
    }
}
