/** Benchmarks of what this package keeps to itself. */
@NullMarked
package dev.thrum.executor;

import org.jspecify.annotations.NullMarked;
