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
 */
public record Machine(ClassDesc name, @Nullable List<Source> sources, boolean discards) {}
