package dev.thrum.stream;

import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.task.JoinHandle;
import dev.thrum.task.Outcome;
import dev.thrum.task.Poll;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The ends of the tasks that a stream had started and has cancelled. */
final class Endings {
    private final List<Async<? extends Outcome<?>>> outcomes = new ArrayList<>(0);
    private @Nullable Throwable failure;

    /** Cancels tasks, whose ends are to be waited for. */
    void cancel(Collection<? extends JoinHandle<?>> tasks) {
        for (JoinHandle<?> task : tasks) {
            outcomes.add(task.cancel());
        }
    }

    /** Whether all have ended; throws what their cleanup failed with. */
    boolean poll(Context cx) throws Exception {
        while (!outcomes.isEmpty()) {
            if (!(outcomes.getLast().poll(cx) instanceof Poll.Ready<?>(var outcome))) {
                return false;
            }
            outcomes.removeLast();
            if (outcome instanceof Outcome.Failed<?>(Throwable cause)) {
                failure = Failures.first(failure, cause);
            }
        }
        Throwable thrown = failure;
        failure = null;
        if (thrown != null) {
            throw Failures.sneak(thrown);
        }
        return true;
    }
}
