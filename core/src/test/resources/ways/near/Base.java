package near;

import dev.thrum.task.Async;
import dev.thrum.task.Task;
import java.util.function.Supplier;

/** Its methods are visible in this package only: what stands elsewhere does not override them. */
public class Base {
    String serve() throws Exception {
        Task.yieldNow().await();
        return "Base";
    }

    String twin() {
        return "Base";
    }

    String lazy() throws Exception {
        return "Base, at once";
    }

    String lazyTwin() {
        return "Base, at once";
    }

    public final String compare() throws Exception {
        Async<String> woven = Async.async(this::serve);
        Supplier<String> plain = this::twin;
        Async<String> lazy = Async.async(this::lazy);
        Supplier<String> lazyPlain = this::lazyTwin;
        return Task.blockOn(woven)
                + " = "
                + plain.get()
                + "; "
                + Task.blockOn(lazy)
                + " = "
                + lazyPlain.get();
    }
}
