package dev.thrum.task;

import dev.thrum.executor.Worker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All tasks of a runtime that have not ended: for closing it, and for looking at what it does.
 *
 * <p>Each worker has a {@link Bag} of its own and adds to it without any synchronisation but the
 * release of one array element; all other threads share a few bags under locks. A task knows its
 * array and index, so that whoever ends it takes it out with one store. An array never moves its
 * elements, hence the store cannot miss.
 *
 * <p>Who closes the runtime sets a flag and then calls {@link #alive}; who starts a task adds it
 * and then looks at the flag: one of both must see the other. With a shared bag that follows from
 * the lock, which both take; a worker has to execute a full fence in between.
 */
final class TaskRegistry {
    private static final int SHARED_BAGS = 4;

    /** How many elements of an array are looked at; also the length of a first one. */
    private static final int SAMPLE = 64;

    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(TaskCell[].class);

    private final List<Bag> workerBags = new ArrayList<>(); // guarded by itself
    private final Bag[] sharedBags = new Bag[SHARED_BAGS];

    TaskRegistry() {
        for (int i = 0; i < SHARED_BAGS; i++) {
            sharedBags[i] = new Bag();
        }
    }

    /** Arrays that one thread at a time puts tasks into. */
    private static final class Bag {
        /** Read by others; replaced as a whole. */
        private volatile List<TaskCell<?>[]> chunks = List.of();

        private TaskCell<?>[] current = new TaskCell<?>[0];
        private int cursor;

        /** The state of a xorshift generator; never 0. */
        private int random = 1;

        void add(TaskCell<?> task) {
            for (; ; ) {
                TaskCell<?>[] chunk = current;
                for (int i = cursor; i < chunk.length; i++) {
                    if (chunk[i] == null) {
                        cursor = i + 1;
                        task.registryChunk = chunk;
                        task.registrySlot = i;
                        ELEMENT.setRelease(chunk, i, task); // pairs with the acquire in collect
                        return;
                    }
                }
                current = nextChunk();
                cursor = 0;
            }
        }

        /**
         * The largest array of which about half is free, as far as a sample tells. If there is
         * none, one of half the size of all is added, so that there are few of them however many
         * tasks there are. Either way a look at all of them is followed by many additions. Other
         * arrays that are empty are let go.
         */
        private TaskCell<?>[] nextChunk() {
            int total = 0;
            TaskCell<?>[] best = null;
            List<TaskCell<?>[]> kept = new ArrayList<>();
            for (TaskCell<?>[] chunk : chunks) {
                int free = freeInSample(chunk);
                if (2 * free >= SAMPLE && (best == null || chunk.length > best.length)) {
                    best = chunk;
                }
                if (free < SAMPLE || chunk == best || !isEmpty(chunk)) {
                    total += chunk.length;
                    kept.add(chunk);
                }
            }
            if (best == null) {
                best = new TaskCell<?>[Math.max(SAMPLE, total / 2)];
                kept.add(best);
            }
            chunks = List.copyOf(kept);
            return best;
        }

        /**
         * How many of {@link #SAMPLE} elements are free. They are chosen at random, since which
         * tasks live long may follow a pattern.
         */
        private int freeInSample(TaskCell<?>[] chunk) {
            int free = 0;
            for (int i = 0; i < SAMPLE; i++) {
                random ^= random << 13;
                random ^= random >>> 17;
                random ^= random << 5;
                if (chunk[(int) ((Integer.toUnsignedLong(random) * chunk.length) >>> 32)] == null) {
                    free++;
                }
            }
            return free;
        }

        private static boolean isEmpty(TaskCell<?>[] chunk) {
            for (TaskCell<?> task : chunk) {
                if (task != null) {
                    return false;
                }
            }
            return true;
        }

        private static boolean isAlive(TaskCell<?> task) {
            // A root that was found is not used again, as another task, by its thread.
            return task instanceof RootTask ? task.transitionToFound() : !task.isEnded();
        }

        void collectShared(List<TaskCell<?>> into) {
            synchronized (this) {
                collect(into);
            }
        }

        void collect(List<TaskCell<?>> into) {
            for (TaskCell<?>[] chunk : chunks) {
                for (int i = 0; i < chunk.length; i++) {
                    TaskCell<?> task = (TaskCell<?>) ELEMENT.getAcquire(chunk, i);
                    if (task != null && isAlive(task)) {
                        into.add(task);
                    }
                }
            }
        }
    }

    /**
     * Adds a task.
     *
     * @return whether the caller has to execute a full fence before it looks whether the runtime is
     *     closed
     */
    boolean add(TaskCell<?> task) {
        if (Thread.currentThread() instanceof Worker worker
                && worker.scheduler() == task.runtime.scheduler) {
            bagOf(worker).add(task);
            return true;
        } else {
            Bag bag = sharedBags[(int) (Thread.currentThread().threadId() % SHARED_BAGS)];
            synchronized (bag) {
                bag.add(task);
            }
            return false;
        }
    }

    private Bag bagOf(Worker worker) {
        Bag bag = (Bag) worker.attachment;
        if (bag == null) {
            bag = new Bag();
            worker.attachment = bag;
            synchronized (workerBags) {
                workerBags.add(bag);
            }
        }
        return bag;
    }

    /** Takes out a task that ends; by the thread that ends it. */
    static void remove(TaskCell<?> task) {
        @Nullable TaskCell<?> @Nullable [] chunk = task.registryChunk;
        if (chunk != null) {
            ELEMENT.setRelease(chunk, task.registrySlot, null);
            task.registryChunk = null;
        }
    }

    /** The tasks that have not ended: those there all the while, and maybe some that come or go. */
    List<TaskCell<?>> alive() {
        List<TaskCell<?>> all = new ArrayList<>();
        List<Bag> bags;
        synchronized (workerBags) {
            bags = List.copyOf(workerBags);
        }
        for (Bag bag : bags) {
            bag.collect(all);
        }
        for (Bag bag : sharedBags) {
            bag.collectShared(all);
        }
        return all;
    }
}
