package dev.thrum.executor;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The workers that have handed over their role and wait for another one.
 *
 * <p>A lock guards it, which is held for a few instructions and by nobody who runs jobs: a thread
 * comes here only around blocking, which costs far more.
 */
final class Spares {
    /** How long a thread waits in here before it ends. */
    static final long KEEP_ALIVE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final ArrayDeque<Worker> workers = new ArrayDeque<>();

    synchronized void add(Worker worker) {
        workers.push(worker);
    }

    /** Takes the one that came last, which is the likeliest to be warm; null if there is none. */
    synchronized @Nullable Worker poll() {
        return workers.poll();
    }

    /** Takes a certain one out; false if it has been taken already. */
    synchronized boolean remove(Worker worker) {
        return workers.remove(worker);
    }

    /** Whether a certain one waits in here. */
    synchronized boolean contains(Worker worker) {
        return workers.contains(worker);
    }

    /** Makes all look whether the scheduler has been terminated. */
    synchronized void unparkAll() {
        workers.forEach(LockSupport::unpark);
    }
}
