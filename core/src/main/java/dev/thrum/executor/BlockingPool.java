package dev.thrum.executor;

import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads for code that blocks or computes for long: as few as keep up with it, as many as it
 * needs.
 *
 * <p>Commands are queued, and run by platform threads in the order in which they came. As long as
 * none waits for long, there are only as many threads as processors, so that short commands cost a
 * hand-over and no thread. If one has waited for {@link #PATIENCE_NANOS}, then the threads are
 * blocked, or busy for long, and more are started, twice as many each time. Beyond the limit of
 * platform threads each command that has waited gets a virtual thread of its own; so commands that
 * wait for each other do not deadlock, however many they are.
 *
 * <p>Why not virtual threads at once: they do not share a processor in turns, so a few commands
 * that compute for long would keep all others from starting. Why not a platform thread for each at
 * once: starting or waking one costs as much as a hundred short commands. Idle threads end after a
 * while.
 *
 * <h2>No command is left behind</h2>
 *
 * A command is queued (T1) while a thread falls idle (T2), or while the monitor falls asleep (T2):
 *
 * <pre>
 *   T1                              T2
 *   1 queue.add                     1 into the idle deque (or monitorAsleep = true)
 *   2 idle deque empty?             2 queue empty? then park
 *     else take one out, unpark it
 * </pre>
 *
 * All four are volatile or stronger. If T2.2 does not see the command, T1.2 sees the idle thread.
 * Only one thread is woken at a time ({@link #waking}): that one, before it runs what it takes,
 * wakes the next if there is more.
 */
public final class BlockingPool implements Executor {
    /** The patience of the shared pool. */
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final long KEEP_ALIVE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final BlockingPool SHARED =
            new BlockingPool(
                    "thrum-blocking",
                    Runtime.getRuntime().availableProcessors(),
                    256,
                    PATIENCE_NANOS);

    private final String name;
    private final long patienceNanos;
    private final int coreThreads;
    private final int maxThreads;
    private final ConcurrentLinkedQueue<Runnable> queue = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedDeque<PoolThread> idle = new ConcurrentLinkedDeque<>();
    private final AtomicInteger threads = new AtomicInteger();
    private final AtomicInteger names = new AtomicInteger();
    private final AtomicLong queued = new AtomicLong();
    private final AtomicLong taken = new AtomicLong();
    private final AtomicBoolean waking = new AtomicBoolean();
    private final AtomicBoolean monitorAsleep = new AtomicBoolean();
    private volatile @Nullable Thread monitor;

    /**
     * Makes a pool without threads.
     *
     * @param name the prefix of its threads' names
     * @param coreThreads how many threads are started without waiting for a sign of need
     * @param maxThreads how many platform threads there are at most
     * @param patienceNanos how long a command may wait before it is taken for a sign that the
     *     threads are stuck
     */
    BlockingPool(String name, int coreThreads, int maxThreads, long patienceNanos) {
        this.patienceNanos = patienceNanos;
        this.name = name;
        this.coreThreads = coreThreads;
        this.maxThreads = maxThreads;
    }

    /** The pool that all runtimes of this process share. */
    public static BlockingPool shared() {
        return SHARED;
    }

    /**
     * Queues a command; never runs it on the calling thread.
     *
     * @throws OutOfMemoryError if it needs a first thread that cannot be started; the command is
     *     not taken then
     */
    @Override
    public void execute(Runnable command) {
        if (threads.get() == 0) {
            start(); // before the command is queued, so that a failure leaves nothing behind
        }
        queued.getAndIncrement();
        queue.add(command);
        signal();
    }

    /** Sees to it that somebody will look at the queue, in which there may be something. */
    private void signal() {
        if (!idle.isEmpty()) {
            wakeOne();
        } else if (threads.get() < coreThreads) {
            try {
                start();
            } catch (OutOfMemoryError e) {
                wakeMonitor(); // fewer threads then; there is one
            }
        } else {
            wakeMonitor();
        }
    }

    private void wakeOne() {
        if (waking.compareAndSet(false, true)) {
            PoolThread sleeper = idle.pollFirst();
            if (sleeper == null) {
                waking.set(false);
                wakeMonitor();
            } else {
                sleeper.wake();
            }
        } else {
            wakeMonitor(); // the one that is being woken may be held up
        }
    }

    private void start() {
        if (threads.getAndIncrement() >= maxThreads) {
            threads.getAndDecrement();
            return;
        }
        try {
            new PoolThread(name + "-" + names.incrementAndGet()).start();
        } catch (Throwable notStarted) {
            threads.getAndDecrement();
            throw notStarted;
        }
    }

    private final class PoolThread extends Thread {
        private volatile boolean woken;

        PoolThread(String name) {
            super(null, null, name, 0, false);
            setDaemon(true);
        }

        void wake() {
            woken = true;
            LockSupport.unpark(this);
        }

        @Override
        public void run() {
            do {
                for (Runnable command; (command = queue.poll()) != null; ) {
                    taken.getAndIncrement();
                    if (woken) {
                        passOn();
                    }
                    execute(command);
                }
                if (woken) {
                    passOn();
                }
            } while (sleep());
        }

        /** This thread is awake and at work: the next one may be woken, if there is more to do. */
        private void passOn() {
            woken = false;
            waking.set(false);
            if (!queue.isEmpty()) {
                signal();
            }
        }

        private void execute(Runnable command) {
            try {
                command.run();
            } catch (Throwable thrown) {
                Thread self = Thread.currentThread();
                self.getUncaughtExceptionHandler().uncaughtException(self, thrown);
            }
            Thread.interrupted(); // it was meant for that command
        }

        /** Sleeps until woken; false if this thread shall end. */
        private boolean sleep() {
            idle.addFirst(this);
            long until = System.nanoTime() + KEEP_ALIVE_NANOS;
            while (!woken) {
                long left = until - System.nanoTime();
                if (!queue.isEmpty() || left <= 0) {
                    if (idle.remove(this)) {
                        if (queue.isEmpty()) {
                            return end();
                        }
                        return true;
                    }
                    left = KEEP_ALIVE_NANOS; // somebody has taken it out and is about to wake it
                }
                LockSupport.parkNanos(BlockingPool.this, left);
                Thread.interrupted();
            }
            return true;
        }

        private boolean end() {
            threads.getAndDecrement();
            if (queue.isEmpty()) {
                return false;
            }
            threads.getAndIncrement(); // queued meanwhile by somebody who still counted on this
            return true;
        }
    }

    // ---- the monitor: a thread that waits with those that wait ----

    private void wakeMonitor() {
        if (monitorAsleep.get() && monitorAsleep.compareAndSet(true, false)) {
            LockSupport.unpark(monitor);
        } else if (monitor == null) {
            startMonitor();
        }
    }

    private synchronized void startMonitor() {
        if (monitor == null) {
            Thread thread = new Thread(null, this::watch, name + "-monitor", 0, false);
            thread.setDaemon(true);
            try {
                thread.start();
                monitor = thread;
            } catch (OutOfMemoryError e) {
                // Without it the pool does not grow; the next command tries again.
            }
        }
    }

    private void watch() {
        long queuedBefore = 0;
        while (true) {
            if (queue.isEmpty()) {
                monitorAsleep.set(true);
                while (monitorAsleep.get()) {
                    if (!queue.isEmpty()) {
                        monitorAsleep.set(false);
                    } else {
                        LockSupport.park(this);
                    }
                }
                queuedBefore = queued.get();
            }
            LockSupport.parkNanos(this, patienceNanos);
            long late = queuedBefore - taken.get();
            queuedBefore = queued.get();
            if (late > 0) {
                grow(late);
            }
        }
    }

    /** So many commands have waited too long. */
    private void grow(long late) {
        for (PoolThread sleeper; late > 0 && (sleeper = idle.pollFirst()) != null; late--) {
            sleeper.wake(); // the one that is being woken is held up
        }
        int now = threads.get();
        long more = Math.min(late, Math.max(1, now));
        try {
            for (long i = 0; i < more && threads.get() < maxThreads; i++) {
                start();
                late--;
            }
        } catch (OutOfMemoryError e) {
            // No more platform threads are to be had: the rest gets virtual ones.
            now = maxThreads;
        }
        if (now >= maxThreads) {
            for (Runnable command; late > 0 && (command = queue.poll()) != null; late--) {
                taken.getAndIncrement();
                Thread.ofVirtual()
                        .name(name + "-overflow")
                        .inheritInheritableThreadLocals(false)
                        .start(command);
            }
        }
    }

    @Override
    public String toString() {
        return "BlockingPool[threads=" + threads + ", idle=" + idle.size() + "]";
    }
}
