package dev.thrum.weave;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thrum.task.Async;
import dev.thrum.task.AsyncCallable;
import java.lang.classfile.ClassFile;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("V5: what cannot be woven is refused, by class, method and line")
class RefusalsTest {

    private static final String IMPORTS =
            "package shop; import dev.thrum.task.*; import java.util.*;"
                    + " import java.util.concurrent.Callable;\n";

    /** The body's line is the third. */
    private static AsyncCallable<?> body(String members, String code) throws Exception {
        return body(members, code, true, UnaryOperator.identity());
    }

    private static AsyncCallable<?> body(
            String members, String code, boolean resources, UnaryOperator<byte[]> change)
            throws Exception {
        String source =
                IMPORTS
                        + "public class Cart { static Async<Integer> x() { return Async.ready(1); }"
                        + members
                        + "\npublic static AsyncCallable<Object> body() { return () -> {"
                        + code
                        + "}; } }";
        Map<String, byte[]> classes = Sources.compile("Cart", source, "-g");
        classes.replaceAll((name, bytes) -> change.apply(bytes));
        return (AsyncCallable<?>)
                Class.forName("shop.Cart", true, new Sources.Loader(classes, resources))
                        .getMethod("body")
                        .invoke(null);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "synchronized (Cart.class) { return x().await(); }",
                "synchronized (Cart.class) { synchronized (x()) { } return x().await(); }",
                "try { synchronized (Cart.class) { return 1; } } finally { synchronized (x())"
                        + " { x().await(); } }",
                "while (true) { synchronized (Cart.class) { if (x().await() > 0) break; } } return"
                        + " 1;"
            })
    void V5_awaitInsideSynchronizedBlock(String code) throws Exception {
        AsyncCallable<?> body = body("", code);
        assertThatThrownBy(() -> Async.async(body))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("shop.Cart.body (Cart.java:3)")
                .hasMessageContaining("synchronized block")
                .hasMessageContaining("Mutex");
    }

    @Test
    void V5_synchronizedMethodAsBody() throws Exception {
        AsyncCallable<?> body =
                body(
                        "public static class B implements AsyncCallable<Object> { public"
                            + " synchronized Object call() throws Exception { return x().await(); }"
                            + " }",
                        "return 1;");
        Object other =
                Class.forName("shop.Cart$B", true, body.getClass().getClassLoader())
                        .getDeclaredConstructor()
                        .newInstance();
        assertThatThrownBy(() -> Async.async((AsyncCallable<?>) other))
                .hasMessageContaining("shop.Cart$B.call (Cart.java:2)")
                .hasMessageContaining("the method is synchronized");
    }

    @Test
    void V9_calleeIsNamed() throws Exception {
        AsyncCallable<?> body =
                body(
                        "private static synchronized int locked() throws Exception { return"
                                + " x().await(); } private static int via() throws Exception {"
                                + " return locked(); }",
                        "return via();");
        assertThatThrownBy(() -> Async.async(body))
                .hasMessageContaining("shop.Cart.locked (Cart.java:2)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Callable<Integer> c = () -> x().await(); return c.call();",
                "Callable<Integer> c = x()::await; return c.call();",
                "Callable<Object> c = () -> { Callable<Integer> d = () -> x().await();"
                        + " return d.call(); }; return x().await();",
                "List.of(1).forEach(i -> { try { x().await(); } catch (Exception e) { } });"
                        + " return x().await();",
                "Async<Integer> a = cx -> { x().await(); return Poll.ready(1); }; return a.await();"
            })
    void V5_awaitInANestedLambda(String code) throws Exception {
        AsyncCallable<?> body = body("", code);
        assertThatThrownBy(() -> Async.async(body))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("shop.Cart.body (Cart.java:3)")
                .hasMessageContaining("lambda that is not an async body");
    }

    @Test
    @Tag("run-time-weaving")
    void classFileNotFound() throws Exception {
        AsyncCallable<?> body = body("", "return x().await();", false, bytes -> bytes);
        assertThatThrownBy(() -> Async.async(body))
                .hasMessageContaining("The class file of shop.Cart was not found")
                .hasMessageContaining("Write the body in a class whose loader does")
                .hasMessageContaining("thrum-maven-plugin")
                .hasMessageContaining("-javaagent:thrum.jar");
    }

    @Test
    @Tag("run-time-weaving")
    void classFileOfANewerFormat() throws Exception {
        UnaryOperator<byte[]> newer =
                bytes -> {
                    byte[] copy = bytes.clone();
                    copy[7] = (byte) (ClassFile.latestMajorVersion() + 1);
                    return copy;
                };
        refusedResource(newer, "is newer than this JDK's");
    }

    @Test
    @Tag("run-time-weaving")
    void classFileOfAnOldFormat() throws Exception {
        UnaryOperator<byte[]> older =
                bytes -> {
                    byte[] copy = bytes.clone();
                    copy[7] = 49;
                    return copy;
                };
        refusedResource(older, "older than Java 6");
    }

    @Test
    @Tag("run-time-weaving")
    void classFileDamaged() throws Exception {
        refusedResource(bytes -> java.util.Arrays.copyOf(bytes, 9), "damaged");
    }

    @Test
    @Tag("run-time-weaving")
    void classFileDamagedAnywhere() throws Exception {
        Map<String, byte[]> classes =
                Sources.compile(
                        "Cart",
                        IMPORTS
                                + "public class Cart { public static AsyncCallable<Object> body() {"
                                + " return () -> Async.ready(1).await(); } }");
        byte[] good = classes.get("shop/Cart");
        int refused = 0;
        for (int at = 8; at < good.length; at += 3) {
            Sources.Loader loader = new Sources.Loader(classes, true);
            classes.put("shop/Cart", good);
            AsyncCallable<?> body =
                    (AsyncCallable<?>)
                            Class.forName("shop.Cart", true, loader).getMethod("body").invoke(null);
            byte[] damaged = good.clone();
            damaged[at] ^= (byte) 0x55;
            classes.put("shop/Cart", damaged);
            try {
                Async.async(body);
            } catch (WeaveException refusal) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(100);
    }

    @Test
    @Tag("run-time-weaving")
    void classFileOfAnotherClass() throws Exception {
        byte[] other =
                Sources.compile("Cart", "package shop; public class Cart { }").get("shop/Cart");
        refusedResource(bytes -> other, "was not found in the class file");
    }

    /** The class that is loaded is good, and the resource is not. */
    private static void refusedResource(UnaryOperator<byte[]> change, String message)
            throws Exception {
        Map<String, byte[]> classes =
                Sources.compile(
                        "Cart",
                        IMPORTS
                                + "public class Cart { public static AsyncCallable<Object> body() {"
                                + " return () -> Async.ready(1).await(); } }");
        Sources.Loader loader = new Sources.Loader(classes, true);
        AsyncCallable<?> body =
                (AsyncCallable<?>)
                        Class.forName("shop.Cart", true, loader).getMethod("body").invoke(null);
        classes.replaceAll((name, bytes) -> change.apply(bytes));
        assertThatThrownBy(() -> Async.async(body))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("shop.Cart")
                .hasMessageContaining(message);
    }

    @Test
    void tooLargeAfterWeaving() throws Exception {
        StringBuilder code = new StringBuilder("int s = 0;");
        for (int i = 0; i < 60; i++) {
            code.append("long v").append(i).append(" = x().await();");
        }
        for (int i = 0; i < 700; i++) {
            code.append("s += x().await();");
        }
        code.append("return s");
        for (int i = 0; i < 60; i++) {
            code.append("+ v").append(i);
        }
        AsyncCallable<?> body = body("", code.append(";").toString());
        assertThatThrownBy(() -> Async.async(body))
                .hasMessageContaining("shop.Cart.body (Cart.java:3)")
                .hasMessageContaining("64 KB")
                .hasMessageContaining("760 suspension points");
    }

    @Test
    void aRefusalLeavesNothingBehind() throws Exception {
        AsyncCallable<?> body = body("", "synchronized (Cart.class) { return x().await(); }");
        assertThatThrownBy(() -> Async.async(body)).hasMessageContaining("synchronized");
        assertThatThrownBy(() -> Async.async(body)).hasMessageContaining("synchronized");
    }
}
