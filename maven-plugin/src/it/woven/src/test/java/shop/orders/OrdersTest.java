package shop.orders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.thrum.task.Async;
import dev.thrum.task.Task;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class OrdersTest {

    private final Orders orders = new Orders();
    private String suffix = "";

    /** Tests run with options that open the module to all; programs do not. */
    @Test
    void inAModuleThatOpensNothing() throws Exception {
        String path =
                String.join(File.pathSeparator, placeOf(Async.class), placeOf(Orders.class));
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-p",
                                path,
                                "-m",
                                "shop/shop.orders.Main")
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes());
        assertEquals("shop, closed: 50 52 store shelf3anonymous40", output.strip());
    }

    private static String placeOf(Class<?> type) throws Exception {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }

    @Test
    void lambdas() {
        assertEquals(6 + 6 + 40, Task.blockOn(orders.sum(List.of(1, 2, 3))));
        assertEquals(40, Task.blockOn(orders.constant()));
    }

    @Test
    void references() {
        assertEquals(
                "abab424store xstore y45zz"
                        + "store xstore y45zz"
                        + "7null40",
                Task.blockOn(orders.references()));
    }

    @Test
    void classes() {
        assertEquals("store shelf3anonymous40", Task.blockOn(orders.classes()));
    }

    @Test
    void bodiesOfTests() {
        String text =
                Task.blockOn(() -> {
                    String first = Task.spawn(orders.references()).await();
                    suffix += Async.ready("!").await();
                    return first.length() + helper();
                });
        assertEquals("50!", text);
    }

    private String helper() throws Exception {
        Task.yieldNow().await();
        return suffix;
    }

    @Test
    void traces() {
        var failure =
                assertThrows(
                        IllegalStateException.class, () -> Task.blockOn(orders.failing()));
        StackTraceElement[] trace = failure.getStackTrace();
        assertEquals("fail", trace[0].getMethodName());
        assertEquals("failing", trace[1].getMethodName());
        assertEquals("Orders.java", trace[1].getFileName());
    }
}
