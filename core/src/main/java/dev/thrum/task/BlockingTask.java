package dev.thrum.task;

import dev.thrum.executor.Worker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A task of blocking code: runs from beginning to end on a thread of the runtime's blocking
 * executor.
 *
 * <p>Cancelling interrupts it, but only while the code runs: the interrupt must neither be lost nor
 * hit what the thread does next. {@link #runner} decides: null, then the thread, then FINISHED; who
 * interrupts takes it from the thread to INTERRUPTING and, having interrupted, to FINISHED, which
 * the thread waits for before it clears its flag and goes on. From null it goes to FINISHED at once
 * if the task is dropped before it has begun.
 */
final class BlockingTask<T extends @Nullable Object> extends TaskCell<T> implements Runnable {
    private static final Object INTERRUPTING = new Object();
    private static final Object FINISHED = new Object();
    private static final VarHandle RUNNER;

    static {
        try {
            RUNNER =
                    MethodHandles.lookup()
                            .findVarHandle(BlockingTask.class, "runner", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private @Nullable Callable<? extends T> code;
    private volatile @Nullable Object runner;

    /** Cancelling had an effect: the code was interrupted, or kept from running. */
    private boolean stopped;

    BlockingTask(TaskRuntime runtime, Callable<? extends T> code, TaskAttributes attributes) {
        super(runtime, null, attributes);
        this.code = code;
    }

    /** A blocking task is submitted once, by the runtime; nothing it waits for wakes it. */
    @Override
    void submit() {
        throw new IllegalStateException(task() + " cannot be woken; a bug in Thrum");
    }

    @Override
    public boolean run(@Nullable Worker worker) {
        throw new IllegalStateException(task() + " does not run on workers; a bug in Thrum");
    }

    @Override
    public void run() {
        if (!RUNNER.compareAndSet(this, null, Thread.currentThread())) {
            return; // dropped before it could start
        }
        TaskCell<?> outer = Current.enter(this);
        try {
            T value;
            try {
                value = call();
            } catch (Throwable failure) {
                finish(null, failure);
                return;
            }
            finish(value, null);
        } finally {
            Current.enter(outer);
        }
    }

    private T call() throws Exception {
        Callable<? extends T> body = code;
        code = null;
        try {
            if (isCancelRequested() || body == null) { // after the CAS: see cancel
                stopped = true;
                throw cancellation();
            }
            return body.call();
        } finally {
            if (!RUNNER.compareAndSet(this, Thread.currentThread(), FINISHED)) {
                while (runner != FINISHED) {
                    Thread.onSpinWait();
                }
                Thread.interrupted();
                stopped = true;
            }
        }
    }

    /** It is not polled: who has it is who takes it before it begins. */
    @Override
    boolean claim() {
        return RUNNER.compareAndSet(this, null, FINISHED);
    }

    /** After an interrupt any exception counts as its consequence. */
    @Override
    int outcomeOf(Throwable failure) {
        return failure instanceof Exception && stopped ? CANCELLED : FAILED;
    }

    @Override
    public Async<Outcome<T>> cancel() {
        if (transitionToCancelRequested() != OnCancel.NOTHING) {
            if (drop()) {
                code = null; // the executor may hold this for long; it will not run
            } else {
                interrupt();
            }
        }
        return outcome();
    }

    private void interrupt() {
        if (runner instanceof Thread thread && RUNNER.compareAndSet(this, thread, INTERRUPTING)) {
            try {
                thread.interrupt();
            } finally {
                runner = FINISHED;
            }
        }
    }
}
