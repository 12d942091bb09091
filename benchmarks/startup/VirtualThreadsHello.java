import java.time.Duration;
import java.util.concurrent.FutureTask;

/** What {@code Hello} does, by virtual threads. */
void main() throws Exception {
    var child =
            new FutureTask<>(
                    () -> {
                        Thread.sleep(Duration.ofMillis(10));
                        return 6 * 7;
                    });
    Thread.ofVirtual().name("child1").start(child);
    IO.println("child1 -> " + child.get());
}
