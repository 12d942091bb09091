package dev.thrum.weave;

import dev.thrum.weave.code.MethodCode;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.ArrayList;
import java.util.List;

/** Code for the tests of passes, compiled from source. */
public final class Codes {

    private Codes() {}

    /** The code of a static method; calls of {@code at(…)} in it mark places. */
    public static MethodCode of(String parameters, String body) {
        String source =
                "class Main { static boolean at(Object... o) { return true; } static void m("
                        + parameters
                        + ") throws Exception {"
                        + body
                        + "} }";
        ClassModel model = ClassFile.of().parse(Sources.compile("Main", source).get("Main"));
        return MethodCode.of(
                model,
                model.methods().stream()
                        .filter(m -> m.methodName().equalsString("m"))
                        .findFirst()
                        .orElseThrow());
    }

    /** The calls of {@code at(…)}, by instruction. */
    public static List<Integer> places(MethodCode code) {
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < code.size(); i++) {
            if (code.at(i) instanceof InvokeInstruction call && call.name().equalsString("at")) {
                places.add(i);
            }
        }
        return places;
    }
}
