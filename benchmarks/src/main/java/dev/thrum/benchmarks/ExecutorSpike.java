package dev.thrum.benchmarks;

import dev.thrum.executor.DeadlineSource;
import dev.thrum.executor.Job;
import dev.thrum.executor.WorkStealingScheduler;
import dev.thrum.executor.Worker;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Compares what a task runtime could stand on: the scheduler of {@code dev.thrum.executor}, and a
 * {@link ForkJoinPool} in asyncMode whose {@link ForkJoinTask} is the job. The shapes are those of
 * the task benchmarks, without tasks: hand-written callbacks on reusable jobs.
 *
 * <p>Both take turns in one JVM, run by run, so that a disturbance hits both. Arguments: threads,
 * runs, then names of shapes (none: all). The decision that rests on it is
 * docs/decisions/001-executor.md.
 */
public final class ExecutorSpike {
    private static final int OPS = 1_000_000;
    private static final int TASKS = 1000;

    private ExecutorSpike() {}

    /** What is compared. */
    private interface Platform {
        String name();

        /** Makes a reusable job. */
        Ready job(Runnable body);

        void close();
    }

    /** A job that can be queued again once it runs. */
    private interface Ready {
        void execute();

        void executeYielded();
    }

    /** Runs its operations once, and checks that they were done. */
    @FunctionalInterface
    private interface Shape {
        void run(Platform platform) throws InterruptedException;
    }

    private record Named(String name, Shape shape) {}

    private static final List<Named> SHAPES =
            List.of(
                    new Named("yield_many", ExecutorSpike::yieldMany),
                    new Named("spawn_join", ExecutorSpike::spawnJoin),
                    new Named("spawn_detached", ExecutorSpike::spawnDetached),
                    new Named("ping_pong", ExecutorSpike::pingPong),
                    new Named("ping_pong_one", ExecutorSpike::pingPongOne),
                    new Named("chained_spawn", ExecutorSpike::chainedSpawn));

    /**
     * Runs the comparison and prints a table.
     *
     * @param args threads, runs, names of shapes
     */
    public static void main(String[] args) throws InterruptedException {
        int threads = args.length > 0 ? Integer.parseInt(args[0]) : 2;
        int runs = args.length > 1 ? Integer.parseInt(args[1]) : 15;
        List<String> only = Arrays.asList(args).subList(Math.min(2, args.length), args.length);
        Platform[] platforms = {new ForkJoin(threads), new Own(threads)};
        System.out.printf(
                Locale.ROOT,
                "ns/op, median [min, max] of %d runs after %d to warm up, %d threads%n",
                runs,
                runs,
                threads);
        for (Named named : SHAPES) {
            if (only.isEmpty() || only.contains(named.name)) {
                compare(named, platforms, runs);
            }
        }
        for (Platform platform : platforms) {
            platform.close();
        }
    }

    private static void compare(Named named, Platform[] platforms, int runs)
            throws InterruptedException {
        double[][] times = new double[platforms.length][runs];
        for (int run = -runs; run < runs; run++) {
            for (int p = 0; p < platforms.length; p++) {
                long start = System.nanoTime();
                named.shape.run(platforms[p]);
                double nanosPerOp = (System.nanoTime() - start) / (double) OPS;
                if (run >= 0) {
                    times[p][run] = nanosPerOp;
                }
            }
        }
        System.out.printf(Locale.ROOT, "%-15s", named.name);
        for (int p = 0; p < platforms.length; p++) {
            Arrays.sort(times[p]);
            System.out.printf(
                    Locale.ROOT,
                    "  %s %7.1f [%6.1f, %6.1f]",
                    platforms[p].name(),
                    times[p][runs / 2],
                    times[p][0],
                    times[p][runs - 1]);
        }
        System.out.println();
    }

    private static void check(boolean right, String shape) {
        if (!right) {
            throw new AssertionError("wrong result: " + shape);
        }
    }

    private static void yieldMany(Platform platform) throws InterruptedException {
        var done = new CountDownLatch(TASKS);
        platform.job(
                        () -> {
                            for (int i = 0; i < TASKS; i++) {
                                new Yielder(platform, done).ready.execute();
                            }
                        })
                .execute();
        done.await();
    }

    private static final class Yielder implements Runnable {
        private final CountDownLatch done;
        private final Ready ready;
        private int left = OPS / TASKS;

        Yielder(Platform platform, CountDownLatch done) {
            this.done = done;
            this.ready = platform.job(this);
        }

        @Override
        public void run() {
            if (left-- > 0) {
                ready.executeYielded();
            } else {
                done.countDown();
            }
        }
    }

    private static void spawnJoin(Platform platform) throws InterruptedException {
        var root = new SpawnJoinRoot(platform);
        root.ready.execute();
        root.done.await();
        check(root.sum == OPS * (OPS - 1L) / 2, "spawn_join");
    }

    /** A result that becomes known, and at most one job that waits for it. */
    private static final class Handle extends AtomicReference<@Nullable Object>
            implements Runnable {
        private static final long serialVersionUID = 1L;
        private static final Object DONE = new Object();

        private final int value;

        Handle(int value) {
            this.value = value;
        }

        @Override
        public void run() {
            if (getAndSet(DONE) instanceof Ready waiter) {
                waiter.execute();
            }
        }

        /** Whether the result is known; if not, the waiter will be executed when it is. */
        boolean isDoneOrCalls(Ready waiter) {
            return get() == DONE || !compareAndSet(null, waiter);
        }
    }

