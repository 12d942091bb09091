package shop;

import dev.thrum.task.Async;
import dev.thrum.task.Task;
import java.util.List;

/** What verify finds: nothing here is woven, and some of it could not be. */
public class Till {

    Async<Integer> forgotten() {
        return Async.async(() -> Async.ready(1).await());
    }

    Async<Integer> holdsMonitor() {
        return Async.async(() -> {
            synchronized (this) {
                return Async.ready(2).await();
            }
        });
    }

    Async<Void> nested(List<Async<Integer>> all) {
        return Async.async(() -> all.forEach(each -> { try { sink(each.await()); } catch (Exception e) { throw new IllegalStateException(e); } }));
    }

    private static void sink(Object value) {}

    int stray() throws Exception {
        Task.yieldNow().await();
        return 3;
    }

    /** Has nothing wrong but that nobody wove it. */
    static class Drawer {
        Async<Integer> forgotten() {
            return Async.async(() -> Async.ready(4).await());
        }
    }
}
