package shop.stock;

import dev.thrum.task.Async;
import dev.thrum.task.AsyncCallable;
import dev.thrum.task.Task;

/** Extended in another package: protected members, and methods that are overridden. */
public abstract class Store implements AsyncCallable<String> {
    protected int pieces = 3;

    protected String label(String what) {
        return "store " + what;
    }

    /** Woven here, a body by the subclasses. */
    @Override
    public String call() throws Exception {
        Task.yieldNow().await();
        return label(name()) + Async.ready(pieces).await();
    }

    protected abstract String name();

    /** Referred to from another package. */
    public static int count(int of) throws Exception {
        Task.yieldNow().await();
        return of + Async.ready(1).await();
    }

    /** Referred to by objects of subclasses. */
    public String open() throws Exception {
        return "open" + Async.ready(pieces).await();
    }
}
