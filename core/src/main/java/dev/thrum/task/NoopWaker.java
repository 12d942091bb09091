package dev.thrum.task;

/** The waker that does nothing. */
enum NoopWaker implements Waker {
    NOOP;

    @Override
    public void wake() {
        // Nobody waits.
    }

    @Override
    public String toString() {
        return "Waker.noop()";
    }
}
