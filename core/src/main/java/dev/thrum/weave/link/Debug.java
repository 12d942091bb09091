package dev.thrum.weave.link;

/** Whether somebody may want to look at variables that the program itself needs no more. */
final class Debug {

    /** True with {@code -Dthrum.debug=true}, or if the program was started under a debugger. */
    static final boolean KEEPS_DEAD = Boolean.getBoolean("thrum.debug") || isAttached();

    private Debug() {}

    private static boolean isAttached() {
        ThreadGroup root = Thread.currentThread().getThreadGroup();
        while (root != null && root.getParent() != null) {
            root = root.getParent();
        }
        if (root == null) {
            return false;
        }
        Thread[] threads = new Thread[root.activeCount() + 16];
        int count = root.enumerate(threads);
        for (int i = 0; i < count; i++) {
            if (threads[i].getName().startsWith("JDWP ")) {
                return true;
            }
        }
        return false;
    }
}
