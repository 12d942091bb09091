package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class InterruptTest {
    // ---- T2: interrupts ----

    @Test
    void T2_interruptCancelsTheRootWhichCleansUpAndTheFlagIsSet() throws Exception {
        for (Thread.Builder kind : List.of(Thread.ofPlatform(), Thread.ofVirtual())) {
            Door<Void> door = new Door<>();
            List<String> log = new ArrayList<>();
            FutureTask<Throwable> caller =
                    new FutureTask<>(() ->
                            catchThrowable(() -> {
                                try {
                                    Task.blockOn(() -> {
                                        try {
                                            door.await();
                                        } finally {
                                            Task.spawn(() -> Task.yieldNow().await()).await();
                                            log.add("cleanup");
                                        }
                                    });
                                } finally {
                                    log.add("flag " + Thread.currentThread().isInterrupted());
                                }
                            }));
            Thread thread = kind.start(caller);
            door.awaitPolled();

            thread.interrupt();

            assertThat(caller.get()).isInstanceOf(CancellationException.class);
            assertThat(log).containsExactly("cleanup", "flag true");
            assertThat(door.cancels).hasValue(1);
        }
    }

    @Test
    void T2_aRootThatIsInterruptedMayStillReturnAValueOrFail() throws Exception {
        for (boolean fails : new boolean[] {false, true}) {
            Door<Void> door = new Door<>();
            FutureTask<String> caller =
                    new FutureTask<>(() -> {
                        String result;
                        try {
                            result =
                                    Task.blockOn(() -> {
                                        try {
                                            door.await();
                                            return "not cancelled";
                                        } catch (CancellationException e) {
                                            if (fails) {
                                                throw new IOException("failed");
                                            }
                                            return "value";
                                        }
                                    });
                        } catch (CompletionException e) {
                            result = e.getCause().getMessage();
                        }
                        return result + " " + Thread.currentThread().isInterrupted();
                    });
            Thread thread = Thread.ofPlatform().start(caller);
            door.awaitPolled();

            thread.interrupt();

            assertThat(caller.get()).isEqualTo(fails ? "failed true" : "value true");
        }
    }

    @Test
    void T2_enteringWithTheFlagSetNeverStartsTheRootAndLeavesTheFlagSet() {
        boolean[] started = {false};
        Thread.currentThread().interrupt();

        Throwable thrown = catchThrowable(() -> Task.blockOn(() -> started[0] = true));
        boolean flag = Thread.interrupted();

        assertThat(thrown).isInstanceOf(CancellationException.class);
        assertThat(flag).isTrue();
        assertThat(started[0]).isFalse();
        assertThat(Task.blockOn(() -> 1)).isEqualTo(1);
    }

    @Test
    void T2_interruptOfANestedBlockOnLeavesTheFlagForTheOuterOne() throws Exception {
        Door<Void> door = new Door<>();
        Door<Void> after = new Door<>();
        List<Throwable> seen = new ArrayList<>();
        FutureTask<Throwable> caller =
                new FutureTask<>(() ->
                        catchThrowable(() ->
                                Task.blockOn(() -> {
                                    seen.add(catchThrowable(() -> Task.blockOn(door)));
                                    after.await();
                                })));
        Thread thread = Thread.ofPlatform().start(caller);
        door.awaitPolled();

        thread.interrupt();

        assertThat(caller.get()).isInstanceOf(CancellationException.class);
        assertThat(seen).singleElement().isInstanceOf(CancellationException.class);
        assertThat(after.cancels).hasValue(1);
    }
}
