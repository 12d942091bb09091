package dev.thrum.weave.emit;

import dev.thrum.weave.code.MethodCode;
import dev.thrum.weave.flow.Creations;
import dev.thrum.weave.flow.Frames;
import dev.thrum.weave.flow.Liveness;
import java.util.List;

/**
 * What the passes have found out about a method.
 *
 * @param code its code
 * @param frames its frames
 * @param liveness its live variables
 * @param creations its late allocations
 * @param suspensions where it may be suspended, by instruction
 * @param layout where its values are kept
 */
public record Plan(
        MethodCode code,
        Frames frames,
        Liveness liveness,
        Creations creations,
        List<Suspension> suspensions,
        Layout layout) {}
