package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every life that a task can have: the product of what kind it is, whether it has to wait, how its
 * body ends, what becomes of its handle, and when it is cancelled, each with what has to come out.
 */
class LifeCycleTest {
    private enum Kind {
        SPAWN,
        LOCAL,
        BLOCKING,
        BLOCK_ON
    }

    private enum Wait {
        READY,
        PENDING
    }

    /** What the body does in the end, also after having caught a cancellation. */
    private enum End {
        VALUE,
        EXCEPTION,
        ERROR,
        CANCELLATION
    }

    private enum Handle {
        KEPT,
        DROPPED,
        AWAITED_BY_TWO
    }

    private enum Cancel {
        NEVER,
        BEFORE_THE_START,
        WHILE_SUSPENDED,
        WHILE_RUNNING,
        AFTER_THE_END
    }

    record Life(Kind kind, Wait waits, End end, Handle handle, Cancel cancel) {
        /** Whether there can be such a life. */
        boolean makesSense() {
            return (cancel != Cancel.WHILE_SUSPENDED || waits == Wait.PENDING)
                    && (kind != Kind.BLOCK_ON || handle == Handle.KEPT) // it has none
                    && (cancel != Cancel.AFTER_THE_END
                            || (handle != Handle.DROPPED && kind != Kind.BLOCK_ON));
        }

        boolean starts() {
            return cancel != Cancel.BEFORE_THE_START;
        }

        /** Whether the body runs into the cancellation where it waits. */
        boolean isToldWhileWaiting() {
            return waits == Wait.PENDING
                    && (cancel == Cancel.WHILE_SUSPENDED || cancel == Cancel.WHILE_RUNNING);
        }

        boolean isAsked() {
            return cancel == Cancel.WHILE_SUSPENDED || cancel == Cancel.WHILE_RUNNING;
        }
    }

