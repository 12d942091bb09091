package dev.thrum.waiting;

import dev.thrum.task.Waker;

/** Waking, without suffering from what a foreign waker throws. */
public final class Wakes {
    private Wakes() {}

    /**
     * Wakes. What the waker throws concerns neither the caller, whose operation has taken place,
     * nor who waits behind; it goes to the handler that would see it if it ended the thread.
     */
    public static void wake(Waker waker) {
        try {
            waker.wake();
        } catch (Throwable thrown) {
            Thread thread = Thread.currentThread();
            try {
                thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
            } catch (Throwable ofTheHandler) {
                // The JVM, too, ignores what the last handler throws: there is nobody left to tell.
            }
        }
    }
}
