package dev.thrum.task;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * The threads that keep a {@linkplain RootTask root} of one runtime for their next blockOn, so that
 * a thread which blocks again and again need not have each of these roots put into the {@link
 * TaskRegistry} and taken out again.
 *
 * <p>Here, too, who closes the runtime sets a flag and then calls {@link #collect}, and who begins
 * such a root makes it one that has not ended and then looks at the flag. One of both sees the
 * other, since in between each of them increments the counter of all tasks' numbers: the second to
 * do so sees what the first did before.
 */
final class SpareRoots {
    /** Weak, as threads end without a word; guarded by this. */
    private final Set<Current.ForeignThread> threads =
            Collections.newSetFromMap(new WeakHashMap<>());

    private boolean closed;

    /** From now on a spare root of this thread is found here; false if the runtime is closed. */
    synchronized boolean add(Current.ForeignThread thread) {
        if (!closed) {
            threads.add(thread);
        }
        return !closed;
    }

    /** Adds the roots that have not ended. No thread uses one of these again when it has. */
    synchronized void collect(TaskRuntime runtime, List<TaskCell<?>> into) {
        TaskRuntime.nextId(); // see above
        for (Current.ForeignThread thread : threads) {
            RootTask<?> root = thread.spareRoot();
            if (root != null && root.runtime == runtime && root.transitionToFound()) {
                into.add(root);
            }
        }
    }

    /** Nothing begins any more: no thread shall keep the runtime alive. */
    synchronized void close(TaskRuntime runtime) {
        closed = true;
        for (Current.ForeignThread thread : threads) {
            thread.forgetSpareRoot(runtime);
        }
        threads.clear();
    }
}
