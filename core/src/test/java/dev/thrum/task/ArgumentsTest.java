package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Section 10, for asyncs: what is null is named, at the call and not later. */
class ArgumentsTest {

    private static final Async<Object> ASYNC = Async.pending();

    @TestFactory
    Stream<DynamicTest> S10_whatMustNotBeNullIsNamed() {
        Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
        calls.put("async(callable): body", () -> Async.async((AsyncCallable<Object>) null));
        calls.put("async(runnable): body", () -> Async.async((AsyncRunnable) null));
        calls.put("async(function): body", () -> Async.async((AsyncFunction<Object, ?>) null, 1));
        calls.put("failed: cause", () -> Async.failed(null));
        calls.put("of: stage", () -> Async.of((CompletionStage<Object>) null));
        calls.put("map: function", () -> ASYNC.map((Function<Object, Object>) null));
        calls.put("timeout: duration", () -> ASYNC.timeout(null));
        calls.put("join: a", () -> Async.join(null, ASYNC, (a, b) -> a));
        calls.put("join: b", () -> Async.join(ASYNC, null, (a, b) -> a));
        calls.put(
                "join: combine",
                () -> Async.join(ASYNC, ASYNC, (BiFunction<Object, Object, Object>) null));
        calls.put("joinAll: all", () -> Async.joinAll(null));
        calls.put("race(varargs): any", () -> Async.race((Async<Object>[]) null));
        calls.put("race: any", () -> Async.race((Collection<Async<Object>>) null));
        calls.put("raceOk(varargs): any", () -> Async.raceOk((Async<Object>[]) null));
        calls.put("raceOk: any", () -> Async.raceOk((Collection<Async<Object>>) null));
        calls.put("sleep: duration", () -> Task.sleep(null));
        return calls.entrySet().stream()
                .map(call ->
                        DynamicTest.dynamicTest(
                                call.getKey(),
                                () ->
                                        assertThatThrownBy(call.getValue())
                                                .isInstanceOf(NullPointerException.class)
                                                .hasMessage(call.getKey().split(": ")[1])));
    }

    @Test
    void S10_anAsyncOfManyThatIsNullIsNumbered() {
        List<Async<Object>> some = Arrays.asList(ASYNC, null);

        assertThatThrownBy(() -> Async.joinAll(some))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("number 1 ");
        assertThatThrownBy(() -> Async.race(some)).hasMessageContaining("number 1 ");
        assertThatThrownBy(() -> Async.raceOk(null, ASYNC)).hasMessageContaining("number 0 ");
    }

    @Test
    void S10_anArgumentOfABodyMayBeNull() {
        Async<Boolean> isNull = Async.async(argument -> argument == null, (Object) null);

        assertThat(Task.<Boolean>blockOn(isNull)).isTrue();
    }

    @Test
    void S10_asyncsTellWhatTheyAre() {
        assertThat(Async.pending()).hasToString("Async.pending()");
        assertThat(Async.race(ASYNC, ASYNC)).hasToString("Async.race(2 asyncs)");
        assertThat(Async.raceOk(ASYNC)).hasToString("Async.raceOk(1 asyncs)");
        assertThat(ASYNC.shield()).hasToString("Async.pending().shield()");
        assertThat(ASYNC.timeout(Duration.ofSeconds(1)))
                .hasToString("Async.pending().timeout(PT1S)");
        assertThat(Async.async(() -> ASYNC.await()).toString()).contains("ArgumentsTest");
    }
}
