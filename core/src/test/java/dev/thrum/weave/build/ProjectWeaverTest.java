package dev.thrum.weave.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thrum.task.Async;
import dev.thrum.task.AsyncCallable;
import dev.thrum.weave.Report;
import dev.thrum.weave.Sources;
import dev.thrum.weave.shapes.Awaiting;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.ConstantInstruction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("V3: a folder of classes is woven by the build")
class ProjectWeaverTest {

    private static final String GOOD =
            "package shop; import dev.thrum.task.*;\n"
                    + "public class Cart { private int x = 1;\n"
                    + " public static AsyncCallable<Object> body() { return () -> new"
                    + " Cart().x + Async.ready(41).await(); }\n"
                    + " static class Plain { int y() { return 1; } } }\n";

    @TempDir private Path folder;
    private List<Path> classPath;

    @BeforeEach
    void classPath() {
        classPath =
                Arrays.stream(
                                System.getProperty("java.class.path")
                                        .split(java.io.File.pathSeparator))
                        .map(Path::of)
                        .toList();
    }

    private void compile(String source) throws IOException {
        for (var next : Sources.compile("Cart", source, "-g").entrySet()) {
            Path file = folder.resolve(next.getKey() + ".class");
            Files.createDirectories(file.getParent());
            Files.write(file, next.getValue());
        }
    }

    private ProjectWeaver weaver() {
        return new ProjectWeaver(folder, classPath, true);
    }

    private ProjectWeaver.Result weave() throws IOException {
        return weaver().weave(folder, new Report(null));
    }

