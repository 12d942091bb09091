/**
 * Streams: {@link dev.thrum.stream.AsyncStream} gives elements one after another, each when it is
 * asked for and when it is there.
 *
 * <p>Everything here is built on the public API of {@code dev.thrum.task} and {@code
 * dev.thrum.channel} alone: a user could have written it. Small on purpose: what the users of tasks
 * need every day, and a bridge to {@link java.util.concurrent.Flow} for all else.
 *
 * <p><b>Cancellation.</b> A {@code next()} that was cancelled, timed out or lost a race has lost no
 * element: the next call gives what it would have given.
 *
 * <p>References are non-null unless they are marked {@code @Nullable}.
 */
@NullMarked
package dev.thrum.stream;

import org.jspecify.annotations.NullMarked;
