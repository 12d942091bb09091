package dev.thrum.task;

import java.lang.ref.WeakReference;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * The threads that keep a {@linkplain RootTask root} of one runtime for their next blockOn, so that
 * a thread which blocks again and again need not have each of these roots put into the {@link
 * TaskRegistry} and taken out again. They keep it weakly: between two blockOns the collector may
 * take it, and with it the runtime.
 *
 * <p>Here, too, who closes the runtime sets a flag and then calls {@link #collect}, and who begins
 * such a root makes it one that has not ended and then looks at the flag. One of both sees the
 * other, since in between each of them increments the counter of all tasks' numbers: the second to
 * do so sees what the first did before. For a root that is new, the lock sees to it.
 *
 * <p>Whoever blocks may have no stack or memory left: what is thrown here comes before the body has
 * run, and leaves everything as it was.
 */
final class SpareRoots {
    private static final int FIRST_CAPACITY = 8;

    /** Weak, as threads end without a word; one may be in here twice. Guarded by this, as all. */
    private WeakReference<Current.ForeignThread>[] threads = array(FIRST_CAPACITY);

    private int size;
    private boolean closed;

    /** {@code root} is the thread's from now on, and is found here; false if all is closed. */
    synchronized boolean add(Current.ForeignThread thread, RootTask<?> root) {
        if (closed) {
            return false;
        }
        if (thread.foundBy != this) {
            if (size == threads.length) {
                makeRoom();
            }
            threads[size] = new WeakReference<>(thread);
            size++;
            thread.foundBy = this;
        }
        thread.keep(root);
        return true;
    }

    /** Leaves out the threads that have ended, or block on another runtime now. */
    private void makeRoom() {
        Set<Current.ForeignThread> left = Collections.newSetFromMap(new IdentityHashMap<>());
        for (WeakReference<Current.ForeignThread> reference : threads) {
            Current.ForeignThread thread = reference.get();
            if (thread != null && thread.foundBy == this) {
                left.add(thread);
            }
        }
        WeakReference<Current.ForeignThread>[] next =
                array(Math.max(FIRST_CAPACITY, 2 * left.size()));
        int count = 0;
        for (Current.ForeignThread thread : left) {
            next[count++] = new WeakReference<>(thread);
        }
        size = count; // together, with nothing between them that could throw
        threads = next;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // there are no generic arrays
    private static WeakReference<Current.ForeignThread>[] array(int length) {
        return new WeakReference[length];
    }

    /** Adds the roots that have not ended. No thread uses one of these again when it has. */
    synchronized void collect(TaskRuntime runtime, List<TaskCell<?>> into) {
        TaskRuntime.nextId(); // see above
        Set<RootTask<?>> found = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < size; i++) {
            Current.ForeignThread thread = threads[i].get();
            RootTask<?> root = thread == null ? null : thread.keptRoot();
            if (root != null && root.runtime == runtime && root.transitionToFound()) {
                found.add(root);
            }
        }
        into.addAll(found);
    }

    /** No root begins any more. */
    synchronized void close() {
        closed = true;
    }
}
