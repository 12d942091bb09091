/**
 * What those who wait have in common, be it in a channel, at a lock or in a stream: whose they are,
 * how they are woken, and how threads that meet keep out of each other's way. For {@link
 * dev.thrum.channel}, {@link dev.thrum.sync} and {@link dev.thrum.stream}; not exported.
 */
@NullMarked
package dev.thrum.waiting;

import org.jspecify.annotations.NullMarked;
