/** What Lincheck finds out about {@code dev.thrum.sync}. */
@NullMarked
package dev.thrum.sync;

import org.jspecify.annotations.NullMarked;
