package dev.thrum.traces;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thrum.task.Async;
import dev.thrum.task.JoinHandle;
import dev.thrum.task.Task;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** V7: traces read like those of blocking code. {@link Shop} is the program that fails. */
class TraceTest {

    private static final class NoTrace extends Exception {
        private static final long serialVersionUID = 1L;

        NoTrace() {
            super("no trace", null, true, false);
        }
    }

    /** The frames of the shop, in order. */
    private static List<String> trace(Throwable thrown) {
        return Arrays.stream(thrown.getStackTrace())
                .filter(frame -> frame.getClassName().startsWith(Shop.class.getName()))
                .map(frame ->
                        frame.getClassName().substring("dev.thrum.traces.".length())
                                + "."
                                + frame.getMethodName()
                                + ":"
                                + Shop.lineName(frame))
                .collect(Collectors.toList());
    }

    /** Runs it to its failure. */
    private static Throwable failureOf(Async<?> async) {
        return Task.<Throwable>blockOn(() -> {
            try {
                async.await();
            } catch (Throwable thrown) {
                return thrown;
            }
            throw new AssertionError("it did not fail");
        });
    }

    private static void assertNothingOfTheMachinery(Throwable thrown) {
        assertThat(Arrays.stream(thrown.getStackTrace()).map(StackTraceElement::toString))
                .noneMatch(frame -> frame.contains("$$") || frame.contains("Coroutine"));
    }

    @Test
    void V7_aChainOfAwaitsAfterASuspension() {
        Throwable thrown = failureOf(Shop.checkout(true));

        assertThat(trace(thrown))
                .containsExactly("Shop.pay:pay", "Shop.order:order", "Shop.checkout:checkout");
        assertThat(thrown.getStackTrace()[0].getFileName()).isEqualTo("Shop.java");
        assertNothingOfTheMachinery(thrown);
    }

    @Test
    void V7_aChainOfAwaitsThatDidNotSuspend() {
        Throwable thrown = failureOf(Shop.checkout(false));

        assertThat(trace(thrown))
                .containsExactly("Shop.pay:pay", "Shop.order:order", "Shop.checkout:checkout");
        assertNothingOfTheMachinery(thrown);
    }

    @Test
    void V7_helperMethodsStandInTheTrace() {
        for (boolean suspends : new boolean[] {true, false}) {
            Throwable thrown = failureOf(Shop.withHelper(suspends));

            assertThat(trace(thrown))
                    .containsExactly(
                            "Shop.pay:pay", "Shop.helper:helper", "Shop.withHelper:withHelper");
            assertNothingOfTheMachinery(thrown);
        }
    }

    /** Classes that the build makes for bodies have names like those of such a method's machine. */
    private static Async<String> body(boolean suspends) {
        return Async.async(() -> {
            if (suspends) {
                Task.yieldNow().await();
            }
            throw new IOException("from body");
        });
    }

    @Test
    void V7_methodsNamedBodyStandInTheTrace() {
        for (boolean suspends : new boolean[] {true, false}) {
            assertThat(failureOf(body(suspends)).getStackTrace())
                    .anyMatch(frame -> frame.getMethodName().equals("body"));
        }
    }

    @Test
    void V7_methodReferencesStandInTheTrace() {
        Throwable thrown = failureOf(Async.async(Shop::byReference));

        assertThat(trace(thrown)).containsExactly("Shop.pay:pay", "Shop.byReference:byReference");
        assertNothingOfTheMachinery(thrown);
    }

    @Test
    void V7_acrossTimeoutRaceAndJoin() {
        List<Async<?>> wrapped =
                List.of(
                        Shop.order(true).timeout(Duration.ofDays(1)),
                        Async.race(Shop.order(true), Async.pending()),
                        Async.join(Shop.order(true), Async.pending(), (a, b) -> a),
                        Async.joinAll(List.of(Shop.order(true))),
                        Shop.order(true).shield(),
                        Shop.order(true).map(value -> value));
        for (Async<?> each : wrapped) {
            Throwable thrown = failureOf(Shop.around(each));

            assertThat(trace(thrown))
                    .containsExactly("Shop.pay:pay", "Shop.order:order", "Shop.around:around");
            assertNothingOfTheMachinery(thrown);
        }
    }

    @Test
    void V7_acrossAHandleTheTraceIsTheChildsOwnWhoeverAwaits() {
        JoinHandle<String> child = Task.spawn(Shop.order(true));
        Throwable first = failureOf(Shop.around(child));
        List<StackTraceElement> before = List.of(first.getStackTrace());
        Throwable second = failureOf(Shop.around(Async.race(child, Async.pending())));

        assertThat(second).isSameAs(first);
        assertThat(second.getStackTrace()).containsExactlyElementsOf(before);
        assertThat(trace(first)).containsExactly("Shop.pay:pay", "Shop.order:order");
        assertThat(first.getSuppressed().length).isLessThanOrEqualTo(1);
    }

    @Test
    void V7_aTimeoutShowsTheLineOfTheAwait() {
        Throwable thrown = failureOf(Shop.around(Async.pending().timeout(Duration.ofMillis(1))));

        assertThat(thrown).isInstanceOf(TimeoutException.class);
        assertThat(trace(thrown)).containsExactly("Shop.around:around");
        assertNothingOfTheMachinery(thrown);
    }

    @Test
    void V7_aCancellationShowsTheLineOfTheAwait() {
        var seen = new Throwable[1];
        Task.blockOn(() -> {
            JoinHandle<Void> handle =
                    Task.spawn(() -> {
                        try {
                            Shop.around(Async.pending()).await();
                        } catch (CancellationException e) {
                            seen[0] = e;
                            throw e;
                        }
                    });
            while (!handle.toString().contains("waiting")) {
                Task.yieldNow().await();
            }
            handle.cancel().await();
        });

        assertThat(trace(seen[0])).containsExactly("Shop.around:around");
    }

    @Test
    void V7_anUnwritableTraceIsLeftAlone() {
        var failure = new NoTrace();

        assertThat(failureOf(Shop.around(Async.failed(failure)))).isSameAs(failure);
        assertThat(failure.getStackTrace()).isEmpty();
        assertThat(failure.getSuppressed()).isEmpty();
    }

    @Test
    void V7_theTraceOfAnExceptionFromElsewhereIsLeftAlone() {
        var failure = new IOException("made elsewhere");
        List<StackTraceElement> before = List.of(failure.getStackTrace());

        assertThat(failureOf(Shop.around(Async.failed(failure)))).isSameAs(failure);
        assertThat(failure.getStackTrace()).containsExactlyElementsOf(before);
    }

    @Test
    void V7_theTraceOfDeepRecursionIsBounded() {
        for (boolean suspends : new boolean[] {true, false}) {
            Throwable thrown = failureOf(Shop.recursion(1000, suspends));

            assertThat(trace(thrown).get(0)).isEqualTo("Shop.pay:pay");
            assertThat(thrown.getStackTrace().length).isBetween(50, 1100);
            assertNothingOfTheMachinery(thrown);
        }
    }
}
