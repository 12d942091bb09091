package dev.thrum.weave;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thrum.task.Async;
import dev.thrum.task.AsyncCallable;
import dev.thrum.weave.shapes.Awaiting;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("V4: bodies larger than anybody writes")
class GeneratedBodiesTest {

    @AfterEach
    void reset() {
        Awaiting.setPending(false);
    }

    @SuppressWarnings("unchecked")
    private static Object run(String code, boolean pending) throws Exception {
        String source =
                "import static dev.thrum.weave.shapes.Awaiting.later; public class Main { public"
                        + " static dev.thrum.task.AsyncCallable<Object> body() { return () -> { "
                        + code
                        + " }; } }";
        var loader = new Sources.Loader(Sources.compile("Main", source, "-g"), true);
        var body =
                (AsyncCallable<Object>)
                        Class.forName("Main", true, loader).getMethod("body").invoke(null);
        Awaiting.setPending(pending);
        return Awaiting.drive(Async.async(body));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aThousandAwaits(boolean pending) throws Exception {
        StringBuilder code = new StringBuilder("int s = 0;");
        for (int i = 0; i < 1000; i++) {
            code.append("s += later(").append(i).append(").await();\n");
        }
        assertThat(run(code + "return s;", pending)).isEqualTo(999 * 1000 / 2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void threeHundredLocals(boolean pending) throws Exception {
        StringBuilder code = new StringBuilder("int n = later(2).await();");
        StringBuilder sum = new StringBuilder("0L");
        long expected = 0;
        for (int i = 0; i < 100; i++) {
            code.append("int a%1$d = n + %1$d; long b%1$d = a%1$d;".formatted(i));
            code.append("String c%1$d = \"\" + b%1$d;\n".formatted(i));
            sum.append("+ a%1$d * b%1$d + c%1$d.length()".formatted(i));
            if (i % 20 == 0) {
                code.append("n += later(1).await();");
            }
            long a = 2 + i + (i + 19) / 20;
            expected += a * a + Long.toString(a).length();
        }
        assertThat(run(code + "later(0).await(); return " + sum + ";", pending))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void jumpsOverMoreThan32Kilobytes(boolean pending) throws Exception {
        StringBuilder code = new StringBuilder("int s = 0; long l = 1;");
        code.append("for (int i = 0; i < 3; i++) { if (later(i).await() == 1) continue;");
        code.append("try { if (i == 2 && l > 0) { s += 1000; } else {");
        for (int i = 0; i < 2200; i++) {
            code.append("s += i * ").append(i + 40_000).append(" - s / 3;");
        }
        for (int i = 0; i < 200; i++) {
            code.append("s += later(").append(i).append(").await();\n");
        }
        code.append("} } finally { l += later(5).await(); } } return s + l * 1_000_000_000L;");
        String program = code.toString();
        int s = 0;
        for (int i = 0; i < 2200; i++) {
            s += -s / 3;
        }
        s += 199 * 200 / 2 + 1000;
        assertThat(run(program, pending)).isEqualTo(s + 11 * 1_000_000_000L);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void deeplyNestedTries(boolean pending) throws Exception {
        StringBuilder code = new StringBuilder("String s = \"\";");
        for (int i = 0; i < 8; i++) {
            code.append("try { s += later(").append(i).append(").await();");
        }
        code.append("if (s.length() > 0) throw new java.io.IOException(s);");
        for (int i = 7; i >= 0; i--) {
            code.append("} finally { s += \"f\" + later(").append(i).append(").await(); }");
            if (i == 4) {
                code.append("s += \"never\";");
            }
        }
        String program =
                "try { "
                        + code
                        + "return s; } catch (java.io.IOException e) { return"
                        + " e.getMessage() + later(\"!\").await(); }";
        assertThat(run(program, pending)).isEqualTo("01234567!");
    }
}
