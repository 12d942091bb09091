package dev.thrum.weave.agent;

import java.lang.instrument.Instrumentation;
import org.jspecify.annotations.Nullable;

/** What the JVM starts before {@code main}. */
public final class Agent {

    private Agent() {}

    /**
     * Weaves every class from now on, when it is loaded.
     *
     * @param options there are none: to be empty or null
     * @param instrumentation of this JVM
     * @throws IllegalArgumentException if there are options
     */
    public static void premain(@Nullable String options, Instrumentation instrumentation) {
        if (options != null && !options.isEmpty()) {
            throw new IllegalArgumentException(
                    "-javaagent:thrum.jar=" + options + ": Thrum's agent has no options.");
        }
        instrumentation.addTransformer(new LoadTimeWeaver(instrumentation));
    }
}
