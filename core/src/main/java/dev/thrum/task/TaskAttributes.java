package dev.thrum.task;

import org.jspecify.annotations.Nullable;

/**
 * What a builder says of a task that is going to be made.
 *
 * @param context what it carries; null if what the runtime's tasks carry
 */
record TaskAttributes(
        @Nullable String name, boolean isolated, @Nullable ContextPropagation context) {
    static final TaskAttributes NONE = new TaskAttributes(null, false, null);
}
