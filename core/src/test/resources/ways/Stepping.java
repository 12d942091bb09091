import static dev.thrum.task.Async.async;

import dev.thrum.sync.Promise;
import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.task.JoinHandle;
import dev.thrum.task.Poll;
import dev.thrum.task.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Awaits that are not ready, to be stepped over. */
public class Stepping {

    /** Not ready when it is polled first; then woken by another thread. */
    static Async<Integer> later(int value) {
        return new Async<>() {
            private boolean polled;

            @Override
            public Poll<Integer> poll(Context cx) {
                if (polled) {
                    return Poll.ready(value);
                }
                polled = true;
                new Thread(cx.waker()::wake).start();
                return Poll.pending();
            }
        };
    }

    private static int walk() throws Exception {
        int sum = 1; // start
        sum += later(1).await(); // first
        sum += later(2).await(); // second
        for (int i = 0; i < 2; i++) { // loop
            sum += later(i).await(); // third
        }
        return sum; // end
    }

    private static int part() throws Exception {
        int sum = async(() -> {
            int value = later(1).await(); // in the part
            return value + 1;
        }).timeout(Duration.ofDays(1)).await(); // of the part
        return sum; // after the part
    }

    public static void main(String[] arguments) {
        switch (arguments[0]) {
            case "root" -> Task.blockOn(() -> {
                int sum = walk(); // called by the root
                System.out.println(sum);
            });
            case "worker" -> Task.blockOn(Task.spawn(() -> {
                int sum = walk(); // called by the worker
                System.out.println(sum);
            }));
            case "several" -> Task.blockOn(() -> {
                Promise<Integer> walked = new Promise<>();
                List<JoinHandle<Integer>> others = new ArrayList<>();
                for (int i = 0; i < 100; i++) {
                    others.add(Task.spawn(() -> later(1).await() + walked.await()));
                }
                Task.spawn(() -> {
                    int sum = walk(); // called by the several
                    System.out.println(sum);
                }).await();
                walked.complete(1);
                for (JoinHandle<Integer> other : others) {
                    other.await();
                }
            });
            case "part" -> Task.blockOn(() -> {
                System.out.println(part());
            });
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        System.out.println("end"); // behind
    }
}
