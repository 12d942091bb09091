package dev.thrum.task;

import dev.thrum.executor.LocalQueue;
import dev.thrum.executor.Worker;
import dev.thrum.weave.link.Debug;
import java.lang.invoke.VarHandle;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Awaits for somebody with a debugger: they block their thread instead of suspending, so that the
 * frame of the body stays where it is. A step over an await is bound to thread and frame; only so
 * it ends on the next line, and the thread's stack shows who awaits.
 *
 * <p>To the rest of the runtime such a task is one whose poll takes long, like one that calls a
 * nested {@code blockOn}: its phase stays ACTIVE, and a worker has handed its role over. Nothing
 * waits for that thread, since an await stays only if
 *
 * <ul>
 *   <li>the body is polled by its task alone: the task's own one, or awaited by such a body. In a
 *       part of a race, say, others have to be polled meanwhile by whoever polls this;
 *   <li>no local task lives on the thread; nor is the task itself local;
 *   <li>the task is a root, whose thread is blocked anyway, or is polled by a worker, and then it
 *       is among the {@link #MOST} that came last.
 * </ul>
 *
 * Otherwise it suspends. Without a debugger none of this is there: {@link #ENABLED} is constant.
 */
final class Staying {
    /** Each takes a thread: a program with a million tasks has to run under a debugger, too. */
    private static final int MOST = 64;

    /** Under a debugger, unless {@code thrum.debug.stay} says otherwise. */
    static final boolean ENABLED =
            Boolean.parseBoolean(
                    System.getProperty("thrum.debug.stay", String.valueOf(Debug.HAS_AGENT)));

    /** The threads that wait in an await, by task: to be unparked when it is woken. */
    private static final Map<TaskCell<?>, Thread> WAITING = new ConcurrentHashMap<>();

    /**
     * The workers that have handed over their role until their poll ends, in the order in which
     * they began to wait; under its own lock.
     */
    private static final Set<Thread> LENT = new LinkedHashSet<>();

    private Staying() {}

    /** The budget of awaits is spent: whether there is nobody to give way to. */
    static boolean goesOn(Coroutine<?> self, TaskCell<?> task) {
        boolean goesOn = task instanceof RootTask && task.polls(self) && mayStay(task);
        if (goesOn) {
            task.renewBudget();
        }
        return goesOn;
    }

    /**
     * The rest of an await that is pending.
     *
     * @return the value, or {@link Coroutine#SUSPENDED} if the body has to suspend
     */
    static @Nullable Object await(Async<?> awaited, Coroutine<?> self, Context cx)
            throws Exception {
        if (!(cx instanceof TaskCell<?> task && task.polls(self))) {
            return Coroutine.SUSPENDED;
        }
        boolean told = false;
        try {
            Object value = Coroutine.SUSPENDED;
            while (Coroutine.isPending(value) && mayStay(task) && waitForWake(task)) {
                task.renewBudget();
                if (task.takeCancel()) {
                    told = true;
                    if (awaited.onCancel(task)) {
                        task.cancelDelivered();
                        throw withTrace(task.cancellation());
                    }
                }
                value = Coroutine.pollRaw(awaited, task);
            }
            if (told && Coroutine.isPending(value)) {
                self.follow();
            }
            return Coroutine.isPending(value) ? Coroutine.SUSPENDED : value;
        } catch (Throwable thrown) {
            if (told
                    && thrown instanceof CancellationException
                    && !(awaited instanceof Shield) // that has not told anybody
                    && !(awaited instanceof Coroutine)) { // the task knows it from that
                task.cancelDelivered();
            }
            AwaitTrace.pass(task, thrown);
            throw thrown;
        }
    }

    /** It crosses no await of a suspended body, which would give it a frame. */
    private static CancellationException withTrace(CancellationException cancellation) {
        cancellation.setStackTrace(new Throwable().getStackTrace());
        return cancellation;
    }

    /** Whether the calling thread may be blocked; from then on, if so, others have its role. */
    private static boolean mayStay(TaskCell<?> task) {
        if (Current.task() != task) {
            return false; // somebody uses the context of another task
        }
        if (task.givesWay() && !(task instanceof RootTask)) {
            return false; // it goes behind others; a root has none on its thread
        }
        LocalQueue locals;
        if (!(Thread.currentThread() instanceof Worker worker)) {
            locals = Current.foreignThread().localQueue;
            return task instanceof RootTask && (locals == null || locals.retained() == 0);
        }
        locals = worker.localQueue();
        return locals.retained() == 0
                && worker.scheduler() == task.runtime.scheduler
                && (task instanceof RootTask || task instanceof SharedTask)
                && lendRole(worker);
    }

    private static boolean lendRole(Worker worker) {
        synchronized (LENT) {
            boolean lent = LENT.remove(worker);
            if (!lent && LENT.size() == MOST && !sendOff()) {
                return false;
            }
            LENT.add(worker); // as the last
            if (lent) {
                return true;
            }
        }
        try {
            worker.scheduler().compensate();
            return true;
        } catch (OutOfMemoryError | StackOverflowError noOtherThread) {
            pollEnded(worker);
            return false;
        }
    }

    /** The one that has waited for longest is to suspend; false if all are running. */
    private static boolean sendOff() {
        for (Thread longest : LENT) {
            if (WAITING.containsValue(longest)) {
                LENT.remove(longest);
                LockSupport.unpark(longest);
                return true;
            }
        }
        return false;
    }

    private static boolean isSentOff() {
        synchronized (LENT) {
            return Thread.currentThread() instanceof Worker worker && !LENT.contains(worker);
        }
    }

    /** A worker's poll has ended: from here on it waits for a role, with those that spare one. */
    static void pollEnded(Thread worker) {
        synchronized (LENT) {
            LENT.remove(worker);
        }
    }

    /** Waits, on the thread that polls; false if the task is to suspend after all. */
    private static boolean waitForWake(TaskCell<?> task) {
        if (task.takeYielded()) {
            return true;
        }
        WAITING.put(task, Thread.currentThread());
        VarHandle.fullFence(); // the one in woken, or in runtimeEnds, is its partner
        try {
            while (!task.isNotified()) {
                if (task.runtime.isTerminated() || isSentOff()) {
                    return false;
                }
                LockSupport.park(task);
                if (Thread.interrupted() && task instanceof RootTask<?> root) {
                    root.interrupted(); // any other task is not told: it has no thread
                }
            }
        } finally {
            WAITING.remove(task);
        }
        task.transitionToPolled();
        return true;
    }

    /** A task was woken, or asked to cancel, and is being polled. */
    static void woken(TaskCell<?> task) {
        VarHandle.fullFence();
        Thread thread = WAITING.get(task);
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }

    /** Whether the thread of a task waits in an await; for others no more than a hint. */
    static boolean isWaiting(TaskCell<?> task) {
        return WAITING.containsKey(task);
    }

    /** The threads of a runtime are to end, as its field says. */
    static void runtimeEnds(TaskRuntime runtime) {
        VarHandle.fullFence();
        WAITING.forEach((task, thread) -> {
            if (task.runtime == runtime) {
                LockSupport.unpark(thread);
            }
        });
    }
}
