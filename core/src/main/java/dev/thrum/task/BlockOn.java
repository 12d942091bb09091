package dev.thrum.task;

import dev.thrum.weave.link.BodyKind;
import org.jspecify.annotations.Nullable;

/**
 * The ways to block on something: with a {@link RootTask} of its own, with one that this thread
 * uses again, or with none.
 */
final class BlockOn {
    private BlockOn() {}

    /** {@link Task#blockOn(Async)}. */
    static <T extends @Nullable Object> T block(
            TaskRuntime runtime, Async<T> body, TaskAttributes attributes) {
        runtime.checkOpen(); // before anything is inherited or captured
        ContextPropagation context = runtime.contextOf(attributes);
        if (body instanceof Settled<T> settled && context == null && needsNoRoot(settled)) {
            return RootTask.takeResult(settled);
        }
        return begin(runtime, InContext.of(context, body), attributes).complete();
    }

    /** As {@link #block(TaskRuntime, Async, TaskAttributes)}, of the block of a body. */
    static <T extends @Nullable Object> T block(
            TaskRuntime runtime, AsyncCallable<T> body, TaskAttributes attributes) {
        RootTask<T> root = beginCall(runtime, BodyKind.CALLABLE, body, attributes);
        return root != null ? root.complete() : block(runtime, AsyncBodies.block(body), attributes);
    }

    /** Likewise, without a value. */
    static void block(TaskRuntime runtime, AsyncRunnable body, TaskAttributes attributes) {
        RootTask<?> root = beginCall(runtime, BodyKind.RUNNABLE, body, attributes);
        if (root != null) {
            root.complete();
        } else {
            block(runtime, AsyncBodies.block(body), attributes);
        }
    }

    /** A root that calls the body as it is; null if there has to be a block of it. */
    private static <T extends @Nullable Object> @Nullable RootTask<T> beginCall(
            TaskRuntime runtime, BodyKind kind, Object body, TaskAttributes attributes) {
        runtime.checkOpen();
        if (attributes != TaskAttributes.NONE) {
            return null;
        }
        // There is none where a context is to be carried: see begin.
        RootTask<T> spare = reusable(Current.knownForeignThread(), runtime);
        PlainCall<T> call = spare == null ? null : spare.call;
        if (spare == null || call == null || !call.take(kind, body)) {
            return null;
        }
        spare.beginAgain(call);
        return spare;
    }

    @SuppressWarnings("unchecked") // of what was learnt as of what it is learnt from
    private static <T extends @Nullable Object> RootTask<T> begin(
            TaskRuntime runtime, Async<T> body, TaskAttributes attributes) {
        Current.ForeignThread here = null;
        // Only blocks: other bodies are given the context itself, and may keep it.
        if (attributes == TaskAttributes.NONE && body instanceof Coroutine) {
            here = Current.knownForeignThread();
            RootTask<T> spare = reusable(here, runtime);
            if (spare != null) {
                if (body instanceof PlainBody<T> plain) {
                    spare.call = (PlainCall<T>) PlainCall.learn(spare.call, plain);
                }
                spare.beginAgain(body);
                return spare;
            }
        }
        RootTask<T> root = new RootTask<>(runtime, body, attributes);
        runtime.admit(root, here != null && here.wantsSpareRoot() ? here : null);
        return root;
    }

    /**
     * Whether nobody could tell whether there was a root: it would run nothing, and neither the
     * thread nor a task around it has a cancellation for it.
     */
    private static boolean needsNoRoot(Settled<?> body) {
        return body.isDone() && Current.task() == null && !Thread.currentThread().isInterrupted();
    }

    @SuppressWarnings("unchecked") // a root that is used again knows nothing of its former type
    private static <T extends @Nullable Object> @Nullable RootTask<T> reusable(
            Current.@Nullable ForeignThread here, TaskRuntime runtime) {
        return here == null ? null : (RootTask<T>) here.reusableRoot(runtime);
    }
}
