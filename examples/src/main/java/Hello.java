// A root task, a child with a name, and its result.
//
//     ./thrum run examples/src/main/java/Hello.java

import dev.thrum.task.Task;
import java.time.Duration;

void main() {
    Task.blockOn(() -> { // the root task
        var child =
                Task.builder()
                        .name("child1")
                        .spawn(() -> {
                            // suspends the task, blocks no thread
                            Task.sleep(Duration.ofMillis(10)).await();
                            return 6 * 7;
                        });
        IO.println(child.task().name().orElse("?") + " -> " + child.await());
    });
}
