package dev.thrum.weave.emit;

import java.lang.constant.ClassDesc;
import org.jspecify.annotations.Nullable;

/**
 * An instruction at which a machine may be suspended: an {@code await()}, or a call of a method
 * that awaits and has a machine of its own.
 *
 * @param index the instruction's number
 * @param consumed how many values it takes from the operand stack
 * @param callee the machine of the called method; null for an {@code await()}
 */
public record Suspension(int index, int consumed, @Nullable ClassDesc callee) {}
