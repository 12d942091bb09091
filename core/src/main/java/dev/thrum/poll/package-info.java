/**
 * How a woven body polls what is Thrum's own without an object for each result, and whose wakers it
 * does so with. Below all that implements it ({@link dev.thrum.channel}, {@link dev.thrum.sync})
 * and all that calls it ({@link dev.thrum.task}); knows none of them.
 */
@NullMarked
package dev.thrum.poll;

import org.jspecify.annotations.NullMarked;
