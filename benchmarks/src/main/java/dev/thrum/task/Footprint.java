package dev.thrum.task;

import dev.thrum.channel.Channel;
import java.time.Duration;
import org.openjdk.jol.info.ClassLayout;
import org.openjdk.jol.info.GraphLayout;

/** The objects behind one task that sleeps, joins, or receives, and what they take. */
public final class Footprint {
    private Footprint() {}

    private static void print(String what, Object... own) {
        System.out.println(what);
        long sum = 0;
        for (Object object : own) {
            Class<?> type = object instanceof Class<?> it ? it : object.getClass();
            ClassLayout layout =
                    object == type
                            ? ClassLayout.parseClass(type)
                            : ClassLayout.parseInstance(object);
            System.out.printf("  %4d bytes  %s%n", layout.instanceSize(), type.getName());
            sum += layout.instanceSize();
        }
        System.out.printf("  %4d bytes in all, and 4 to 8 for the place in the registry%n%n", sum);
    }

    /** Prints sums and layouts. */
    public static void main(String[] args) throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            Async<Void> sleep = Task.sleep(Duration.ofHours(1));
            Object sleeping = runtime.spawn(sleep);
            Async<Void> inBlock = Task.sleep(Duration.ofHours(1));
            Async<Void> block = Async.async(() -> inBlock.await());
            Object sleepingBlock = runtime.spawn(block);
            JoinHandle<Void> joined = runtime.spawn(Async.pending());
            Async<Void> joining = Async.async(() -> joined.await());
            Object joiner = runtime.spawn(joining);
            Channel<String> channel = Channel.bounded(1);
            Async<String> receiving = Async.async(() -> channel.receive().await());
            // What waits in its place: the receive itself is garbage by then.
            Class<?> waits = Class.forName("dev.thrum.channel.WaitingReceive");
            Object receiver = runtime.spawn(receiving);
            Task.blockOn(Task.sleep(Duration.ofMillis(50))); // all of them wait now

            print("a task that sleeps", sleeping, sleep);
            print("a task that sleeps, in an async block", sleepingBlock, block, inBlock);
            print("a task that joins another", joiner, joining);
            print("a task that receives", receiver, receiving, waits);
            System.out.println(ClassLayout.parseInstance(sleeping).toPrintable());
            System.out.println(ClassLayout.parseInstance(sleep).toPrintable());
            System.out.println(ClassLayout.parseInstance(joining).toPrintable());
            System.out.println(ClassLayout.parseClass(waits).toPrintable());
            System.out.println(GraphLayout.parseInstance(Channel.bounded(1)).toFootprint());
        }
        System.exit(0);
    }
}
