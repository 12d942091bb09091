package shop.orders;

import dev.thrum.task.Async;
import dev.thrum.task.AsyncCallable;
import dev.thrum.task.AsyncFunction;
import dev.thrum.task.AsyncRunnable;
import dev.thrum.task.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import shop.stock.Store;

/** Bodies of all forms. */
public class Orders {
    private final List<String> log = new ArrayList<>();
    private int total = 40;

    /** A lambda with captured variables, private members, and a method that awaits (V9). */
    public Async<Integer> sum(List<Integer> prices) {
        long start = 0L;
        return Async.async(() -> {
            int sum = (int) start;
            for (int price : prices) {
                Task.yieldNow().await();
                sum += price;
            }
            log.add("summed");
            return sum + addAll(prices) + total;
        });
    }

    private int addAll(List<Integer> prices) throws Exception {
        return prices.isEmpty()
                ? Async.ready(0).await()
                : prices.get(0) + addAll(prices.subList(1, prices.size()));
    }

    /** Without an await. */
    public Async<Integer> constant() {
        return Async.async(() -> total);
    }

    private static String twice(String text) throws Exception {
        Task.yieldNow().await();
        return text + text;
    }

    private long hidden(int x) throws Exception {
        return x + (long) Async.ready(total).await();
    }

    /** Method references: static, private, overridable, of another package; x::await; dropped. */
    public Async<String> references() {
        AsyncFunction<String, String> twice = Orders::twice;
        AsyncFunction<Integer, Long> hidden = this::hidden;
        AsyncFunction<Integer, Integer> count = Store::count;
        AsyncCallable<String> open = new Shelf()::open;
        AsyncFunction<Store, String> unbound = Store::open;
        AsyncCallable<Integer> await = Async.ready(7)::await;
        AsyncRunnable dropped = new Shelf()::open;
        AsyncCallable<Orders> created = Orders::new;
        return Async.async(() ->
                Async.async(twice, "ab").await()
                        + Async.async(hidden, 2).await()
                        + Async.async(count, 3).await()
                        + Async.async(open).await()
                        + Async.async(unbound, new Shelf()).await()
                        + Async.async(await).await()
                        + Async.async(dropped).await()
                        + Async.async(created).await().total);
    }

    /** Named and anonymous classes, by inheritance, too. */
    public Async<String> classes() {
        return Async.async(() ->
                Async.async(new Shelf()).await()
                        + Async.async(
                                        new AsyncCallable<String>() {
                                            @Override
                                            public String call() throws Exception {
                                                return "anonymous" + Async.ready(total).await();
                                            }
                                        })
                                .await());
    }

    /** Protected members of a superclass elsewhere, and calls of its methods. */
    static final class Shelf extends Store {
        private int own = 5;

        @Override
        protected String name() {
            return "shelf";
        }

        @Override
        public String open() throws Exception {
            Function<String, String> label = super::label;
            pieces += Async.ready(1).await();
            return super.label("x") + label.apply("y") + pieces + own + twice("z");
        }
    }

    /** Fails in a method that is called by a body, behind an await. */
    public Async<Void> failing() {
        return Async.async(() -> {
            Task.yieldNow().await();
            fail();
        });
    }

    private void fail() {
        throw new IllegalStateException("as it has to be");
    }
}
