/** Benchmarks of what this package keeps to itself. */
@NullMarked
package dev.thrum.task;

import org.jspecify.annotations.NullMarked;
