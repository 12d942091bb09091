package dev.thrum.weave.emit;

import dev.thrum.weave.code.MethodCode;
import dev.thrum.weave.code.Origins;
import dev.thrum.weave.flow.Creations;
import dev.thrum.weave.flow.Frames;
import dev.thrum.weave.flow.Liveness;
import java.lang.constant.ClassDesc;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
        Layout layout) {

    /**
     * Describes the machine for people.
     *
     * @return class and method, file and line, states, bytes and names of what is kept; with tabs
     */
    public String summary() {
        String file = code.sourceFile();
        return String.join(
                "\t",
                code.host().thisClass().asInternalName().replace('/', '.')
                        + "."
                        + Origins.methodName(code.name()),
                (file == null ? "unknown" : file) + ":" + code.line(0),
                "states " + suspensions.size(),
                "bytes " + bytes(),
                "keeps " + String.join(", ", kept()));
    }

    /** Of all fields; a reference counts as four. */
    private int bytes() {
        int bytes = 0;
        for (Map.Entry<ClassDesc, List<String>> pool : layout.fields().entrySet()) {
            int size =
                    switch (pool.getKey().descriptorString()) {
                        case "J", "D" -> 8;
                        case "Z", "B" -> 1;
                        case "C", "S" -> 2;
                        default -> 4;
                    };
            bytes += size * pool.getValue().size();
        }
        return bytes;
    }

    private Set<String> kept() {
        Set<String> names = new LinkedHashSet<>();
        for (int k = 0; k < suspensions.size(); k++) {
            int at = suspensions.get(k).index();
            for (Layout.Saved local : layout.state(k).locals()) {
                names.add(code.variableAt(local.slot(), at));
            }
            if (!layout.state(k).stack().isEmpty()) {
                names.add("(operands)");
            }
        }
        return names;
    }
}
