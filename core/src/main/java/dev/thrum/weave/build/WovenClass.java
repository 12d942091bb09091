package dev.thrum.weave.build;

import dev.thrum.weave.WeaveException;
import dev.thrum.weave.Weaver;
import java.util.List;
import java.util.Map;

/**
 * What became of a class.
 *
 * @param classes class files by internal name: that of the class itself first, then those made for
 *     it; empty if the class stays as it is
 * @param refusals why it stays as it is, although it has bodies
 * @param methods the methods that were woven
 */
public record WovenClass(
        Map<String, byte[]> classes, List<WeaveException> refusals, List<Weaver.Woven> methods) {

    static final WovenClass UNCHANGED = new WovenClass(Map.of(), List.of(), List.of());

    static WovenClass refused(List<WeaveException> refusals) {
        return new WovenClass(Map.of(), refusals, List.of());
    }
}
