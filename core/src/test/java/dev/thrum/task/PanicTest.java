package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class PanicTest {

    private static final class Fatal extends Error {
        private static final long serialVersionUID = 1L;

        Fatal(String message) {
            super(message);
        }
    }

    /** An Error that takes no suppressed exceptions and has no trace, as those of the JVM. */
    private static final class Sealed extends Error {
        private static final long serialVersionUID = 1L;

        Sealed() {
            super("sealed", null, false, false);
        }
    }

    @Test
    void P1_anExceptionIsTheOutcomeRethrownToEveryAwaiterAndNoPanic() {
        IOException failure = new IOException("disk");
        JoinHandle<Object> failing = Task.spawn(Async.failed(failure));

        String result =
                Task.blockOn(() -> {
                    for (int i = 0; i < 2; i++) {
                        try {
                            failing.await();
                            return "no failure";
                        } catch (IOException e) {
                            assertThat(e).isSameAs(failure);
                        }
                    }
                    assertThat(failing.outcome().await()).isEqualTo(new Outcome.Failed<>(failure));
                    Task.yieldNow().await();
                    return "the root goes on";
                });

        assertThat(result).isEqualTo("the root goes on");
        assertThat(failure.getSuppressed()).isEmpty();
    }

    // ---- P2: the root ----

    @Test
    void P2_anErrorNobodyAwaitsReachesTheRootWhichIsCancelledAndCleansUp() {
        Fatal fatal = new Fatal("detached");
        List<String> log = new CopyOnWriteArrayList<>();

        Throwable thrown =
                catchThrowable(() ->
                        Task.blockOn(() -> {
                            Task.builder()
                                    .name("culprit")
                                    .spawn(() -> {
                                        throw fatal;
                                    });
                            try {
                                Async.pending().await();
                            } catch (CancellationException e) {
                                Task.yieldNow().await();
                                log.add("cleanup");
                                throw e;
                            }
                        }));

        assertThat(thrown).isSameAs(fatal);
        assertThat(log).containsExactly("cleanup");
        assertThat(fatal.getSuppressed())
                .singleElement()
                .isInstanceOf(PanicException.class)
                .satisfies(panic ->
                        assertThat(panic.getMessage())
                                .matches("task \\d+ \"culprit\".*detached.*"));
    }

    @Test
    void P2_throughGenerationsAndThreadsOfEveryKind() {
        for (int kind = 0; kind < 4; kind++) {
            Fatal fatal = new Fatal("kind " + kind);
            int last = kind;

            Throwable thrown =
                    catchThrowable(() ->
                            Task.blockOn(() -> {
                                Task.spawnLocal(() -> {
                                    Task.spawnBlocking(() -> {
                                        Task.spawn(() -> {
                                            spawn(last, fatal);
                                        });
                                    });
                                });
                                Async.pending().await();
                            }));

            assertThat(thrown).isSameAs(fatal);
        }
    }

    private static void spawn(int kind, Fatal fatal) {
        switch (kind) {
            case 0 -> Task.spawn(Async.failed(fatal));
            case 1 -> Task.spawnLocal(Async.failed(fatal));
            case 2 ->
                    Task.spawnBlocking(() -> {
                        throw fatal;
                    });
            default ->
                    TaskRuntime.current()
                            .asExecutor()
                            .execute(() -> {
                                throw fatal;
                            });
        }
    }

    @Test
    void P2_reachesTheRootThoughAllBetweenHaveEnded() throws Exception {
        Fatal fatal = new Fatal("orphan");
        Door<Void> door = new Door<>();
        Throwable thrown =
                catchThrowable(() ->
                        Task.blockOn(() -> {
                            Task.spawn(() -> Task.spawn(door)).await();
                            Task.spawnBlocking(() -> door.awaitPolled()).await();
                            door.fail(fatal);
                            Async.pending().await();
                        }));

        assertThat(thrown).isSameAs(fatal);
    }

    @Test
    void P2_awaitersGetTheErrorAsItIsTheRootToo() {
        for (int i = 0; i < 200; i++) {
            Fatal fatal = new Fatal("awaited");
            Door<Void> door = new Door<>();
            List<Throwable> caught = new CopyOnWriteArrayList<>();

            Throwable thrown =
                    catchThrowable(() ->
                            Task.blockOn(() -> {
                                JoinHandle<Void> child = Task.spawn(door);
                                JoinHandle<?> other =
                                        Task.spawn(() -> caught.add(caughtFrom(child).await()));
                                // Runs when the root is suspended:
                                Task.spawnLocal(() -> door.fail(fatal));
                                try {
                                    child.await();
                                } catch (Throwable e) {
                                    caught.add(e);
                                }
                                other.shield().await();
                                return "the root caught it, and that does not help";
                            }));

            assertThat(thrown).isSameAs(fatal);
            assertThat(caught).hasSize(2).containsOnly(fatal);
        }
    }

    private static Async<Throwable> caughtFrom(Async<?> async) {
        return Async.async(() -> {
            try {
                async.await();
                throw new IllegalStateException("it gave a value");
            } catch (Throwable thrown) {
                return thrown;
            }
        });
    }

    @Test
    void P2_theFirstPanicWinsLaterOnesAreSuppressedInIt() {
        Fatal first = new Fatal("first");
        Fatal second = new Fatal("second");

        Throwable thrown =
                catchThrowable(() ->
                        Task.blockOn(() -> {
                            JoinHandle<?> one = Task.spawn(Async.failed(first));
                            try {
                                one.await();
                            } finally {
                                JoinHandle<?> two = Task.spawn(Async.failed(second));
                                two.outcome().shield().await();
                            }
                        }));

        assertThat(thrown).isSameAs(first);
        assertThat(first.getSuppressed()).hasSize(2).contains(second);
    }

    @Test
    void P2_aPanicPassedOnByAnAwaiterIsOnePanic() {
        Fatal fatal = new Fatal("once");

        Throwable thrown =
                catchThrowable(() ->
                        Task.blockOn(() -> {
                            JoinHandle<?> one = Task.spawn(Async.failed(fatal));
                            JoinHandle<?> two = Task.spawn(() -> one.await());
                            two.outcome().shield().await();
                        }));

        assertThat(thrown).isSameAs(fatal);
        assertThat(fatal.getSuppressed()).hasSize(1);
    }

    @Test
    void P2_whatTheRootItselfThrowsThenIsSuppressedInThePanic() {
        Fatal fatal = new Fatal("panic");
        IOException ofCleanup = new IOException("cleanup");

        Throwable thrown =
                catchThrowable(() ->
                        Task.blockOn(() -> {
                            Task.spawn(Async.failed(fatal));
                            try {
                                Async.pending().await();
                            } finally {
                                failing(ofCleanup);
                            }
                        }));

        assertThat(thrown).isSameAs(fatal);
        assertThat(fatal.getSuppressed()).contains(ofCleanup);
    }

    private static void failing(Exception with) throws Exception {
        throw with;
    }

    @Test
    void P2_anErrorThatTakesNoSuppressedOneComesAsItIs() {
        Sealed fatal = new Sealed();

        assertThatThrownBy(() ->
                        Task.blockOn(() -> {
                            Task.spawn(Async.failed(fatal));
                            Async.pending().await();
                        }))
                .isSameAs(fatal);
    }

    @Test
    void P2_otherRootsAreNotTouched() throws Exception {
        Fatal fatal = new Fatal("mine");
        Door<String> door = new Door<>();
        List<Object> other = new CopyOnWriteArrayList<>();
        Thread thread = Thread.ofPlatform().start(() -> other.add(Task.blockOn(door)));
        door.awaitPolled();

        assertThatThrownBy(() ->
                        Task.blockOn(() -> {
                            Task.spawn(Async.failed(fatal));
                            Async.pending().await();
                        }))
                .isSameAs(fatal);

        door.open("untouched");
        thread.join();
        assertThat(other).containsExactly("untouched");
    }

    @Test
    void P2_theErrorOfANestedRootsChildReachesThatRootAndItsCallerAlone() {
        Fatal fatal = new Fatal("inner");

        String outer =
                Task.blockOn(() -> {
                    Throwable inner =
                            catchThrowable(() ->
                                    Task.blockOn(() -> {
                                        Task.spawn(Async.failed(fatal));
                                        Async.pending().await();
                                    }));
                    assertThat(inner).isSameAs(fatal);
                    Task.yieldNow().await();
                    return "goes on";
                });

        assertThat(outer).isEqualTo("goes on");
    }

    @Test
    void P2_theErrorOfTheRootsOwnBodyGoesToItsCallerAndToNobodyElse() {
        Fatal fatal = new Fatal("own");
        try (Reports reports = new Reports()) {
            assertThatThrownBy(() -> Task.blockOn(Async.failed(fatal))).isSameAs(fatal);

            assertThat(fatal.getSuppressed()).isEmpty();
            assertThat(reports.uncaught).isEmpty();
        }
    }

    @Test
    void P2_anIsolatedTaskKeepsItsErrorAsAFailure() {
        Fatal fatal = new Fatal("contained");

        Outcome<Object> outcome =
                Task.blockOn(() -> {
                    JoinHandle<Object> handle =
                            Task.builder().isolated().spawn(Async.failed(fatal));
                    Outcome<Object> seen = handle.outcome().await();
                    Task.yieldNow().await();
                    return seen;
                });

        assertThat(outcome).isEqualTo(new Outcome.Failed<>(fatal));
        assertThat(fatal.getSuppressed()).isEmpty();
    }

    @Test
    void P2_theNextBlockOnIsNotDisturbed() {
        for (int i = 0; i < 100; i++) {
            Fatal fatal = new Fatal("number " + i);
            assertThatThrownBy(() ->
                            Task.blockOn(() -> {
                                Task.spawn(Async.failed(fatal));
                                Async.pending().await();
                            }))
                    .isSameAs(fatal);
            assertThat(Task.blockOn(() -> Task.spawn(() -> 1).await())).isEqualTo(1);
        }
    }

    /** The panic comes while the root ends: it is thrown by it or is uncaught, never lost. */
    @Test
    void P2_aPanicThatMeetsTheEndOfItsRootIsNotLost() throws Exception {
        try (Reports reports = new Reports()) {
            for (int i = 0; i < 500; i++) {
                Fatal fatal = new Fatal("number " + i);
                Throwable thrown =
                        catchThrowable(() ->
                                Task.blockOn(() -> {
                                    Task.spawn(Async.failed(fatal));
                                }));
                if (thrown == null) {
                    assertThat(Reports.take(reports.uncaught)).isSameAs(fatal);
                } else {
                    assertThat(thrown).isSameAs(fatal);
                }
            }
            assertThat(reports.uncaught).isEmpty();
        }
    }

    static final class RootPanics {
        public static void main(String[] args) {
            Task.blockOn(() -> {
                Task.builder()
                        .name("culprit")
                        .spawn(() -> {
                            throw new Fatal("from afar");
                        });
                Async.pending().await();
            });
            System.out.println("not reached");
        }
    }

    @Test
    void P2_aPanicEndsTheProgramThatDoesNotCatchIt() throws Exception {
        Program.Result result = new Program(RootPanics.class).run();

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .contains("from afar", "Suppressed: " + PanicException.class.getName(), "culprit");
    }

    @Test
    void badInput_nullHandlersAreRefusedByName() {
        assertThatThrownBy(() -> TaskRuntime.builder().onPanic(null)).hasMessage("handler");
        assertThatThrownBy(() -> TaskRuntime.builder().onUnobservedFailure(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("handler");
    }
}
