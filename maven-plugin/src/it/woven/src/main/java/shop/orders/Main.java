package shop.orders;

import dev.thrum.task.Async;
import dev.thrum.task.Task;
import java.util.List;

/** The program, to be run in its module. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        Module module = Main.class.getModule();
        boolean open = module.isOpen("shop.orders", Async.class.getModule());
        Orders orders = new Orders();
        System.out.println(
                module.getName()
                        + (open ? ", open: " : ", closed: ")
                        + Task.blockOn(orders.references()).length()
                        + " "
                        + Task.blockOn(orders.sum(List.of(1, 2, 3)))
                        + " "
                        + Task.blockOn(orders.classes()));
    }
}
