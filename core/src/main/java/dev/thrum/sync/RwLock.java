package dev.thrum.sync;

import dev.thrum.task.Async;
import java.util.Optional;

/**
 * A lock that many may hold for reading, or one for writing.
 *
 * {@snippet :
 * try (var guard = lock.write().await()) {
 *     table.put(key, value);
 * }
 * }
 *
 * <p>Not reentrant, and a reader cannot become a writer: a task that asks for it while it holds the
 * lock waits for itself. That includes a second {@link #read}, if a writer has come in between.
 *
 * <p><b>Fair.</b> Served in order of arrival; readers next to each other are served together.
 * Readers that come while a writer waits queue behind it, so neither kind starves. {@code tryRead}
 * and {@code tryWrite} get nothing while somebody waits.
 *
 * <p><b>Cancellation.</b> Who is cancelled while waiting leaves the queue, and those whom he held
 * up are served. A lock that he had been handed already goes to the next in line.
 *
 * <p><b>Memory consistency.</b> Actions before a {@link WriteGuard} is closed happen-before actions
 * after any later {@code read} or {@code write}; actions before a {@link ReadGuard} is closed
 * happen-before actions after any later {@code write}.
 *
 * <p><b>Cost.</b> If nobody waits, a compare-and-set each to lock and to unlock, besides the one
 * that makes {@code close} idempotent, and one object. Readers that come and go at once share that
 * word: for a few reads of a few fields a {@link Mutex} is no slower. Otherwise a short lock, and
 * an object for the place in the queue.
 */
public final class RwLock {
    /** The lock held for reading. Any thread may close it; closing again does nothing. */
    public sealed interface ReadGuard extends AutoCloseable {
        /** Unlocks. Never blocks, never throws; does nothing if this was closed before. */
        @Override
        void close();
    }

    /** The lock held for writing. Any thread may close it; closing again does nothing. */
    public sealed interface WriteGuard extends AutoCloseable {
        /** Unlocks. Never blocks, never throws; does nothing if this was closed before. */
        @Override
        void close();
    }

    private static final class Read extends Acquisition<ReadGuard> implements ReadGuard {
        Read(Permits permits) {
            super(permits, 1);
        }

        @Override
        ReadGuard guard() {
            return this;
        }

        @Override
        String operation() {
            return "RwLock.read()";
        }
    }

    private static final class Write extends Acquisition<WriteGuard> implements WriteGuard {
        Write(Permits permits) {
            super(permits, Permits.MAX);
        }

        @Override
        WriteGuard guard() {
            return this;
        }

        @Override
        String operation() {
            return "RwLock.write()";
        }
    }

    /** A reader takes one, a writer all. */
    private final Permits permits = new Permits(Permits.MAX);

    /** A lock that nobody holds. */
    public RwLock() {}

    /** Waits until nobody writes, behind all who wait already; gives the lock for reading. */
    public Async<ReadGuard> read() {
        return new Read(permits);
    }

    /** Waits until nobody holds the lock, behind all who wait already; gives it for writing. */
    public Async<WriteGuard> write() {
        return new Write(permits);
    }

    /** The lock for reading if nobody writes and nobody waits, else empty. */
    public Optional<ReadGuard> tryRead() {
        Read read = new Read(permits);
        return read.tryNow() ? Optional.of(read) : Optional.empty();
    }

    /** The lock for writing if nobody holds it, else empty. */
    public Optional<WriteGuard> tryWrite() {
        Write write = new Write(permits);
        return write.tryNow() ? Optional.of(write) : Optional.empty();
    }

    @Override
    public String toString() {
        int free = permits.free();
        String held =
                switch (free) {
                    case 0 -> "held for writing";
                    case Permits.MAX -> "free";
                    default -> "held by " + (Permits.MAX - free) + " for reading";
                };
        return "RwLock[" + held + ", " + permits.waiting() + " waiting]";
    }
}
