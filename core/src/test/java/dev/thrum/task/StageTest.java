package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StageTest {

    private final TaskRuntime runtime = TaskRuntime.builder().workers(1).build();

    @AfterEach
    void close() {
        runtime.close();
    }

    private static void awaitItWaits(JoinHandle<?> handle) {
        while (!handle.toString().contains("waiting")) {
            Thread.onSpinWait();
        }
    }

    @Test
    void I1_aStageGivesItsValue() {
        var future = new CompletableFuture<String>();
        JoinHandle<String> handle = runtime.spawn(Async.of(future));
        awaitItWaits(handle);

        future.complete("value");

        assertThat(handle.join()).isEqualTo("value");
        assertThat(Task.blockOn(Async.of(CompletableFuture.completedStage(1)))).isEqualTo(1);
        assertThat(Task.<Object>blockOn(Async.of(CompletableFuture.completedStage(null)))).isNull();
    }

    @Test
    void I1_aFailureArrivesUnwrapped() {
        var failure = new IOException("no");
        CompletionStage<Object> dependent =
                CompletableFuture.failedFuture(failure).thenApply(v -> v).thenApply(v -> v);

        Throwable caught =
                Task.blockOn(() -> {
                    try {
                        return (Throwable) Async.of(dependent).await();
                    } catch (IOException e) {
                        return e;
                    }
                });

        assertThat(caught).isSameAs(failure);
    }

    @Test
    void I1_aCancellationIsPassedOn() {
        var future = new CompletableFuture<String>();
        JoinHandle<String> handle = runtime.spawn(() -> Async.of(future).await());
        awaitItWaits(handle);

        assertThat(Task.blockOn(handle.cancel())).isEqualTo(new Outcome.Cancelled<>());
        assertThat(future).isCancelled();
    }

    @Test
    void I1_aStageThatIsCancelledByOthersFails() {
        var future = new CompletableFuture<String>();
        JoinHandle<String> handle = runtime.spawn(() -> Async.of(future).await());
        awaitItWaits(handle);

        future.cancel(true);

        assertThat(Task.blockOn(handle.outcome())).isInstanceOf(Outcome.Failed.class);
        assertThatThrownBy(handle::join).isInstanceOf(CancellationException.class);
    }

    @Test
    void C2_aStageThatCompletesWhileItIsCancelledWins() {
        // Completed by its own cancel(): as if by another thread just before.
        var justDone =
                new CompletableFuture<String>() {
                    @Override
                    public boolean cancel(boolean mayInterrupt) {
                        complete("value");
                        return super.cancel(mayInterrupt);
                    }
                };
        JoinHandle<String> handle = runtime.spawn(() -> Async.of(justDone).await());
        awaitItWaits(handle);

        handle.cancel();

        assertThat(handle.join()).isEqualTo("value");
    }

    @Test
    void C2_aStageThatIsLeftKeepsNothingAlive() {
        var future = new CompletableFuture<String>();
        CompletionStage<String> notCancellable = future.minimalCompletionStage();
        WeakReference<JoinHandle<String>> left = awaitAndLeave(notCancellable);

        assertThat(Garbage.collects(left)).isTrue();
        assertThat(future.complete("nobody waits")).isTrue();
    }

    private WeakReference<JoinHandle<String>> awaitAndLeave(CompletionStage<String> stage) {
        JoinHandle<String> handle = runtime.spawn(Async.of(stage));
        awaitItWaits(handle);
        assertThat(Task.blockOn(handle.cancel())).isEqualTo(new Outcome.Cancelled<>());
        return new WeakReference<>(handle);
    }

    @Test
    void A1_aStageThatRefusesIsAFailureAndNoHang() {
        var refusing =
                new CompletableFuture<String>() {
                    @Override
                    public CompletableFuture<String> whenComplete(
                            BiConsumer<? super String, ? super Throwable> action) {
                        throw new UnsupportedOperationException("no callbacks");
                    }
                };
        Async<String> async = Async.of(refusing);

        assertThatThrownBy(() -> Task.blockOn(async)).hasMessage("no callbacks");
        assertThatThrownBy(() -> Task.blockOn(async)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void I1_aHandleAsAFutureComesBackAsAnAsync() throws Exception {
        var gate = new Gate<String>();
        JoinHandle<String> source = runtime.spawn(gate);
        JoinHandle<String> handle = runtime.spawn(Async.of(source.toCompletableFuture()));
        gate.awaitPolls(1);
        awaitItWaits(handle);

        handle.cancel();

        assertThat(Task.blockOn(source.outcome())).isEqualTo(new Outcome.Cancelled<>());
        assertThatThrownBy(() -> source.toCompletableFuture().join())
                .isInstanceOfAny(CancellationException.class, CompletionException.class);
    }
}
