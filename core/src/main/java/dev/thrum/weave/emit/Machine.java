package dev.thrum.weave.emit;

import java.lang.constant.ClassDesc;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a machine is to be called, and how it is made.
 *
 * @param name its class
 * @param sources for a body: where each parameter comes from; null for a method that is called,
 *     whose machine has a factory with its parameters instead
 * @param discards whether the method's value is dropped: the body's interface gives none
 * @param ahead whether it is made before the host is loaded: then bodies and callers use the same
 *     factory, and a static method's class is initialised when the machine starts
 */
public record Machine(
        ClassDesc name, @Nullable List<Source> sources, boolean discards, boolean ahead) {

    /**
     * A machine that is made while the program runs.
     *
     * @param name its class
     * @param sources as {@link #sources()}
     * @param discards as {@link #discards()}
     */
    public Machine(ClassDesc name, @Nullable List<Source> sources, boolean discards) {
        this(name, sources, discards, false);
    }

    /** Whether {@code step}, and not whoever makes the machine, has to initialise the host. */
    boolean initializesLate() {
        return sources != null || ahead;
    }
}
