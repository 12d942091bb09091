package far;

import dev.thrum.task.Task;

/** Has the same methods, in another package. */
public class Stranger extends near.Base {
    public String serve() throws Exception {
        Task.yieldNow().await();
        return "Stranger";
    }

    public String twin() {
        return "Stranger";
    }

    public String lazy() throws Exception {
        Task.yieldNow().await();
        return "Stranger";
    }

    public String lazyTwin() {
        return "Stranger";
    }
}
