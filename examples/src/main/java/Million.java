// A million tasks that sleep at the same time: how much heap each needs, and how long it takes.
//
//     ./thrum run examples/src/main/java/Million.java [TASKS [SECONDS]]
//
// At first TASKS tasks (1000000 by default) sleep for a day. What is measured is the heap in use
// behind a full collection, once before, with a list that has room for all handles, and once when
// all are asleep. The difference, divided by TASKS, is all that a sleeping task needs: the task
// itself, which is its handle, the suspended body, its timer, and its place in the runtime's lists.
// They are left asleep, and as many others sleep for SECONDS (5 by default), and wake up.

import static dev.thrum.task.Async.async;

import dev.thrum.task.Async;
import dev.thrum.task.JoinHandle;
import dev.thrum.task.Task;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

final AtomicInteger asleep = new AtomicInteger();

void main(String[] args) {
    if (args.length > 2) {
        fail("usage: Million [TASKS [SECONDS]]");
    }
    int tasks = args.length > 0 ? positive("TASKS", args[0]) : 1_000_000;
    int seconds = args.length > 1 ? positive("SECONDS", args[1]) : 5;
    Task.blockOn(sleepForADay(tasks));
    Task.blockOn(sleepAndWake(tasks, Duration.ofSeconds(seconds)));
}

Async<Void> sleepForADay(int tasks) {
    return async(() -> {
        List<JoinHandle<Void>> handles = new ArrayList<>(tasks);
        Task.spawn(sleep(Duration.ofMillis(1))).await(); // loads the classes
        asleep.set(0);
        long before = heapInUse();

        long start = System.nanoTime();
        for (int i = 0; i < tasks; i++) {
            handles.add(Task.spawn(sleep(Duration.ofDays(1))));
        }
        while (asleep.get() < tasks) {
            Task.sleep(Duration.ofMillis(1)).await();
        }
        System.out.printf("%,d tasks spawned and asleep in %.2f s%n", tasks, secondsSince(start));
        long used = heapInUse() - before;
        System.out.printf(
                "heap per sleeping task: %.0f bytes (%,d bytes in all)%n",
                (double) used / handles.size(), used); // the list is still needed
    });
}

Async<Void> sleepAndWake(int tasks, Duration nap) {
    return async(() -> {
        List<JoinHandle<Void>> handles = new ArrayList<>(tasks);
        long start = System.nanoTime();
        for (int i = 0; i < tasks; i++) {
            handles.add(Task.spawn(sleep(nap)));
        }
        for (JoinHandle<Void> handle : handles) {
            handle.await();
        }
        System.out.printf(
                "%,d tasks that sleep for %d s spawned, and ended, in %.2f s%n",
                tasks, nap.toSeconds(), secondsSince(start));
    });
}

Async<Void> sleep(Duration nap) {
    return async(() -> {
        asleep.incrementAndGet();
        Task.sleep(nap).await();
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
