package dev.thrum.task;

import dev.thrum.executor.Worker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The values of one task's locals, in the order of their creation. Touched only by the thread that
 * polls the task.
 *
 * <p>Few tasks have more than a handful, for which a look through an array is fastest; beyond that
 * an index is kept.
 */
final class TaskLocals {
    private static final int INDEX_FROM = 9;

    /** Those of every task whose body has ended and whose values are destroyed. */
    static final TaskLocals GONE = new TaskLocals();

    private @Nullable TaskLocal<?>[] keys = new TaskLocal<?>[2];
    private @Nullable Object[] values = new Object[2];
    private int size;

    /** See {@link TaskCell#flight}. */
    AwaitTrace.@Nullable Flight flight;

    /** How many of the first ones came from the parent task. */
    private int inherited;

    /** Some key here is inheritable, or was. */
    private boolean inheritable;

    /**
     * What was read last: mostly what is read next, and then found without a look at the arrays.
     */
    private @Nullable TaskLocal<?> lastKey;

    private @Nullable Object lastValue;
    private @Nullable IdentityHashMap<TaskLocal<?>, Integer> index;
    private @Nullable Set<TaskLocal<?>> initializing;
    private @Nullable Set<TaskLocal<?>> destroyed;

    /** The value of {@code key} in {@code task}, made now if this is the first access. */
    @SuppressWarnings({"unchecked", "NullAway"}) // a key's value is of that key's initialiser
    static <T extends @Nullable Object> T get(TaskCell<?> task, TaskLocal<T> key) {
        TaskLocals locals = task.locals();
        if (locals != null) {
            if (locals.lastKey == key) {
                cache(key, locals.lastValue);
                return (T) locals.lastValue;
            }
            int at = locals.find(key);
            if (at >= 0) {
                locals.lastKey = key;
                locals.lastValue = locals.values[at];
                return (T) locals.lastValue;
            }
        }
        return create(task, key);
    }

    /**
     * Puts what is read again in the same poll where {@link TaskLocal#get} finds it at once: at the
     * second read of a poll, as most polls read but once, and not later, so that two locals that
     * are read in turns do not drive each other out.
     */
    private static void cache(TaskLocal<?> key, @Nullable Object value) {
        if (Thread.currentThread() instanceof Worker worker && worker.cacheMisses++ == 1) {
            worker.cachedKey = key;
            worker.cachedValue = value;
        }
    }

    /** What is destroyed must not be found any more. */
    private static void forgetCached() {
        if (Thread.currentThread() instanceof Worker worker) {
            worker.cachedKey = null;
            worker.cachedValue = null;
        }
    }

    private int find(TaskLocal<?> key) {
        if (index != null) {
            return index.getOrDefault(key, -1);
        }
        for (int i = 0; i < size; i++) {
            if (keys[i] == key) {
                return i;
            }
        }
        return -1;
    }

    private static <T extends @Nullable Object> T create(TaskCell<?> task, TaskLocal<T> key) {
        TaskLocals locals = task.locals();
        if (locals == GONE) {
            throw new TaskLocalAccessException(
                    task.task() + " has ended: its task-locals are destroyed");
        }
        if (locals == null) {
            locals = new TaskLocals();
            task.locals(locals);
        }
        if (locals.destroyed != null && locals.destroyed.contains(key)) {
            throw new TaskLocalAccessException(
                    "this task-local of "
                            + task.task()
                            + " is already destroyed: destructors run in reverse order of"
                            + " creation");
        }
        if (locals.initializing == null) {
            locals.initializing = new HashSet<>();
        }
        if (!locals.initializing.add(key)) {
            throw new IllegalStateException(
                    "the initialiser of a task-local accesses that same task-local, in "
                            + task.task());
        }
        T value;
        try {
            value = key.initialValue();
        } finally {
            locals.initializing.remove(key);
        }
        locals.append(key, value);
        return value;
    }

    /**
     * What a task spawned by the one whose values these are begins with; null if that is nothing.
     * Called by the parent's poller.
     *
     * @throws RuntimeException or Error of a copying function; what was copied before is destroyed
     */
    @Nullable TaskLocals inherited() {
        if (!inheritable) {
            return null;
        }
        TaskLocals child = new TaskLocals();
        try {
            for (int i = 0; i < size; i++) {
                TaskLocal<?> key = keys[i];
                if (key.isInheritable()) {
                    child.append(key, key.inherit(values[i]));
                }
            }
        } catch (Throwable thrown) {
            child.inherited = child.size;
            child.destroyAll().forEach(ofADestructor -> Throwables.suppress(thrown, ofADestructor));
            throw thrown;
        }
        child.inherited = child.size;
        return child.size == 0 ? null : child;
    }

    private void append(TaskLocal<?> key, @Nullable Object value) {
        inheritable |= key.isInheritable();
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, 2 * size);
            values = Arrays.copyOf(values, 2 * size);
        }
        keys[size] = key;
        values[size] = value;
        if (index != null) {
            index.put(key, size);
        }
        size++;
        if (size == INDEX_FROM) {
            IdentityHashMap<TaskLocal<?>, Integer> all = new IdentityHashMap<>();
            for (int i = 0; i < size; i++) {
                all.put(keys[i], i);
            }
            index = all;
        }
    }

    /**
     * Destroys the values of a task whose body has ended, the last created first; those that a
     * destructor creates meanwhile too. A destructor that throws is reported and does not keep the
     * others from running.
     */
    static void destroy(TaskCell<?> task) {
        TaskLocals locals = task.locals();
        if (locals == null) {
            task.locals(GONE);
            return;
        }
        List<Throwable> thrown = locals.destroyAll();
        task.locals(GONE);
        for (Throwable ofADestructor : thrown) {
            task.runtime.failures().unobserved(task.task().detached(), ofADestructor);
        }
    }

    /** Gives what the destructors throw. */
    private List<Throwable> destroyAll() {
        List<Throwable> thrown = new ArrayList<>(0);
        Set<TaskLocal<?>> gone = new HashSet<>();
        destroyed = gone;
        while (size > 0) {
            int last = --size;
            TaskLocal<?> key = keys[last];
            Object value = values[last];
            values[last] = null;
            keys[last] = null;
            if (index != null) {
                index.remove(key);
            }
            gone.add(key);
            lastKey = null; // it may be this one, read by an earlier destructor
            lastValue = null;
            forgetCached();
            boolean borrowed = last < inherited && key.isShared();
            inherited = Math.min(inherited, last); // what a destructor creates here is the task's
            if (borrowed) {
                continue;
            }
            try {
                key.destroy(value);
            } catch (Throwable ofTheDestructor) {
                thrown.add(ofTheDestructor);
            }
        }
        return thrown;
    }
}
