package dev.thrum.sync;

import dev.thrum.task.Async;
import java.util.Optional;

/**
 * A number of permits: whoever needs some waits until they are free, and gives them back by closing
 * what he got for them. Bounds how many tasks do something at once.
 *
 * {@snippet :
 * Semaphore atMostTen = new Semaphore(10);
 * …
 * try (var permit = atMostTen.acquire().await()) {
 *     fetch(url).await();
 * }
 * }
 *
 * <p><b>Fair.</b> Permits go to who waits longest, and to nobody else before he has all that he
 * wants: a large {@link #acquire(int)} is not starved by small ones, also not by {@link
 * #tryAcquire}, which gets nothing while somebody waits.
 *
 * <p><b>Cancellation.</b> An {@code acquire} that is cancelled while it waits leaves its place;
 * permits that it had been handed already go to the next in line.
 *
 * <p><b>Memory consistency.</b> Actions before {@link Permit#close} happen-before actions after any
 * later acquisition that needed one of the permits given back; with one permit in all, after every
 * later acquisition.
 *
 * <p><b>Cost.</b> If nobody waits, two compare-and-sets to acquire and to give back, besides the
 * one that makes {@code close} idempotent, and one object. Otherwise a short lock, and an object
 * for the place in the queue.
 */
public final class Semaphore {
    /**
     * Permits that are held. Close it to give them back; closing again does nothing. Any thread may
     * close it.
     */
    public sealed interface Permit extends AutoCloseable {
        /** How many permits this holds, or held before it was closed. */
        int count();

        /**
         * Gives the permits back and hands them to who waits longest. Never blocks, never throws;
         * does nothing if this was closed before.
         */
        @Override
        void close();
    }

    private static final class Acquire extends Acquisition<Permit> implements Permit {
        Acquire(Permits permits, int count) {
            super(permits, count);
        }

        @Override
        public int count() {
            return count;
        }

        @Override
        Permit guard() {
            return this;
        }

        @Override
        String operation() {
            return "Semaphore.acquire(" + count + ")";
        }
    }

    private final int total;
    private final Permits permits;

    /**
     * A semaphore.
     *
     * @param permits how many there are in all. Of none nothing can ever be acquired: {@code
     *     acquire()} waits until it is cancelled.
     * @throws IllegalArgumentException if {@code permits} is negative
     */
    public Semaphore(int permits) {
        if (permits < 0) {
            throw new IllegalArgumentException(
                    "a semaphore of " + permits + " permits: give a number that is not negative");
        }
        this.total = permits;
        this.permits = new Permits(permits);
    }

    /** As {@link #acquire(int) acquire(1)}. */
    public Async<Permit> acquire() {
        return acquire(1);
    }

    /**
     * Waits for permits, behind all who wait already.
     *
     * @param count how many; 0 takes none, yet waits for its turn
     * @return gives the permits, all at once
     * @throws IllegalArgumentException if {@code count} is negative, or more than there are in all,
     *     which would wait for ever
     */
    public Async<Permit> acquire(int count) {
        return new Acquire(permits, checked(count));
    }

    /** As {@link #tryAcquire(int) tryAcquire(1)}. */
    public Optional<Permit> tryAcquire() {
        return tryAcquire(1);
    }

    /**
     * Takes permits if they are free and nobody waits.
     *
     * @param count how many
     * @return the permits, or empty
     * @throws IllegalArgumentException as {@link #acquire(int)}
     */
    public Optional<Permit> tryAcquire(int count) {
        Acquire acquire = new Acquire(permits, checked(count));
        return acquire.tryNow() ? Optional.of(acquire) : Optional.empty();
    }

    /**
     * How many permits are free; they may still be too few for the first in line. A moment old as
     * soon as it is known.
     */
    public int availablePermits() {
        return permits.free();
    }

    private int checked(int count) {
        if (count < 0) {
            throw new IllegalArgumentException(
                    "acquiring " + count + " permits: give a number that is not negative");
        }
        if (count > Math.max(total, 1)) {
            throw new IllegalArgumentException(
                    "acquiring "
                            + count
                            + " permits of a semaphore that has "
                            + total
                            + " in all would wait for ever: ask for fewer, or make it larger");
        }
        return count;
    }

    @Override
    public String toString() {
        return "Semaphore["
                + permits.free()
                + " of "
                + total
                + " free, "
                + permits.waiting()
                + " waiting]";
    }
}
