package dev.thrum.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is still queued when a scheduler ends is neither run nor forgotten. */
class DiscardTest {
    private final CopyOnWriteArrayList<String> events = new CopyOnWriteArrayList<>();

    private final class Named extends Job {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        public boolean run(@Nullable Worker worker) {
            events.add("ran " + name);
            return false;
        }

        @Override
        public void discard() {
            events.add("discarded " + name);
            if (name.startsWith("bad")) {
                throw new IllegalStateException("what a destructor throws keeps nobody else");
            }
        }
    }

    @Test
    void R1_whateverWaitsBehindAJobThatBlocksIsDiscarded() throws InterruptedException {
        var scheduler = new WorkStealingScheduler(1, "discard", new FakeDeadlines());
        var begun = new CountDownLatch(1);
        var end = new CountDownLatch(1);
        scheduler.execute(
                new Job() {
                    @Override
                    public boolean run(@Nullable Worker worker) {
                        scheduler.execute(new Named("bad: in the ring"));
                        worker.localQueue().push(new Named("local"));
                        begun.countDown();
                        await(end);
                        scheduler.execute(new Named("late"));
                        return false;
                    }
                });
        await(begun);
        scheduler.execute(new Named("bad: from outside"));
        scheduler.execute(new Named("from outside"));

        scheduler.terminate();
        assertThat(events)
                .containsExactlyInAnyOrder(
                        "discarded bad: in the ring",
                        "discarded bad: from outside",
                        "discarded from outside"); // the local one is its thread's alone
        end.countDown();

        assertThat(scheduler.awaitTermination(Duration.ofMinutes(1))).isTrue();
        assertThat(events).hasSize(4).endsWith("discarded local"); // "late" was not taken
        assertThat(scheduler.execute(new Named("after"))).isFalse();
    }

    @Test
    void R1_whatAnExecutorHasNotBegunIsDiscarded() throws InterruptedException {
        try (ExecutorService one = Executors.newSingleThreadExecutor()) {
            var scheduler = new ExecutorScheduler(one, deadline -> {});
            var begun = new CountDownLatch(1);
            var end = new CountDownLatch(1);
            one.execute(() -> {
                begun.countDown();
                await(end);
            });
            await(begun);
            scheduler.execute(new Named("queued"));

            scheduler.terminate();
            assertThat(events).containsExactly("discarded queued");
            end.countDown();
            one.shutdown();
            assertThat(one.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
            assertThat(events).hasSize(1); // the executor has run a command that did nothing
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
