package dev.thrum.task;

/** Throwing without declaring, and reporting what may not be thrown on. */
final class Throwables {
    private Throwables() {}

    /**
     * Throws {@code thrown} as it is, checked or not; the type of what it returns is for the caller
     * to throw.
     */
    @SuppressWarnings("unchecked") // erased: the cast is to Throwable
    static <E extends Throwable> RuntimeException sneak(Throwable thrown) throws E {
        throw (E) thrown;
    }

    /** Adds {@code later} to {@code first} if it is another one and {@code first} takes it. */
    static void suppress(Throwable first, Throwable later) {
        if (first != later) {
            first.addSuppressed(later);
        }
    }

    /** Hands what must not end the calling thread to the handler that would see it if it did. */
    static void uncaught(Throwable thrown) {
        Thread thread = Thread.currentThread();
        try {
            thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
        } catch (Throwable ofTheHandler) {
            // The JVM, too, ignores what the last handler throws: there is nobody left to tell.
        }
    }
}
