/**
 * Channels: how tasks hand messages to each other. {@link dev.thrum.channel.Channel} gives each
 * message to one receiver, {@link dev.thrum.channel.Broadcast} to every subscriber, and {@link
 * dev.thrum.channel.Watch} keeps the latest value only.
 *
 * <p>Everything here is built on the public API of {@code dev.thrum.task} alone: a user could have
 * written it. What waits is an {@link dev.thrum.task.Async}; what is called {@code try…} acts at
 * once and may be called from any thread, in a task or not.
 *
 * <p><b>Cancellation.</b> An operation that was cancelled, timed out or lost a race has had no
 * effect: its message was not sent, and what it had been given goes to another receiver. For that,
 * a waiting send is told that there is room and puts its message there in its own next poll, never
 * behind its back; and a receive that gives up hands the message it was given to the next one.
 *
 * <p>References are non-null unless they are marked {@code @Nullable}.
 */
@NullMarked
package dev.thrum.channel;

import org.jspecify.annotations.NullMarked;
