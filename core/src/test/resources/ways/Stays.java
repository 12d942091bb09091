import static dev.thrum.task.Async.async;

import dev.thrum.sync.Promise;
import dev.thrum.task.Async;
import dev.thrum.task.JoinHandle;
import dev.thrum.task.Outcome;
import dev.thrum.task.Task;
import dev.thrum.task.TaskRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Where awaits that block their thread could lead to a deadlock. One worker. */
public class Stays {

    public static void main(String[] arguments) throws Exception {
        Task.blockOn(() -> {
            System.out.println("crowd " + crowd());
            System.out.println("local " + local());
            System.out.println("parts " + parts());
            System.out.println("cancelled " + cancelled());
        });
        closed();
    }

    /** More than may stay, each of which waits for the one that began after it. */
    private static int crowd() throws Exception {
        Promise<Integer> last = new Promise<>();
        List<JoinHandle<Integer>> crowd = new ArrayList<>();
        Async<Integer> next = last;
        for (int i = 0; i < 500; i++) {
            Async<Integer> awaited = next;
            crowd.add(Task.spawn(() -> awaited.await() + 1));
            next = crowd.getLast();
        }
        Task.yieldNow().await();
        last.complete(0);
        return next.await();
    }

    /** A task and a local one of its thread that wait for each other; on the worker, and here. */
    private static String local() throws Exception {
        return Task.spawn(() -> pingPong()).await() + " " + Async.<String>async(() -> {
            return pingPong();
        }).await();
    }

    private static String pingPong() throws Exception {
        Promise<Integer> ping = new Promise<>();
        Promise<Integer> pong = new Promise<>();
        JoinHandle<Integer> other =
                Task.spawnLocal(() -> {
                    int got = ping.await();
                    Task.yieldNow().await();
                    pong.complete(got + 1);
                    return got;
                });
        Task.yieldNow().await();
        ping.complete(1);
        return pong.await() + "," + other.await();
    }

    /** Two parts of one task that wait for each other. */
    private static int parts() throws Exception {
        Promise<Integer> ping = new Promise<>();
        Promise<Integer> pong = new Promise<>();
        return Async.join(
                        async(() -> {
                            ping.complete(1);
                            return pong.await();
                        }),
                        async(() -> {
                            int got = ping.await();
                            Task.yieldNow().await();
                            pong.complete(got + 1);
                            return got;
                        }),
                        (a, b) -> a + b)
                .await();
    }

    private static Outcome<Void> cancelled() throws Exception {
        Promise<Void> waits = new Promise<>();
        JoinHandle<Void> handle =
                Task.spawn(() -> {
                    try {
                        waits.complete(null);
                        Async.pending().await();
                    } finally {
                        Task.sleep(Duration.ofMillis(1)).await();
                        System.out.println("cleaned up");
                    }
                });
        waits.await();
        return handle.cancel().await();
    }

    /** What does not listen ends with its runtime, and so does the thread that it is on. */
    private static void closed() throws Exception {
        Thread[] thread = new Thread[1];
        JoinHandle<Void> stubborn;
        try (TaskRuntime runtime =
                TaskRuntime.builder().workers(1).closeTimeout(Duration.ofMillis(1)).build()) {
            Promise<Void> waits = new Promise<>();
            stubborn =
                    runtime.spawn(() -> {
                        thread[0] = Thread.currentThread();
                        waits.complete(null);
                        Async.pending().shield().await();
                    });
            Task.blockOn(waits);
        }
        thread[0].join();
        System.out.println("closed " + Task.blockOn(stubborn.outcome()));
    }
}
