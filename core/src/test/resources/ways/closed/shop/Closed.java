package shop;

import dev.thrum.task.Async;
import dev.thrum.task.Task;

/** In a package that is not open to anybody. */
public class Closed {

    private static int two() {
        return 2;
    }

    public static void main(String[] arguments) {
        System.out.println(Task.blockOn(() -> Async.ready(40).await() + two()));
    }
}
