package dev.thrum.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A scheduler for one test, which ends with it, and what the tests say about jobs. */
final class Rig implements AutoCloseable {
    final WorkStealingScheduler scheduler;

    /** What happened, in order. */
    final List<String> log = new CopyOnWriteArrayList<>();

    Rig(int workers) {
        this(workers, new FakeDeadlines());
    }

    Rig(int workers, DeadlineSource deadlines) {
        // a small ring and batch: growth and partial steals happen in every test
        scheduler = new WorkStealingScheduler(workers, "test", deadlines, 2, 4);
    }

    /** A job that can be queued again from within. */
    static final class TestJob extends Job {
        private final Consumer<TestJob> body;

        /** For the body to count in. */
        int turns;

        TestJob(Consumer<TestJob> body) {
            this.body = body;
        }

        @Override
        public boolean run(Worker worker) {
            assertThat(worker).isSameAs(Worker.current());
            body.accept(this);
            return false;
        }
    }

    static TestJob job(Runnable body) {
        return new TestJob(self -> body.run());
    }

    static TestJob job(Consumer<TestJob> body) {
        return new TestJob(body);
    }

    /** A job that only writes its name. */
    TestJob logs(String name) {
        return job(() -> log.add(name));
    }

    void execute(Job... jobs) {
        for (Job job : jobs) {
            assertThat(scheduler.execute(job)).isTrue();
        }
    }

    void execute(Runnable... bodies) {
        for (Runnable body : bodies) {
            execute(job(body));
        }
    }

    /** Runs something as a job, waits for it, and throws what it throws. */
    void run(Runnable body) {
        var done = new CompletableFuture<Void>();
        execute(() -> {
            try {
                body.run();
                done.complete(null);
            } catch (Throwable thrown) {
                done.completeExceptionally(thrown);
            }
        });
        done.join();
    }

    /** Waits until all these threads, the workers of all cores, sleep. */
    void awaitIdle(List<Worker> threads) {
        until(() -> isIdle(threads));
    }

    private boolean isIdle(List<Worker> threads) {
        for (int core = 0; core < scheduler.workers(); core++) {
            if (!scheduler.sleepers.contains(core)) {
                return false;
            }
        }
        // once all are in the set, nobody is left who would wake one of them
        return threads.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING);
    }

    /** Waits until something is true that nobody announces; the limit is that of the whole test. */
    static void until(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            assertThat(Thread.interrupted()).as("interrupted while waiting").isFalse();
            Thread.onSpinWait();
        }
    }

    /** Waits; the limit is that of the whole test. */
    static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        scheduler.terminate();
        try {
            assertThat(scheduler.awaitTermination(Duration.ofSeconds(20)))
                    .as("all threads end")
                    .isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
