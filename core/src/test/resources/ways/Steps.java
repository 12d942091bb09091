import dev.thrum.task.Async;
import dev.thrum.task.Task;
import java.time.Duration;

/** What a debugger walks through. */
public class Steps {
    public static void main(String[] arguments) {
        Task.blockOn(() -> {
            String dead = "needed no more";
            int alive = 41;
            Task.sleep(Duration.ofMillis(5)).await();
            alive += dead.length() > 100 ? 1 : 0; // uses dead for the last time
            Task.sleep(Duration.ofMillis(5)).await(); // first
            alive++; // after first
            alive += Async.ready(1).await(); // second
            alive++; // after second
            Task.sleep(Duration.ofMillis(5)).await(); // third
            alive++; // after third
            System.out.println(alive);
        });
    }
}
