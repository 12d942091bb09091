/**
 * Tasks and the asynchronous values that they await: the public API of Thrum.
 *
 * <p>References are non-null unless they are marked {@code @Nullable}.
 */
@NullMarked
package dev.thrum.task;

import org.jspecify.annotations.NullMarked;
