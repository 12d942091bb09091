package dev.thrum.task;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@link ContextPropagation#of}. */
final class ThreadLocals implements ContextPropagation {
    private final ThreadLocal<?>[] locals;

    ThreadLocals(ThreadLocal<?>[] locals) {
        this.locals = locals.clone();
        for (ThreadLocal<?> local : this.locals) {
            Objects.requireNonNull(local, "local");
        }
    }

    @Override
    public Snapshot capture() {
        @Nullable Object[] captured = values();
        return () -> {
            @Nullable Object[] before = values();
            set(captured);
            return () -> set(before);
        };
    }

    private @Nullable Object[] values() {
        @Nullable Object[] values = new Object[locals.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = locals[i].get();
        }
        return values;
    }

    /** Null is put as no value, so that a thread keeps none that it did not have. */
    @SuppressWarnings("unchecked") // each gets what it had
    private void set(@Nullable Object[] values) {
        for (int i = 0; i < values.length; i++) {
            if (values[i] == null) {
                locals[i].remove();
            } else {
                ((ThreadLocal<@Nullable Object>) locals[i]).set(values[i]);
            }
        }
    }
}
