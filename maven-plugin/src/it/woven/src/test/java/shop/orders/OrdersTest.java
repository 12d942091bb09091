package shop.orders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thrum.task.Async;
import dev.thrum.task.Task;
import java.util.List;
import org.junit.jupiter.api.Test;

class OrdersTest {

    private final Orders orders = new Orders();
    private String suffix = "";

    @Test
    void theModuleIsClosed() {
        Module shop = Orders.class.getModule();
        assertTrue(shop.isNamed());
        assertFalse(shop.isOpen("shop.orders", Async.class.getModule()));
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
        assertEquals("45!", text);
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
