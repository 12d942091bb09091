package dev.thrum.weave;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thrum.weave.emit.Reach;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What the weaver knows of classes: hierarchy, reach, methods that are woven along")
class NestTest {

    private static final Map<String, byte[]> COMPILED =
            Sources.compile(
                    "Main",
                    """
                    import dev.thrum.task.*;
                    class Main extends java.util.ArrayList<String> {
                        private int secret;
                        int open;
                        private Main() {}
                        Main(int x) { super(x); }
                        static class Inner { private static void hidden() {} }
                        static abstract class Mine implements Async<String> {}
                        static abstract class Deeper extends Mine {}
                        interface Body extends AsyncCallable<String> {}
                        static Object awaits(Async<?> a) throws Exception { return a.await(); }
                        private void calls() throws Exception { awaits(null); }
                        final void ping(int n) throws Exception { if (n > 0) pong(n - 1); }
                        final void pong(int n) throws Exception { ping(n); calls(); }
                        static void nothing() { new Object().hashCode(); }
                        void overridable() throws Exception { calls(); }
                        void caller() throws Exception {
                            awaits(null); calls(); ping(1); nothing(); overridable(); size();
                        }
                    }
                    """);

    private static ClassModel find(String name) {
        byte[] bytes = COMPILED.get(name);
        if (bytes == null) {
            try (InputStream in = ClassLoader.getSystemResourceAsStream(name + ".class")) {
                bytes = in == null ? null : in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return bytes == null ? null : ClassFile.of().parse(bytes);
    }

    private static Reach reach() {
        return new Reach(find("Main"), NestTest::find);
    }

    @Test
    void subtypesOfAsyncAndOfBodiesAreFound() {
        Hierarchy hierarchy = new Hierarchy(NestTest::find);
        assertThat(hierarchy.isAsync("Main$Deeper")).isTrue();
        assertThat(hierarchy.isAsync("dev/thrum/task/Async")).isTrue();
        assertThat(hierarchy.isAsync("Main")).isFalse();
        assertThat(hierarchy.isAsync("[Ldev/thrum/task/Async;")).isFalse();
        assertThat(hierarchy.isAsync("no/such/Type")).isFalse();
        assertThat(hierarchy.isBody("Main$Body")).isTrue();
        assertThat(hierarchy.isBody("Main$Deeper")).isFalse();
    }

    @Test
    void privateMembersOfTheNestAreOutOfReach() {
        Reach reach = reach();
        assertThat(reach.reaches("Main", "secret", "I")).isFalse();
        assertThat(reach.reaches("Main", "open", "I")).isTrue();
        assertThat(reach.reaches("Main", "<init>", "()V")).isFalse();
        assertThat(reach.reaches("Main", "<init>", "(I)V")).isTrue();
        assertThat(reach.reaches("Main$Inner", "hidden", "()V")).isFalse();
        assertThat(reach.inNest("Main$Inner")).isTrue();
        assertThat(reach.inNest("java/util/ArrayList")).isFalse();
    }

    @Test
    void protectedMembersFromOtherPackagesAreOutOfReach() {
        Reach reach = reach();
        assertThat(reach.reaches("Main", "removeRange", "(II)V")).isFalse();
        assertThat(reach.reaches("Main", "clone", "()Ljava/lang/Object;")).isFalse();
        assertThat(reach.reaches("[I", "clone", "()Ljava/lang/Object;")).isTrue();
        assertThat(reach.reaches("Main", "size", "()I")).isTrue();
    }

    @Test
    void aMissingClassOfTheNestIsNamed() {
        assertThatThrownBy(() -> reach().require("Main$Gone"))
                .isInstanceOf(WeaveException.class)
                .hasMessageContaining("the class file of Main$Gone")
                .hasMessageStartingWith("Main cannot be woven");
    }

    @Test
    void V9_methodsThatAwaitAreFoundThroughCallsInCircles() {
        Awaits awaits = new Awaits(NestTest::find, new Hierarchy(NestTest::find));
        Callees callees = new Callees(reach(), awaits);
        MethodModel caller = Awaits.find(find("Main"), "caller", "()V");
        Map<String, Boolean> along = new TreeMap<>();
        for (CodeElement element : caller.code().orElseThrow()) {
            if (element instanceof InvokeInstruction call) {
                along.put(call.name().stringValue(), callees.of(element) != null);
            }
        }
        assertThat(along.keySet()).contains("nothing", "overridable", "size");
        along.values().removeIf(woven -> !woven);
        assertThat(along.keySet()).containsExactly("awaits", "calls", "ping");
    }

    @Test
    void awaitsAreToldFromOtherCalls() {
        Awaits awaits = new Awaits(NestTest::find, new Hierarchy(NestTest::find));
        ClassModel main = find("Main");
        assertThat(
                        main.methods().stream()
                                .filter(awaits::awaits)
                                .map(m -> m.methodName().stringValue()))
                .containsExactly("awaits");
    }
}
