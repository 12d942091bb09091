package dev.thrum.sync;

import dev.thrum.task.Context;

/** One that waits for a mutex. */
class MutexWaiter extends Waiter {
    final Mutex mutex;

    /** What it holds the mutex by, once granted. Written before the phase, and read after it. */
    long ticket;

    /** Has been woken to help itself once; guarded by the queue's monitor. */
    boolean wasCalled;

    MutexWaiter(Context cx, Mutex mutex) {
        super(cx);
        this.mutex = mutex;
    }
}
