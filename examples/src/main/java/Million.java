// A million tasks that sleep at the same time; says how long it took and how much heap each needs.
//
//     ./thrum run examples/src/main/java/Million.java [TASKS [SECONDS]]
//
// TASKS is 1000000 by default, SECONDS, how long each sleeps, 10. What is measured: the heap in use
// behind a full collection, once with a list that has room for all handles, and once when all tasks
// are asleep; the difference, divided by TASKS, is all that a sleeping task needs: the task itself
// with its handle, the suspended body, its timer, and its place in the runtime's lists.

import dev.thrum.task.JoinHandle;
import dev.thrum.task.Task;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

final AtomicInteger asleep = new AtomicInteger();
final AtomicInteger awake = new AtomicInteger();

void main(String[] args) {
    if (args.length > 2) {
        fail("usage: Million [TASKS [SECONDS]]");
    }
    int tasks = args.length > 0 ? positive("TASKS", args[0]) : 1_000_000;
    Duration nap = Duration.ofSeconds(args.length > 1 ? positive("SECONDS", args[1]) : 10);

    Task.blockOn(() -> {
        List<JoinHandle<Void>> handles = new ArrayList<>(tasks);
        Task.spawn(() -> Task.sleep(Duration.ofMillis(1)).await()).await(); // loads classes
        long before = heapInUse();

        long start = System.nanoTime();
        for (int i = 0; i < tasks; i++) {
            handles.add(
                    Task.spawn(() -> {
                        asleep.incrementAndGet();
                        Task.sleep(nap).await();
                        awake.incrementAndGet();
                    }));
        }
        while (asleep.get() < tasks) {
            Task.sleep(Duration.ofMillis(1)).await();
        }
        double spawned = secondsSince(start);
        int early = awake.get();
        long used = heapInUse() - before;
        int late = awake.get();

        for (JoinHandle<Void> handle : handles) {
            handle.await();
        }
        double ended = secondsSince(start);

        System.out.printf("%,d tasks spawned and asleep in %.2f s%n", tasks, spawned);
        if (late > 0) {
            System.out.printf(
                    "heap per sleeping task: not measured, since %,d to %,d had slept their"
                            + " %d s by then: let them sleep longer%n",
                    early, late, nap.toSeconds());
        } else {
            System.out.printf(
                    "heap per sleeping task: %.0f bytes (%,d bytes in all)%n",
                    (double) used / tasks, used);
        }
        System.out.printf(
                "all have ended after %.2f s, having slept %d s each%n", ended, nap.toSeconds());
    });
}

double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
}

/** Bytes of the heap that are still reachable: what is in use right after a full collection. */
long heapInUse() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
}

/** A positive number; ends the program if the argument is none. */
int positive(String name, String argument) {
    try {
        int number = Integer.parseInt(argument);
        if (number > 0) {
            return number;
        }
    } catch (NumberFormatException e) {
        // as bad as a negative one
    }
    fail("Million: " + name + " is \"" + argument + "\": it has to be a positive number");
    return 0;
}

void fail(String message) {
    System.err.println(message);
    System.exit(2);
}