    private Map<String, byte[]> files() throws IOException {
        Map<String, byte[]> all = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                String name = folder.relativize(file).toString().replace('\\', '/');
                all.put(name.replace(".class", ""), Files.readAllBytes(file));
            }
        }
        return all;
    }

    private static Object run(Map<String, byte[]> classes) throws Exception {
        var loader = new Sources.Loader(classes, false);
        Object body = Class.forName("shop.Cart", true, loader).getMethod("body").invoke(null);
        @SuppressWarnings("unchecked")
        var callable = (AsyncCallable<Object>) body;
        return Awaiting.drive(Async.async(callable));
    }

    @Test
    void V3_wovenClassesRunWithoutTheirClassFiles() throws Exception {
        compile(GOOD);
        assertThat(weave().problems()).isEmpty();
        assertThat(weaver().verify()).isEmpty();
        assertThat(run(files())).isEqualTo(42);
    }

    @Test
    void V8_aClassWithoutBodiesStaysAsItIs() throws Exception {
        compile(GOOD);
        byte[] before = files().get("shop/Cart$Plain");
        weave();
        assertThat(files().get("shop/Cart$Plain")).isEqualTo(before);
    }

    @Test
    void V8_sameInputSameBytesAndASecondTimeChangesNothing() throws Exception {
        compile(GOOD);
        weave();
        Map<String, byte[]> once = files();
        assertThat(weave().classes()).isZero();
        assertSame(files(), once);
        compile(GOOD);
        weave();
        assertSame(files(), once);
    }

    private static void assertSame(Map<String, byte[]> actual, Map<String, byte[]> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        actual.forEach((name, bytes) -> assertThat(bytes).as(name).isEqualTo(expected.get(name)));
    }

    @Test
    void V3_whatWasMadeForABodyThatIsGoneIsRemoved() throws Exception {
        compile(GOOD);
        weave();
        assertThat(files().size()).isGreaterThan(2);
        compile("package shop; public class Cart { static class Plain { } }");
        weave();
        assertThat(files().keySet()).containsExactly("shop/Cart", "shop/Cart$Plain");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Async<Integer> f() { return Async.async(() -> { synchronized (this) { return"
                    + " x().await(); } }); } | shop.Cart.f (Cart.java:3) cannot be woven: it awaits"
                    + " inside a synchronized block",
                "Async<Void> f() { return Async.async(() -> { Runnable r = () -> { try {"
                        + " x().await(); } catch (Exception e) { } }; r.run(); }); } | shop.Cart.f"
                        + " (Cart.java:3) awaits in a lambda that is not an async body",
                "int f() throws Exception { return x().await(); } | shop.Cart.f (Cart.java:3)"
                        + " awaits outside of an async body",
                "static { try { x().await(); } catch (Exception e) { } } | shop.Cart.<clinit>"
                        + " (Cart.java:3) awaits in a constructor or initialiser",
                "private synchronized int g() throws Exception { return x().await(); }"
                        + " Async<Integer> f() { return Async.async(() -> g()); } | shop.Cart.g"
                        + " (Cart.java:3) cannot be woven: the method is synchronized",
            })
    void V5_problemsAreToldAndNothingIsWritten(String member, String problem) throws Exception {
        compile(
                "package shop; import dev.thrum.task.*;\n"
                    + "public class Cart { static Async<Integer> x() { return Async.ready(1); }\n"
                        + member
                        + " }");
        Map<String, byte[]> before = files();
        assertThat(weave().problems())
                .isNotEmpty()
                .allSatisfy(text -> assertThat(text).contains(problem));
        assertSame(files(), before);
        assertThat(weaver().verify()).anySatisfy(text -> assertThat(text).contains(problem));
    }

    @Test
    void V3_aBodyThatNobodyHasWovenIsFound() throws Exception {
        compile(GOOD);
        assertThat(weaver().verify())
                .singleElement()
                .asString()
                .contains("shop.Cart has async bodies that are not woven")
                .contains("thrum-maven-plugin");
    }

    @Test
    void V9_helpersMethodReferencesAndBodiesOfSubclassesAreNoStrays() throws Exception {
        compile(
                "package shop; import dev.thrum.task.*;\n"
                    + "public class Cart { static Async<Integer> x() { return Async.ready(1); }\n"
                    + " private int a() throws Exception { return b(); } static int b() throws"
                    + " Exception { return x().await(); } int c() throws Exception { return"
                    + " x().await(); } abstract static class B implements AsyncCallable<Integer> {"
                    + " public Integer call() throws Exception { return x().await(); } }"
                    + " Async<Integer> f() { return Async.async(() -> a()); } Async<Integer> g() {"
                    + " return Async.async(this::c); } }");
        assertThat(weave().problems()).isEmpty();
        assertThat(weaver().verify()).isEmpty();
    }

    @Test
    void badInput_classFilesThatCannotBeRead() throws Exception {
        compile(GOOD);
        byte[] newer = files().get("shop/Cart");
        newer[7] = (byte) (ClassFile.latestMajorVersion() + 1);
        Files.write(folder.resolve("shop/Newer.class"), newer);
        Files.write(folder.resolve("shop/Damaged.class"), Arrays.copyOf(newer, 7));
        assertThat(weave().problems())
                .hasSize(2)
                .anySatisfy(text -> assertThat(text).contains("shop.Damaged").contains("damaged"))
                .anySatisfy(text -> assertThat(text).contains("shop.Newer").contains("is newer"));
    }

    @Test
    void badInput_damagedAnywhere() throws Exception {
        compile(GOOD);
        byte[] good = files().get("shop/Cart");
        int refused = 0;
        for (int at = 8; at < good.length; at += 3) {
            byte[] damaged = good.clone();
            damaged[at] ^= (byte) 0x55;
            Files.write(folder.resolve("shop/Cart.class"), damaged);
            refused += weaver().verify().stream().anyMatch(p -> p.contains("damaged")) ? 1 : 0;
        }
        assertThat(refused).isGreaterThan(good.length / 3 / 4);
    }

    @Test
    void V8_aClassFileInAnotherPlaceIsAResource() throws Exception {
        compile(GOOD);
        byte[] resource = files().get("shop/Cart");
        Files.write(folder.resolve("shop/Copy.class"), resource);
        assertThat(weave().problems()).isEmpty();
        assertThat(files().get("shop/Copy")).isEqualTo(resource);
        assertThat(run(files())).isEqualTo(42);
    }

    @Test
    void V5_aLambdaIsToldOnce() throws Exception {
        compile(
                "package shop; import dev.thrum.task.*; import java.util.concurrent.Callable;\n"
                        + "public class Cart { Async<Integer> f() { return Async.async(() -> {\n"
                        + " Callable<Integer> c = () -> Async.ready(1).await();\n"
                        + " return c.call(); }); } }");
        assertThat(weave().problems())
                .singleElement()
                .asString()
                .startsWith("shop.Cart.f (Cart.java:3) awaits in a lambda");
    }

    @Test
    void badInput_aClassOfItsNestIsMissing() throws Exception {
        compile(
                "package shop; import dev.thrum.task.*; public class Cart { static class B {"
                        + " private int y; Async<Integer> f(Cart c) { return Async.async(() -> y +"
                        + " c.z + Async.ready(1).await()); } } private int z; }");
        Files.delete(folder.resolve("shop/Cart.class"));
        assertThat(weave().problems())
                .singleElement()
                .asString()
                .contains("shop.Cart$B cannot be woven: the class file of shop.Cart")
                .contains("was not found");
    }

    @Test
    void badInput_wovenByAnotherVersion() throws Exception {
        compile(GOOD);
        weave();
        Map<String, byte[]> classes = new HashMap<>(files());
        classes.replaceAll(
                (name, bytes) -> name.endsWith("$$body") ? withFormat(bytes, 99) : bytes);
        assertThatThrownBy(() -> run(classes))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("shop.Cart$$body")
                .hasMessageContaining("woven by another version of Thrum: in format 99")
                .hasMessageContaining("the same version of thrum and thrum-maven-plugin");
        assertThat(run(files())).isEqualTo(42);
    }

    /** As another version would have written it. */
    private static byte[] withFormat(byte[] bytes, int format) {
        ClassFile file = ClassFile.of(ClassFile.StackMapsOption.DROP_STACK_MAPS);
        CodeTransform change =
                (builder, element) -> {
                    if (element instanceof ConstantInstruction constant
                            && Integer.valueOf(WovenMark.FORMAT).equals(constant.constantValue())) {
                        builder.loadConstant(format);
                    } else {
                        builder.with(element);
                    }
                };
        return ClassFile.of()
                .transformClass(
                        file.parse(bytes),
                        ClassTransform.transformingMethodBodies(
                                method -> method.methodName().equalsString("thrum$coroutine"),
                                change));
    }

    @Test
    void V8_classesWhoseNamesLookGeneratedStay() throws Exception {
        compile(
                "package shop; import dev.thrum.task.*; public class Cart { static class $In { int"
                    + " z = 42; AsyncCallable<Object> f() { return () -> z +"
                    + " Async.ready(0).await(); } } public static AsyncCallable<Object> body() {"
                    + " return new $In().f(); } }");
        weave();
        Map<String, byte[]> once = files();
        weave();
        assertThat(files().keySet()).isEqualTo(once.keySet()).contains("shop/Cart$$In");
        assertThat(run(files())).isEqualTo(42);
    }

    @Test
    void reportHasALineForEachBody() throws Exception {
        compile(
                "package shop; import dev.thrum.task.*;\n"
                        + "public class Cart { Async<Long> f(long a) { return Async.async(() -> {\n"
                        + " int b = Async.ready(1).await(); String s = \"\" + b;\n"
                        + " Async.ready(2).await(); return a + b + s.length(); }); } }");
        Path report = folder.resolve("report.tsv");
        weaver().weave(folder, new Report(report.toString()));
        assertThat(Files.readAllLines(report))
                .containsExactly(
                        "build\tshop.Cart.f\tCart.java:3\tstates 2\tbytes 16\tkeeps a, b, s");
    }
}
