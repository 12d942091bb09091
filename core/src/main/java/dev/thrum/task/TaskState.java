package dev.thrum.task;

import dev.thrum.executor.Job;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The life of a task: one word, changed by named transitions and by nothing else.
 *
 * <pre>
 * phase      wake()        cancel()      poll begins  pending       ended  drop
 * ---------  ------------  ------------  -----------  ------------  -----  -----------
 * IDLE       SCHEDULED(1)  SCHEDULED(1)  –            –             –      RUNNING
 * SCHEDULED  SCHEDULED     SCHEDULED     RUNNING      –             –      RUNNING
 * RUNNING    NOTIFIED      NOTIFIED      RUNNING(3)   IDLE          ENDED  RUNNING(4)
 * NOTIFIED   NOTIFIED      NOTIFIED      NOTIFIED(3)  SCHEDULED(2)  ENDED  NOTIFIED(4)
 * ENDED      ENDED         ENDED         ENDED(3)     –             –      ENDED(4)
 *
 * (1) the caller has to submit the task to its queue; it alone
 * (2) the poller has to submit it again
 * (3) the task was dropped, or is being dropped: it is not polled
 * (4) the task is being polled, or has ended: it is not dropped
 *
 * Who drops a task, because nobody will poll it again, takes the place of its poller.
 * </pre>
 *
 * Beside the phase stand flags that are set once and never cleared: {@link #CANCEL} (asked to
 * cancel; ignored once ended), {@link #LOOKED} (somebody has looked at the outcome), and, with the
 * phase ENDED, one of the outcomes.
 *
 * <p>Every transition is a read-modify-write of this one word, those that leave it as it is
 * included, so all are totally ordered and each synchronises with those after it. That is what
 * makes "a wake publishes what happened before it" true also for a wake that coalesces: it is
 * ordered before the poller's transition to RUNNING, which reads it.
 */
abstract class TaskState extends Job {
    static final int IDLE = 0;
    static final int SCHEDULED = 1;
    static final int RUNNING = 2;
    static final int NOTIFIED = 3;
    static final int ENDED = 4;
    private static final int PHASE = 7;

    static final int CANCEL = 1 << 3;
    static final int LOOKED = 1 << 4;
    static final int SUCCEEDED = 1 << 5;
    static final int FAILED = 1 << 6;
    static final int CANCELLED = 1 << 7;

    /** A root: a descendant has panicked while it was running. */
    static final int PANICKED = 1 << 8;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(TaskState.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("FieldMayBeFinal") // changed through STATE
    private volatile int state = SCHEDULED;

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

    /** wake(): true if the caller has to submit the task. */
    final boolean transitionToScheduled() {
        for (; ; ) {
            int s = state;
            int next;
            switch (s & PHASE) {
                case IDLE -> next = s + SCHEDULED;
                case RUNNING -> next = s + (NOTIFIED - RUNNING);
                case SCHEDULED, NOTIFIED -> next = s; // still a write, for what it publishes
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
                        case IDLE -> s + SCHEDULED;
                        case RUNNING -> s + (NOTIFIED - RUNNING);
                        default -> s;
                    };
            if (STATE.compareAndSet(this, s, next | CANCEL)) {
                return (s & PHASE) == IDLE ? OnCancel.SUBMIT : OnCancel.RECORDED;
            }
        }
    }

    /**
     * A poll begins. The caller must be the one that took the task to poll.
     *
     * @return the word before; unless the phase in it is SCHEDULED the task was dropped, or is
     *     being dropped, and must not be polled
     */
    final int transitionToRunning() {
        for (; ; ) {
            int s = state;
            if ((s & PHASE) != SCHEDULED
                    || STATE.compareAndSet(this, s, s + (RUNNING - SCHEDULED))) {
                return s;
            }
        }
    }

    /** Somebody wants to end the task without polling it: true if it is RUNNING now, for that. */
    final boolean transitionToDropping() {
        for (; ; ) {
            int s = state;
            if ((s & PHASE) != IDLE && (s & PHASE) != SCHEDULED) {
                return false;
            }
            if (STATE.compareAndSet(this, s, (s & ~PHASE) | RUNNING)) {
                return true;
            }
        }
    }

    /**
     * A poll ended pending. True if the task is IDLE now, and the caller must not touch it again;
     * false if it was woken meanwhile and is SCHEDULED: the caller has to submit it.
     */
    final boolean transitionToIdle() {
        for (; ; ) {
            int s = state;
            boolean idle = (s & PHASE) == RUNNING;
            int next = idle ? s - RUNNING : s - (NOTIFIED - SCHEDULED);
            if (STATE.compareAndSet(this, s, next)) {
                return idle;
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

    /** Somebody looks at the outcome; true for the first. */
    final boolean transitionToLooked() {
        int before = state;
        return (before & LOOKED) == 0 && ((int) STATE.getAndBitwiseOr(this, LOOKED) & LOOKED) == 0;
    }
}
