package near;

import dev.thrum.task.Task;

/** Overrides, and makes visible. */
public class Neighbour extends Base {
    @Override
    public String serve() throws Exception {
        Task.yieldNow().await();
        return "Neighbour";
    }

    @Override
    public String twin() {
        return "Neighbour";
    }

    @Override
    public String lazy() throws Exception {
        Task.yieldNow().await();
        return "Neighbour";
    }

    @Override
    public String lazyTwin() {
        return "Neighbour";
    }
}
