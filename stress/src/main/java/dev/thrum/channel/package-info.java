/** The hand-over protocols of channels under jcstress. */
@NullMarked
package dev.thrum.channel;

import org.jspecify.annotations.NullMarked;
