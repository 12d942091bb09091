package dev.thrum.task;

import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes the trace of an exception that leaves a body, or crosses an await, read like that of
 * blocking code: the frames of bodies bear the user's names, those of the runtime between them go,
 * and a body that was resumed, and so does not stand on the stack, gets a frame at its await.
 *
 * <p>A trace is rewritten once, by the task in which the exception arises. That it has not been is
 * seen by its raw frames, those of the runtime; what comes from elsewhere, over a handle or from a
 * constant, has none and is left alone, as is an exception without a trace. From then on the task
 * remembers the exception, weakly, as being in {@link Flight}, and appends a frame for each await
 * that it crosses on its way out, up to {@link #MAX_FRAMES}.
 *
 * <p>All this costs microseconds, and only when something is thrown.
 */
final class AwaitTrace {
    private static final int MAX_FRAMES = 100;
    private static final String OWN = "dev.thrum.";
    private static final String STAYING = Staying.class.getName();
    private static final String COROUTINE = Coroutine.class.getName();

    /** By class name; as many as there are classes in the runtime's packages. */
    private static final ConcurrentHashMap<String, Boolean> OF_THE_RUNTIME =
            new ConcurrentHashMap<>();

    private AwaitTrace() {}

    /** An exception on its way through the awaits of a task. */
    static final class Flight {
        private final WeakReference<Throwable> thrown;

        /** Where the frame of the next awaiting body goes. */
        private int end;

        private int appended;

        /** Where it goes once the exception has passed the next await of {@link Staying}. */
        private final Deque<Integer> ends;

        Flight(Throwable thrown, int end, Deque<Integer> ends) {
            this.thrown = new WeakReference<>(thrown);
            this.end = end;
            this.ends = ends;
        }
    }

    /** {@code thrown} leaves the code of a body. Never throws. */
    static void leave(Context cx, Throwable thrown) {
        try {
            TaskCell<?> task = OneShot.taskOf(cx);
            if (task != null && !isInFlight(task, thrown)) {
                begin(task, thrown);
            }
        } catch (Throwable noTrace) {
            // For want of memory or stack, or by an overridden method of the exception: it is what
            // matters, and goes on with the trace it has.
        }
    }

    /**
     * {@code thrown} is what the await of {@code body} gives, which is resumed with it. Never
     * throws.
     */
    static void cross(Context cx, Coroutine<?> body, Throwable thrown) {
        try {
            append(cx, body, thrown);
        } catch (Throwable noTrace) {
            // As in leave.
        }
    }

    /**
     * {@code thrown} leaves an await at which a body has stayed on the stack. What that awaits was
     * resumed above it, so its frames are in the trace, below those that are appended until here.
     */
    static void pass(TaskCell<?> task, Throwable thrown) {
        Flight flight = task.flight();
        if (flight != null && isInFlight(task, thrown) && !flight.ends.isEmpty()) {
            flight.end = flight.ends.removeFirst() + flight.appended;
        }
    }

    private static void append(Context cx, Coroutine<?> body, Throwable thrown) {
        TaskCell<?> task = OneShot.taskOf(cx);
        if (task == null || !(isInFlight(task, thrown) || begin(task, thrown))) {
            return;
        }
        Flight flight = task.flight();
        if (flight == null || flight.appended == MAX_FRAMES) {
            return;
        }
        StackTraceElement[] trace = thrown.getStackTrace();
        int at = flight.end;
        if (at > trace.length) {
            return; // somebody else has changed it meanwhile
        }
        StackTraceElement[] longer = new StackTraceElement[trace.length + 1];
        System.arraycopy(trace, 0, longer, 0, at);
        longer[at] = body.frame();
        System.arraycopy(trace, at, longer, at + 1, trace.length - at);
        thrown.setStackTrace(longer);
        flight.end = at + 1;
        flight.appended++;
    }

    private static boolean isInFlight(TaskCell<?> task, Throwable thrown) {
        Flight flight = task.flight();
        return flight != null && flight.thrown.refersTo(thrown);
    }

    /** Rewrites a raw trace; false if it is not raw, or cannot be written. */
    private static boolean begin(TaskCell<?> task, Throwable thrown) {
        StackTraceElement[] trace = thrown.getStackTrace();
        Deque<Integer> ends = new ArrayDeque<>(0);
        if (thrown instanceof TaskCancellation && trace.length == 0) {
            task.flight(new Flight(thrown, 0, ends));
            return true;
        }
        List<StackTraceElement> kept = new ArrayList<>(trace.length + 1);
        int end = -1;
        for (int i = 0; i < trace.length; i++) {
            StackTraceElement frame = trace[i];
            // The code stands in step, or in a method of the machine that step has called.
            int step = isCalledByStep(trace, i) ? i + 1 : i;
            boolean calledByRuntime =
                    step + 1 < trace.length && trace[step + 1].getClassName().equals(COROUTINE);
            if (isMadeByTheBuild(frame)) {
                continue;
            }
            if (calledByRuntime && isMachine(trace[step])) {
                kept.add(named(frame));
                end = kept.size();
                i = step;
            } else if (isInternal(frame)) {
                if (end < 0) {
                    end = kept.size();
                }
                if (isStaying(frame)) {
                    ends.add(end);
                    end = -1;
                }
            } else {
                kept.add(frame);
            }
        }
        if (end >= 0) {
            ends.add(end);
        }
        if (ends.isEmpty()) {
            return false;
        }
        thrown.setStackTrace(kept.toArray(StackTraceElement[]::new));
        task.flight(new Flight(thrown, ends.removeFirst(), ends));
        return true;
    }

    private static boolean isStaying(StackTraceElement frame) {
        return Staying.ENABLED
                && frame.getClassName().equals(STAYING)
                && frame.getMethodName().equals("await");
    }

    /** What stands between a body and its code if it was woven before it was loaded. */
    private static boolean isMadeByTheBuild(StackTraceElement frame) {
        String name = frame.getClassName();
        return frame.getMethodName().startsWith("thrum$")
                // Host$$method$$body, and not Host$$body, which is of a method of that name
                || name.lastIndexOf("$$body") > name.indexOf("$$");
    }

    private static boolean isCalledByStep(StackTraceElement[] trace, int i) {
        return i + 1 < trace.length
                && isMachine(trace[i + 1])
                && trace[i + 1].getClassName().equals(trace[i].getClassName());
    }

    /** Frames of the runtime, but for those by which a program enters it. */
    private static boolean isInternal(StackTraceElement frame) {
        String name = frame.getClassName();
        if (!name.startsWith(OWN)) {
            return false;
        }
        return switch (name.substring(OWN.length())) {
            case "task.Task", "task.TaskRuntime", "task.JoinHandle" -> false;
            case "executor.Worker" -> !frame.getMethodName().equals("run");
            default -> isOfTheRuntime(name);
        };
    }

    /** Names alone do not tell: the tests of this package stand in it, too. */
    private static boolean isOfTheRuntime(String name) {
        return OF_THE_RUNTIME.computeIfAbsent(name, AwaitTrace::isDefinedWithTheRuntime);
    }

    private static boolean isDefinedWithTheRuntime(String name) {
        try {
            return Class.forName(name, false, AwaitTrace.class.getClassLoader())
                            .getProtectionDomain()
                    == AwaitTrace.class.getProtectionDomain();
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static boolean isMachine(StackTraceElement frame) {
        return frame.getMethodName().equals("step") && frame.getClassName().contains("$$");
    }

    /** The frame of a machine as one of the method that it was made from. */
    private static StackTraceElement named(StackTraceElement frame) {
        String name = frame.getClassName();
        int cut = name.indexOf("$$");
        String method = name.substring(cut + 2);
        int count = method.indexOf("$$");
        return frame(
                name.substring(0, cut),
                count < 0 ? method : method.substring(0, count),
                frame.getFileName(),
                frame.getLineNumber());
    }

    /** A frame that names the method in which a lambda stands, rather than the compiler's name. */
    static StackTraceElement frame(
            String className, String method, @Nullable String file, int line) {
        String name = method.startsWith("lambda$") ? method.substring("lambda$".length()) : method;
        int cut = name.indexOf('$');
        String source = cut > 0 ? name.substring(0, cut) : name;
        String shown =
                switch (source) {
                    case "new" -> "<init>";
                    case "static" -> "<clinit>";
                    default -> source;
                };
        return new StackTraceElement(className, shown, file, line);
    }
}
