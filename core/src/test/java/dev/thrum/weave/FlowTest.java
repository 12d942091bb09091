package dev.thrum.weave;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thrum.weave.code.Frame;
import dev.thrum.weave.code.MethodCode;
import dev.thrum.weave.code.Origins;
import dev.thrum.weave.code.VType;
import dev.thrum.weave.flow.Creations;
import dev.thrum.weave.flow.Frames;
import dev.thrum.weave.flow.Graph;
import dev.thrum.weave.flow.Liveness;
import dev.thrum.weave.flow.Monitors;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Data flow over the code of one method")
class FlowTest {

    private static String locals(Frame frame) {
        List<String> all = new ArrayList<>();
        for (int slot = 0; slot < frame.slots(); slot++) {
            all.add(frame.local(slot).toString());
        }
        return String.join(" ", all);
    }

    @Test
    void framesKnowTypesAtEachInstruction() {
        MethodCode code =
                Codes.of(
                        "long a, byte[] b",
                        "double c = a; String d = null; at(b[0]); d = \"x\"; float e = 1; at(c, d);"
                                + " { Object[][] f = {{1}}; Object g = f[0]; at(e, g); }");
        Frames frames = Frames.of(code);
        List<Integer> at = Codes.places(code);
        assertThat(locals(frames.before(at.get(0)))).startsWith("long top byte[] double top null");
        assertThat(locals(frames.before(at.get(1))))
                .startsWith("long top byte[] double top String float");
        assertThat(locals(frames.before(at.get(2)))).endsWith("Object[][] Object[]");
    }

    @Test
    void framesKnowTheStack() {
        MethodCode code =
                Codes.of(
                        "int i, long[] x",
                        "x[i] += at() ? 1 : 2; long y = x[i]++ + (at() ? 3 : 4);");
        Frames frames = Frames.of(code);
        Frame first = frames.before(Codes.places(code).get(0));
        assertThat(first.depth()).isEqualTo(4); // the array, the index, the element, the arguments
        assertThat(first.stack(0)).isEqualTo(VType.of(long[].class.describeConstable().get()));
        assertThat(first.stack(1)).isEqualTo(VType.INT);
        assertThat(first.stack(2)).isEqualTo(VType.LONG);
        Frame second = frames.before(Codes.places(code).get(1));
        assertThat(second.stack(0)).isEqualTo(VType.LONG);
    }

    /** As javac 25 has been seen to write it, for code that is never reached. */
    @Test
    void V5_damagedCodeIsRefused() {
        byte[] bytes =
                Sources.compile(
                                "Main",
                                "class Main { static int m(int a, int b) { return a + b; } }")
                        .get("Main");
        for (int i = 0; i + 3 < bytes.length; i++) {
            // iload_0 iload_1 iadd ireturn
            if (bytes[i] == 0x1a && bytes[i + 1] == 0x1b && bytes[i + 2] == 0x60) {
                bytes[i] = 0; // nop
            }
        }
        ClassModel model = ClassFile.of().parse(bytes);
        MethodCode code = MethodCode.of(model, Awaits.find(model, "m", "(II)I"));
        assertThatThrownBy(() -> Frames.of(code))
                .isInstanceOf(WeaveException.class)
                .hasMessageStartingWith("Main.m (Main.java:1) cannot be woven")
                .hasMessageContaining("damaged");
    }

    @Test
    void livenessFollowsLoops() {
        MethodCode code =
                Codes.of(
                        "int a, int b, int c",
                        "at(); while (at()) { a += b; b = 3; at(); } at(c); at();");
        Liveness live = liveness(code, false);
        List<Integer> at = Codes.places(code);
        assertThat(live.before(at.get(0)).toString()).isEqualTo("{0, 1, 2}");
        assertThat(live.before(at.get(1)).toString()).isEqualTo("{0, 1, 2}");
        assertThat(live.during(at.get(2)).toString()).isEqualTo("{0, 1, 2}");
        assertThat(live.during(at.get(3)).toString()).isEqualTo("{}");
        Liveness all = liveness(code, true);
        assertThat(all.during(at.get(3)).toString()).isEqualTo("{0, 1, 2}");
    }

    @Test
    void livenessIncludesWhatHandlersRead() {
        MethodCode code =
                Codes.of(
                        "String a, long b",
                        "try { at(); a = \"new\"; at(); } catch (RuntimeException e) { at(a); }"
                                + " finally { at(b); } at();");
        Liveness live = liveness(code, false);
        List<Integer> at = Codes.places(code);
        // Overwritten before it is read, but for the handler.
        assertThat(live.during(at.get(0)).toString()).isEqualTo("{0, 1}");
        assertThat(live.during(at.getLast()).toString()).isEqualTo("{}");
    }

    private static Liveness liveness(MethodCode code, boolean keepAll) {
        return new Liveness(code, new Graph(code), Frames.of(code), keepAll);
    }

    @Test
    void monitorsAreCounted() {
        MethodCode code =
                Codes.of(
                        "Object a, Object b",
                        "at(); synchronized (a) { at(); synchronized (b) { at(); if (at()) return;"
                            + " } at(); } at(); for (;;) { synchronized (a) { if (at()) break; } }"
                            + " at();");
        Monitors monitors = new Monitors(code, new Graph(code));
        assertThat(Codes.places(code).stream().map(monitors::heldAt))
                .containsExactly(0, 1, 2, 2, 1, 0, 1, 0);
    }

    /** javac's handler that leaves the monitor stands before the one that the user wrote. */
    @Test
    void monitorsAreLeftBeforeOuterHandlers() {
        MethodCode code =
                Codes.of(
                        "Object a",
                        "while (at()) { try { at(); synchronized (a) { at(); } } catch (Exception"
                                + " e) { at(); } finally { at(); } }");
        Monitors monitors = new Monitors(code, new Graph(code));
        assertThat(Codes.places(code).stream().map(monitors::heldAt).distinct())
                .containsExactly(0, 1);
        assertThat(Codes.places(code).stream().filter(at -> monitors.heldAt(at) > 0)).hasSize(1);
    }

    @Test
    void creationsAroundASuspensionAreFound() {
        MethodCode code =
                Codes.of(
                        "int k",
                        "new String(\"a\"); new StringBuilder(at() ? \"b\" : \"c\"); new"
                                + " StringBuffer(\"d\".concat(String.valueOf(at())));");
        Frames frames = Frames.of(code);
        int[] at = {Codes.places(code).get(0)};
        Creations creations = new Creations(frames, at);
        List<Boolean> late = new ArrayList<>();
        for (int i = 0; i < code.size(); i++) {
            if (code.at(i).opcode() == java.lang.classfile.Opcode.NEW) {
                late.add(creations.isLate(i));
            }
        }
        assertThat(late).containsExactly(false, true, false);
    }

    @Test
    void originsAreNamesInTheSource() {
        assertThat(Origins.methodName("lambda$checkout$0")).isEqualTo("checkout");
        assertThat(Origins.methodName("lambda$checkout$1a2b3c$12")).isEqualTo("checkout");
        assertThat(Origins.methodName("lambda$a$xyz$0")).isEqualTo("a$xyz");
        assertThat(Origins.methodName("lambda$new$3")).isEqualTo("<init>");
        assertThat(Origins.methodName("lambda$static$0")).isEqualTo("<clinit>");
        assertThat(Origins.methodName("checkout")).isEqualTo("checkout");
    }
}
