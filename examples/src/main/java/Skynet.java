// A tree of tasks: each spawns ten others, down to the leaves, and adds up what they return.
//
//     ./thrum run examples/src/main/java/Skynet.java [LEAVES]
//
// LEAVES is a power of ten, a million by default. A leaf returns its number, counted from 0, so the
// sum is LEAVES * (LEAVES - 1) / 2; any other is an error (exit code 1).

import static dev.thrum.task.Async.async;

import dev.thrum.task.Async;
import dev.thrum.task.JoinHandle;
import dev.thrum.task.Task;
import java.util.ArrayList;
import java.util.List;

static final int FAN_OUT = 10;

void main(String[] args) {
    int leaves = args.length == 0 ? 1_000_000 : leaves(args);
    long start = System.nanoTime();
    long sum = Task.blockOn(sum(0, leaves));
    double seconds = (System.nanoTime() - start) / 1e9;

    IO.println("sum %d".formatted(sum));
    long tasks = tasksFor(leaves);
    System.out.printf(
            "%,d tasks, %,d of them leaves: %.2f s, %.0f ns per task, the first second of a JVM"
                    + " included%n",
            tasks, leaves, seconds, seconds * 1e9 / tasks);
    if (sum != (long) leaves * (leaves - 1) / 2) {
        System.err.println("Skynet: wrong sum");
        System.exit(1);
    }
}

/** The sum of the numbers of {@code leaves} leaves, of which the first has the number given. */
Async<Long> sum(long first, int leaves) {
    return async(() -> {
        if (leaves == 1) {
            return first;
        }
        int share = leaves / FAN_OUT;
        List<JoinHandle<Long>> children = new ArrayList<>(FAN_OUT);
        for (int i = 0; i < FAN_OUT; i++) {
            children.add(Task.spawn(sum(first + (long) i * share, share)));
        }
        long sum = 0;
        for (JoinHandle<Long> child : children) {
            sum += child.await();
        }
        return sum;
    });
}

long tasksFor(int leaves) {
    long tasks = 1;
    for (long level = FAN_OUT; level <= leaves; level *= FAN_OUT) {
        tasks += level;
    }
    return tasks;
}

/** The argument; ends the program if it is a bad one. */
int leaves(String[] args) {
    if (args.length == 1 && args[0].matches("10{0,8}")) {
        return Integer.parseInt(args[0]);
    }
    System.err.println(
            args.length == 1
                    ? "Skynet: LEAVES is \""
                            + args[0]
                            + "\": it has to be 1, 10, 100 and so on, up to 100000000"
                    : "usage: Skynet [LEAVES]");
    System.exit(2);
    return 0;
}
