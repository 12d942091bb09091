package dev.thrum.judges.bytecode;

import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.task.Coroutine;
import dev.thrum.task.Poll;
import dev.thrum.task.Waker;
import java.util.concurrent.atomic.LongAdder;

/** What methods await that have been made coroutines, and how they are run. */
public final class Pending implements Async<Object> {

    private static final LongAdder SUSPENSIONS = new LongAdder();
    private static final Context CONTEXT = Context.of(Waker.noop());

    private boolean polled;

    private Pending() {}

    /** Something that is pending the first time. */
    public static Async<Object> once() {
        return new Pending();
    }

    @Override
    public Poll<Object> poll(Context cx) {
        if (polled) {
            return Poll.ready("done");
        }
        polled = true;
        return Poll.pending();
    }

    /** Runs a method's machine to its end, on this thread. */
    public static Object run(Coroutine<?> machine) throws Exception {
        long polls = 0;
        try {
            while (true) {
                if (machine.poll(CONTEXT) instanceof Poll.Ready<?>(Object value)) {
                    return value;
                }
                polls++;
            }
        } finally {
            SUSPENSIONS.add(polls);
        }
    }

    /** How often machines were suspended so far. */
    static long suspensions() {
        return SUSPENSIONS.sum();
    }
}
