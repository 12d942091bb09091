/**
 * What those who wait have in common, be it in a channel, at a lock or in a stream: whose they are,
 * and how they are woken. For {@link dev.thrum.channel}, {@link dev.thrum.sync} and {@link
 * dev.thrum.stream}; not exported.
 */
@NullMarked
package dev.thrum.waiting;

import org.jspecify.annotations.NullMarked;
