package dev.thrum.micrometer;

import dev.thrum.task.ContextPropagation;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import java.util.Objects;

/**
 * Carries to tasks what Micrometer's context-propagation knows of: each {@code ThreadLocalAccessor}
 * that is registered, be it that of a logging MDC, of an observation or of a span.
 *
 * {@snippet :
 * TaskRuntime runtime = TaskRuntime.builder()
 *         .context(MicrometerContext.propagation())
 *         .build();
 * }
 */
public final class MicrometerContext {
    private MicrometerContext() {}

    /**
     * Carries what is registered with the global {@code ContextRegistry} at the time of a spawn.
     * What is registered and has no value at the spawn has none in the task either.
     */
    public static ContextPropagation propagation() {
        return propagation(ContextSnapshotFactory.builder().clearMissing(true).build());
    }

    /**
     * Carries what {@code factory} captures. Without {@code clearMissing}, a task sees what the
     * polling thread happens to have of what had no value at the spawn.
     */
    public static ContextPropagation propagation(ContextSnapshotFactory factory) {
        Objects.requireNonNull(factory, "factory");
        return () -> {
            ContextSnapshot captured = factory.captureAll();
            return () -> captured.setThreadLocals()::close;
        };
    }
}
