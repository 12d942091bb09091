package far;

import dev.thrum.task.Task;

/** Has the same methods, in another package. */
public class Heir extends near.Neighbour {
    public String serve() throws Exception {
        Task.yieldNow().await();
        return "Heir";
    }

    public String twin() {
        return "Heir";
    }

    public String lazy() throws Exception {
        Task.yieldNow().await();
        return "Heir";
    }

    public String lazyTwin() {
        return "Heir";
    }
}
