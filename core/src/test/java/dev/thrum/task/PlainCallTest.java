package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A thread that blocks again and again on bodies of one class that await nothing has them called
 * without a block around them, and nobody can tell.
 */
class PlainCallTest extends BlockedOnOften {
    /** What the thread has learnt so far. */
    private @Nullable PlainCall<?> call() {
        RootTask<?> spare = Objects.requireNonNull(Current.knownForeignThread()).keptRoot();
        return spare == null ? null : spare.call;
    }

    @Test
    void T2_bodiesOfOneClassAreCalled() {
        PlainCall<?> before = call();
        for (int i = 0; i < 100; i++) {
            int given = i;
            assertThat(runtime.<Integer>blockOn(() -> given)).isEqualTo(given);
        }
        PlainCall<?> call = call();
        assertThat(call).isNotNull().isNotSameAs(before);
        assertThat(runtime.<String>blockOn(() -> "another")).isEqualTo("another");
        assertThat(call()).isSameAs(call);
    }

    @Test
    void T2_bodiesOfSeveralClassesInTurns() {
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            int given = i;
            values.add(
                    switch (i % 3) {
                        case 0 -> runtime.<Object>blockOn(() -> given);
                        case 1 -> runtime.<Object>blockOn(() -> "b" + given);
                        default ->
                                runtime.<Object>blockOn(
                                        () -> Task.yieldNow().map(v -> given).await());
                    });
        }
        assertThat(values).startsWith(0, "b1", 2, 3, "b4", 5).endsWith(57, "b58", 59);
    }

    private static final class Both implements AsyncCallable<String>, AsyncRunnable {
        private int runs;

        @Override
        public String call() {
            return "called";
        }

        @Override
        public void run() {
            runs++;
        }
    }

    @Test
    void T2_oneClassMayBeBothKindsOfBody() {
        Both both = new Both();
        for (int i = 0; i < 50; i++) {
            assertThat(runtime.blockOn((AsyncCallable<String>) both)).isEqualTo("called");
            runtime.blockOn((AsyncRunnable) both);
        }
        assertThat(both.runs).isEqualTo(50);
    }

    private interface Source {
        Object next() throws Exception;
    }

    private static final class Ready implements Source {
        @Override
        public Object next() {
            return "ready";
        }
    }

    private static final class Waits implements Source {
        @Override
        public Object next() throws Exception {
            Task.yieldNow().await();
            return "waited";
        }
    }

    @Test
    void V4_aReferenceToAMethodThatAwaitsInOneClassAndNotInAnother() {
        for (int i = 0; i < 50; i++) {
            Source source = i % 10 < 9 ? new Ready() : new Waits();
            assertThat(runtime.<Object>blockOn(source::next))
                    .isEqualTo(i % 10 < 9 ? "ready" : "waited");
        }
    }

    @Test
    void A3_aFailureIsTheSameWithTheSameTrace() {
        List<StackTraceElement[]> traces = new ArrayList<>();
        for (int i = 0; i < 30; i++) { // the root of one that fails is not used again
            Throwable thrown = catchThrowable(() -> fails(true));
            assertThat(thrown).isInstanceOf(IllegalStateException.class);
            traces.add(thrown.getStackTrace());
            for (int k = 0; k < i * 4; k++) {
                fails(false);
            }
        }
        assertThat(traces).allMatch(t -> Arrays.equals(t, traces.getFirst()));
    }

    private void fails(boolean now) {
        runtime.blockOn(() -> {
            if (now) {
                throw new IllegalStateException("on purpose");
            }
        });
    }

    @Test
    void T2_aCheckedFailureIsWrapped() {
        IOException cause = new IOException("checked");
        for (int i = 0; i < 100; i++) {
            boolean now = i == 99;
            AsyncCallable<Integer> body =
                    () -> {
                        if (now) {
                            throw cause;
                        }
                        return 1;
                    };
            if (now) {
                assertThatThrownBy(() -> runtime.blockOn(body))
                        .isInstanceOf(CompletionException.class)
                        .hasCause(cause);
            } else {
                assertThat(runtime.blockOn(body)).isEqualTo(1);
            }
        }
    }

    @Test
    void T2_aBodyThatBlocksItself() {
        for (int i = 0; i < 50; i++) {
            int given = i;
            assertThat(runtime.<Integer>blockOn(() -> 1 + runtime.<Integer>blockOn(() -> given)))
                    .isEqualTo(given + 1);
        }
    }

    @Test
    void A1_theBodyAndItsValueAreNotKeptAlive() {
        List<WeakReference<Object>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(valueOfABody());
        }
        RootTask<?> spare = Objects.requireNonNull(Current.knownForeignThread()).keptRoot();
        assertThat(Garbage.collects(all.getLast())).isTrue();
        Reference.reachabilityFence(Objects.requireNonNull(spare));
    }

    private WeakReference<Object> valueOfABody() {
        Object captured = new Object();
        return new WeakReference<>(runtime.<Object>blockOn(() -> captured));
    }

    @Test
    void aContextIsCarriedToItAsWell() {
        ThreadLocal<String> local = new ThreadLocal<>();
        ContextPropagation context =
                () -> {
                    String captured = local.get();
                    return () -> {
                        local.set("in the context: " + captured);
                        return () -> local.set(captured);
                    };
                };
        try (TaskRuntime carrying = TaskRuntime.builder().workers(1).context(context).build()) {
            for (int i = 0; i < 50; i++) {
                local.set("call " + i);
                assertThat(carrying.<String>blockOn(local::get))
                        .isEqualTo("in the context: call " + i);
            }
        }
    }
}