    private static final class SpawnJoinRoot implements Runnable {
        private final CountDownLatch done = new CountDownLatch(1);
        private final Platform platform;
        private final Ready ready;
        private Handle @Nullable [] handles;
        private int next;
        private long sum;

        SpawnJoinRoot(Platform platform) {
            this.platform = platform;
            this.ready = platform.job(this);
        }

        @Override
        public void run() {
            Handle[] spawned = handles;
            if (spawned == null) {
                spawned = new Handle[OPS];
                for (int i = 0; i < OPS; i++) {
                    spawned[i] = new Handle(i);
                    platform.job(spawned[i]).execute();
                }
                handles = spawned;
            }
            while (next < OPS) {
                if (!spawned[next].isDoneOrCalls(ready)) {
                    return;
                }
                sum += spawned[next++].value;
            }
            done.countDown();
        }
    }

    private static void spawnDetached(Platform platform) throws InterruptedException {
        var done = new CountDownLatch(OPS);
        for (int i = 0; i < OPS; i++) {
            platform.job(done::countDown).execute();
        }
        done.await();
    }

    private static void pingPong(Platform platform) throws InterruptedException {
        pingPong(platform, TASKS);
    }

    private static void pingPongOne(Platform platform) throws InterruptedException {
        pingPong(platform, 1);
    }

    /** Pairs of jobs that wake each other; an operation is there and back. */
    private static void pingPong(Platform platform, int pairs) throws InterruptedException {
        var done = new CountDownLatch(pairs);
        platform.job(
                        () -> {
                            for (int i = 0; i < pairs; i++) {
                                new Pair(platform, done, OPS / pairs).ping.execute();
                            }
                        })
                .execute();
        done.await();
    }

    private static final class Pair {
        private final Ready ping;
        private final Ready pong;
        private final CountDownLatch done;
        private int left;

        Pair(Platform platform, CountDownLatch done, int rounds) {
            this.done = done;
            this.left = rounds;
            this.ping = platform.job(this::ping);
            this.pong = platform.job(this::pong);
        }

        private void ping() {
            if (left-- > 0) {
                pong.execute();
            } else {
                done.countDown();
            }
        }

        private void pong() {
            ping.execute();
        }
    }

    /** Chains in which each job queues the next, one chain after the other. */
    private static void chainedSpawn(Platform platform) throws InterruptedException {
        for (int i = 0; i < OPS / TASKS; i++) {
            var done = new CountDownLatch(1);
            platform.job(() -> chain(platform, TASKS, done)).execute();
            done.await();
        }
    }

    private static void chain(Platform platform, int depth, CountDownLatch done) {
        if (depth == 1) {
            done.countDown();
        } else {
            platform.job(() -> chain(platform, depth - 1, done)).execute();
        }
    }

    /** The scheduler of the executor package. */
    private static final class Own implements Platform {
        private final WorkStealingScheduler scheduler;

        Own(int threads) {
            var noTimers =
                    new DeadlineSource() {
                        @Override
                        public long nextDeadline() {
                            return Long.MAX_VALUE;
                        }

                        @Override
                        public int expire(long now) {
                            return 0;
                        }
                    };
            scheduler = new WorkStealingScheduler(threads, "own", noTimers);
        }

        @Override
        public String name() {
            return "own";
        }

        @Override
        public Ready job(Runnable body) {
            return new OwnJob(scheduler, body);
        }

        @Override
        public void close() {
            scheduler.terminate();
        }
    }

    private static final class OwnJob extends Job implements Ready {
        private final WorkStealingScheduler scheduler;
        private final Runnable body;

        OwnJob(WorkStealingScheduler scheduler, Runnable body) {
            this.scheduler = scheduler;
            this.body = body;
        }

        @Override
        public boolean run(@Nullable Worker worker) {
            body.run();
            return false;
        }

        @Override
        public void execute() {
            check(scheduler.execute(this), "execute");
        }

        @Override
        public void executeYielded() {
            check(scheduler.executeYielded(this), "executeYielded");
        }
    }

    /** A pool in asyncMode. */
    private static final class ForkJoin implements Platform {
        private final ForkJoinPool pool;

        ForkJoin(int threads) {
            pool =
                    new ForkJoinPool(
                            threads, ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true);
        }

        @Override
        public String name() {
            return "fork-join";
        }

        @Override
        public Ready job(Runnable body) {
            return new ForkJoinJob(pool, body);
        }

        @Override
        public void close() {
            pool.shutdown();
        }
    }

    /** A task that never completes, so that it can be forked again. */
    private static final class ForkJoinJob extends ForkJoinTask<Void> implements Ready {
        private static final long serialVersionUID = 1L;

        private final transient ForkJoinPool pool;
        private final transient Runnable body;

        ForkJoinJob(ForkJoinPool pool, Runnable body) {
            this.pool = pool;
            this.body = body;
        }

        @Override
        protected boolean exec() {
            body.run();
            return false;
        }

        @Override
        public void execute() {
            if (ForkJoinTask.inForkJoinPool()) { // there is no other pool in this program
                fork();
            } else {
                pool.execute(this);
            }
        }

        @Override
        public void executeYielded() {
            execute();
        }

        @Override
        public @Nullable Void getRawResult() {
            return null;
        }

        @Override
        protected void setRawResult(@Nullable Void value) {}
    }
}
