package dev.thrum.executor;

/**
 * Makes sure that there is room on the stack before something is begun that must not be left half
 * done: a job may queue others at any depth, where the stack ends too.
 */
final class StackRoom {
    /**
     * So many calls need more than waking or starting a thread does, about 5 KB compiled and 25 KB
     * interpreted; they take some 0.3 µs, the waking 5.
     */
    private static final int CALLS = 256;

    private StackRoom() {}

    /**
     * Returns if there is room.
     *
     * @throws StackOverflowError if there is not; then nothing has been changed
     */
    static void check() {
        if (descend(CALLS) != CALLS) {
            throw new AssertionError();
        }
    }

    private static int descend(int calls) {
        return calls == 0 ? 0 : descend(calls - 1) + 1;
    }
}