    static Stream<Life> lives() {
        List<Life> lives = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            for (Wait wait : Wait.values()) {
                for (End end : End.values()) {
                    for (Handle handle : Handle.values()) {
                        for (Cancel cancel : Cancel.values()) {
                            lives.add(new Life(kind, wait, end, handle, cancel));
                        }
                    }
                }
            }
        }
        return lives.stream().filter(Life::makesSense);
    }

    private final IOException exception = new IOException("exception");
    private final Error error = new AssertionError("error");
    private final CancellationException own = new CancellationException("the body's own");

    private final Door<Void> door = new Door<>();
    private final CountDownLatch latch = new CountDownLatch(1); // the door of blocking code
    private final CountDownLatch waiting = new CountDownLatch(1);
    private final CountDownLatch mayStart = new CountDownLatch(1);
    private final CountDownLatch handleKnown = new CountDownLatch(1);
    private final AtomicInteger started = new AtomicInteger();
    private final AtomicInteger told = new AtomicInteger();
    private final AtomicInteger destroyed = new AtomicInteger();
    private final TaskLocal<String> local =
            TaskLocal.withInitial(() -> "", value -> destroyed.incrementAndGet());
    private final List<Throwable> panics = new CopyOnWriteArrayList<>();
    private final List<Throwable> unobserved = new CopyOnWriteArrayList<>();
    private volatile JoinHandle<String> handle;

    private Outcome<String> expected(Life life) {
        if (!life.starts()) {
            return new Outcome.Cancelled<>();
        }
        return switch (life.end) {
            case VALUE -> new Outcome.Succeeded<>("value");
            case EXCEPTION ->
                    life.kind == Kind.BLOCKING && life.isAsked()
                            ? new Outcome.Cancelled<>() // T4: it throws after the interrupt
                            : new Outcome.Failed<>(exception);
            case ERROR -> new Outcome.Failed<>(error);
            case CANCELLATION ->
                    life.isAsked() ? new Outcome.Cancelled<>() : new Outcome.Failed<>(own);
        };
    }

    // ---- the body ----

    private Async<String> body(Life life) {
        return Async.async(() -> {
            begin(life);
            if (life.waits == Wait.PENDING) {
                try {
                    door.await();
                } catch (CancellationException e) {
                    told.incrementAndGet();
                    Task.yieldNow().await(); // the request is delivered once
                }
            }
            return end(life);
        });
    }

    private String blockingBody(Life life) throws Exception {
        begin(life);
        if (life.waits == Wait.PENDING) {
            waiting.countDown();
            try {
                latch.await();
            } catch (InterruptedException e) {
                told.incrementAndGet();
            }
        }
        return end(life);
    }

    private void begin(Life life) throws Exception {
        started.incrementAndGet();
        local.get();
        if (life.cancel == Cancel.WHILE_RUNNING) {
            if (life.kind == Kind.BLOCK_ON) {
                Thread.currentThread().interrupt();
            } else {
                Door.await(handleKnown);
                handle.cancel();
            }
        }
    }

    private String end(Life life) throws Exception {
        return switch (life.end) {
            case VALUE -> "value";
            case EXCEPTION -> throw exception;
            case ERROR -> throw error;
            case CANCELLATION -> throw own;
        };
    }

    // ---- the life ----

    @ParameterizedTest
    @MethodSource("lives")
    void J2_everyLifeHasItsOutcome(Life life) throws Exception {
        TaskRuntime runtime =
                TaskRuntime.builder()
                        .workers(1)
                        .blockingExecutor(command ->
                                Thread.ofVirtual()
                                        .start(() -> {
                                            try {
                                                Door.await(mayStart);
                                            } catch (InterruptedException e) {
                                                throw new AssertionError(
                                                        "the interrupt hit the executor", e);
                                            }
                                            command.run();
                                        }))
                        .onPanic((task, panic) -> panics.add(panic))
                        .onUnobservedFailure((task, failure) -> unobserved.add(failure))
                        .build();
        if (life.kind == Kind.BLOCK_ON) {
            liveAsRoot(life, runtime);
        } else {
            live(life, runtime);
        }

        assertThat(started).hasValue(life.starts() ? 1 : 0);
        assertThat(destroyed).hasValue(life.starts() ? 1 : 0);
        assertThat(told).hasValue(life.isToldWhileWaiting() ? 1 : 0);
        if (life.kind != Kind.BLOCKING && life.cancel != Cancel.WHILE_RUNNING) {
            assertThat(door.cancels).hasValue(life.isToldWhileWaiting() ? 1 : 0);
        }
        assertThat(runtime.aliveTasks()).isEmpty();
    }

    private void live(Life life, TaskRuntime runtime) throws Exception {
        Outcome<String> expected = expected(life);
        start(life, runtime);
        List<JoinHandle<Object>> awaiters = new ArrayList<>();
        if (life.handle == Handle.AWAITED_BY_TWO) {
            awaiters.add(runtime.spawn(resultOf(handle)));
            awaiters.add(runtime.spawn(resultOf(handle)));
        }
        if (life.cancel == Cancel.BEFORE_THE_START) {
            handle.cancel();
        }
        mayStart.countDown();
        if (life.cancel == Cancel.WHILE_SUSPENDED) {
            awaitSuspended(life, runtime);
            handle.cancel();
        } else if (life.cancel != Cancel.WHILE_RUNNING) {
            door.open(null);
            latch.countDown();
        }
        awaitEnd(life, runtime, awaiters.isEmpty() ? handle : Async.joinAll(awaiters));
        if (life.cancel == Cancel.AFTER_THE_END) {
            handle.cancel();
        }

        if (life.handle == Handle.DROPPED) {
            handle = null;
        }
        for (JoinHandle<Object> awaiter : awaiters) {
            assertThat(awaiter.join()).satisfies(result -> isResultOf(expected, result));
        }
        runtime.close(); // reports what nobody has looked at
        boolean failed = expected instanceof Outcome.Failed;
        boolean panicked = failed && life.end == End.ERROR;
        assertThat(panics).hasSize(panicked ? 1 : 0);
        assertThat(unobserved)
                .hasSize(failed && !panicked && life.handle != Handle.AWAITED_BY_TWO ? 1 : 0);
        if (life.handle != Handle.DROPPED) {
            assertThat(Task.blockOn(handle.outcome())).isEqualTo(expected);
            assertThat(Task.blockOn(handle.cancel())).isEqualTo(expected);
            assertThat(handle.isDone()).isTrue();
        }
    }

    private void start(Life life, TaskRuntime runtime) {
        if (life.kind != Kind.BLOCKING) { // the only worker is busy until the task may start
            runtime.spawn(cx -> {
                Door.await(mayStart);
                return Poll.ready(null);
            });
        }
        handle =
                switch (life.kind) {
                    case SPAWN -> runtime.spawn(body(life));
                    case LOCAL -> runtime.blockOn(() -> Task.spawnLocal(body(life)));
                    default -> runtime.spawnBlocking(() -> blockingBody(life));
                };
        handleKnown.countDown();
    }

    private void awaitSuspended(Life life, TaskRuntime runtime) throws Exception {
        switch (life.kind) {
            case SPAWN -> {
                door.awaitPolled();
                runtime.spawn(() -> 1).join(); // the only worker has left the poll
            }
            case LOCAL -> runtime.blockOn(untilPolled());
            default -> Door.await(waiting);
        }
    }

    private Async<Void> untilPolled() {
        return Async.async(() -> {
            while (door.polls.get() == 0) {
                Task.yieldNow().await();
            }
        });
    }

    /** Waits without looking; local tasks need a blockOn in order to go on. */
    private void awaitEnd(Life life, TaskRuntime runtime, Async<?> end) {
        if (life.kind == Kind.LOCAL) {
            runtime.blockOn(() -> {
                while (!handle.isDone()) {
                    Task.yieldNow().await();
                }
            });
        }
        while (!handle.isDone()) {
            Thread.onSpinWait();
        }
        if (life.handle == Handle.AWAITED_BY_TWO) {
            runtime.blockOn(end);
        }
    }

    private static Async<Object> resultOf(Async<String> async) {
        return Async.async(() -> {
            try {
                return async.await();
            } catch (Throwable thrown) {
                return thrown;
            }
        });
    }

    private static void isResultOf(Outcome<String> outcome, Object result) {
        switch (outcome) {
            case Outcome.Succeeded<String>(String value) -> assertThat(result).isEqualTo(value);
            case Outcome.Failed<String>(Throwable cause) -> assertThat(result).isSameAs(cause);
            case Outcome.Cancelled<String>() ->
                    assertThat(result).isInstanceOf(CancellationException.class);
        }
    }

    // ---- as a root, which is cancelled by interrupting its thread ----

    private void liveAsRoot(Life life, TaskRuntime runtime) throws Exception {
        List<Object> results = new ArrayList<>();
        FutureTask<Boolean> caller =
                new FutureTask<>(() -> {
                    if (life.cancel == Cancel.BEFORE_THE_START) {
                        Thread.currentThread().interrupt();
                    }
                    Throwable thrown =
                            catchThrowable(() -> results.add(runtime.blockOn(body(life))));
                    if (thrown != null) {
                        results.add(thrown);
                    }
                    return Thread.interrupted();
                });
        Thread thread = Thread.ofPlatform().start(caller);
        if (life.cancel == Cancel.WHILE_SUSPENDED) {
            door.awaitPolled();
            thread.interrupt();
        } else if (life.cancel == Cancel.NEVER) {
            door.open(null);
        }
        boolean flag = caller.get();
        runtime.close();

        assertThat(flag).isEqualTo(life.cancel != Cancel.NEVER);
        Object result = results.getFirst();
        if (life.starts() && life.end == End.EXCEPTION) {
            assertThat(result).isInstanceOf(CompletionException.class);
            result = ((CompletionException) result).getCause();
        }
        isResultOf(expected(life), result);
        assertThat(panics).isEmpty(); // all goes to the caller
        assertThat(unobserved).isEmpty();
    }
}
