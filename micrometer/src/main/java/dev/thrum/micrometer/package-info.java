/**
 * The bridge to Micrometer's context-propagation: {@link
 * dev.thrum.micrometer.MicrometerContext#propagation()} carries to tasks all that is registered
 * there.
 *
 * <p>References are non-null unless they are marked {@code @Nullable}.
 */
@NullMarked
package dev.thrum.micrometer;

import org.jspecify.annotations.NullMarked;
