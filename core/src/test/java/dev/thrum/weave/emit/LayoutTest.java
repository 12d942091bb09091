package dev.thrum.weave.emit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thrum.weave.Codes;
import dev.thrum.weave.code.MethodCode;
import dev.thrum.weave.emit.Layout.Saved;
import dev.thrum.weave.flow.Frames;
import dev.thrum.weave.flow.Graph;
import dev.thrum.weave.flow.Liveness;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("V6: where a machine keeps what it needs")
class LayoutTest {

    private static Layout layout(String parameters, String body) {
        MethodCode code = Codes.of(parameters, body);
        Frames frames = Frames.of(code);
        Liveness liveness = new Liveness(code, new Graph(code), frames, false);
        List<Suspension> suspensions = Codes.places(code).stream().map(Suspension::await).toList();
        return new Layout(frames, liveness, suspensions);
    }

    private static String text(List<Saved> saved) {
        return saved.stream()
                .map(s -> s.slot() + " " + s.type() + " " + s.field())
                .collect(Collectors.joining(", "));
    }

    @Test
    void parametersThatAreNeverReadAreNotKept() {
        Layout layout = layout("String a, long b, String c", "at(); at(c);");
        assertThat(text(layout.start().locals())).isEqualTo("3 String $0");
        assertThat(layout.fields().values()).containsExactly(List.of("$0"));
    }

    @Test
    void statesShareTheFieldsOfAType() {
        Layout layout =
                layout(
                        "",
                        "String a = \"a\"; at(1); at(a); String b = \"b\", c = \"c\"; at(2); at(b,"
                                + " c); int d = 4; at(3); at(d);");
        assertThat(text(layout.state(0).locals())).isEqualTo("0 String $0");
        assertThat(text(layout.state(2).locals())).isEqualTo("1 String $0, 2 String $1");
        assertThat(text(layout.state(4).locals())).isEqualTo("3 int $2");
    }

    @Test
    void smallKindsAreKeptAsInts() {
        Layout layout = layout("boolean z, byte b, char c, short s", "at(); at(z, b, c, s);");
        assertThat(text(layout.state(0).locals()))
                .isEqualTo("0 int $0, 1 int $1, 2 int $2, 3 int $3");
    }

    @Test
    void nullNeedsNoField() {
        Layout layout = layout("", "String a = null; at(); at(a);");
        assertThat(text(layout.state(0).locals())).isEqualTo("0 null null");
        assertThat(layout.fields()).isEmpty();
    }

    @Test
    void theStackIsKeptBelowWhatIsAwaited() {
        Layout layout = layout("long[] x, int i", "x[i] += at() ? 1 : 2;");
        assertThat(text(layout.state(0).stack())).isEqualTo("-1 long[] $0, -1 int $1, -1 long $2");
    }

    @Test
    void objectsThatAreNotAllocatedYetAreNull() {
        Layout layout = layout("", "new StringBuilder(at() ? \"a\" : \"b\");");
        assertThat(text(layout.state(0).stack())).isEqualTo("-1 null null, -1 null null");
    }
}
