package dev.thrum.task;

import org.jspecify.annotations.Nullable;

/** What a builder says of a task that is going to be made. */
record TaskAttributes(@Nullable String name, boolean isolated) {
    static final TaskAttributes NONE = new TaskAttributes(null, false);
}
