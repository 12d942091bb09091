/**
 * Timers for millions of sleepers: intrusive entries in sharded radix wheels.
 *
 * <p>What lives here: {@link dev.thrum.timer.TimerEntry}, which a sleeper extends, and {@link
 * dev.thrum.timer.Timers}, which arms, cancels and fires entries; behind them the single-threaded
 * {@code Wheel} (which entry is next) and {@code Shard} (a wheel behind a spin lock).
 *
 * <p>The package is not exported. It is called by the task layer, which derives its sleeps and
 * timeouts from {@code TimerEntry}, and by the worker loop, which asks when to wake and lets due
 * entries fire. It knows neither tasks nor executors, starts no thread and reads no clock: {@code
 * now} always comes from the caller, so a virtual clock needs nothing but other numbers.
 */
@NullMarked
package dev.thrum.timer;

import org.jspecify.annotations.NullMarked;
