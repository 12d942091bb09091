package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AwaitTest {

    private final TaskRuntime runtime = TaskRuntime.builder().workers(2).build();

    @AfterEach
    void close() {
        runtime.close();
    }

    private static Async<Integer> later(int value) {
        return Task.yieldNow().map(v -> value);
    }

    @Test
    void A2_anAwaitIsAnExpression() {
        int result =
                Task.blockOn(() -> {
                    int sum = later(1).await() + later(2).await() * Math.max(3, later(4).await());
                    for (int i = later(0).await(); i < later(3).await(); i += later(1).await()) {
                        sum += later(i).await() > 0 ? later(10).await() : Async.ready(20).await();
                    }
                    return sum;
                });

        assertThat(result).isEqualTo(9 + 40);
    }

    @Test
    void A2_whatHappenedBeforeAnAwaitIsVisibleBehindIt() throws Exception {
        List<JoinHandle<Void>> handles = new ArrayList<>();
        for (int task = 0; task < 4; task++) {
            handles.add(
                    runtime.spawn(() -> {
                        int[] mine = new int[1];
                        for (int i = 0; i < 10_000; i++) {
                            mine[0]++; // plain, on whichever worker it is
                            Task.yieldNow().await();
                        }
                        assertThat(mine[0]).isEqualTo(10_000);
                    }));
        }
        for (JoinHandle<Void> handle : handles) {
            handle.join();
        }
    }

    @Test
    void A3_anAwaitRethrowsTheSameObject() {
        for (Throwable thrown :
                List.of(
                        new IOException("checked"),
                        new IllegalArgumentException("unchecked"),
                        new StackOverflowError("error"))) {
            Throwable caught =
                    Task.blockOn(() -> {
                        Async<Object> ready = Async.failed(thrown);
                        Async<Object> nested = Async.async(() -> ready.await());
                        Async<Object> pending = Task.yieldNow().map(v -> 1);
                        Async<Object> second =
                                Async.async(() -> {
                                    pending.await();
                                    return nested.await();
                                });
                        try {
                            return (Throwable) second.await();
                        } catch (IOException | IllegalArgumentException | StackOverflowError e) {
                            return e;
                        }
                    });

            assertThat(caught).isSameAs(thrown);
        }
    }

    @Test
    void A4_anAwaitOutsideOfAsyncBodiesIsRefused() {
        assertThatThrownBy(() -> later(1).await())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("AwaitTest")
                .hasMessageContaining("A4_anAwaitOutsideOfAsyncBodiesIsRefused")
                .hasMessageContaining("Task.blockOn");
    }

    @Test
    void A4_anAwaitInBlockingCodeIsRefused() {
        Callable<Integer> code = () -> later(1).await();
        JoinHandle<Integer> handle = runtime.spawnBlocking(code);

        assertThatThrownBy(handle::join)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("spawnBlocking")
                .hasMessageContaining("Task.blockOn");
    }

    @Test
    void A4_anAwaitInAHandWrittenAsyncIsRefused() {
        Async<Integer> handWritten = cx -> Poll.ready(later(1).await());

        assertThatThrownBy(() -> Task.blockOn(handWritten))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("async block");
    }

    @Test
    void A3_anAwaitOfNullIsNamed() {
        Async<Integer> none = null;

        assertThatThrownBy(() -> Task.<Integer>blockOn(() -> none.await()))
                .isInstanceOf(NullPointerException.class);
    }

    @Test
    void A6_nullIsAValue() {
        String joined =
                Task.blockOn(() -> {
                    Object ready = Async.ready(null).await();
                    Object later = Task.yieldNow().map(v -> null).await();
                    Object block = Async.async(() -> (Object) null).await();
                    Object spawned = runtime.spawn(() -> (Object) null).await();
                    Object raced = Async.race(Async.ready(null)).await();
                    var all = Async.joinAll(List.of(Async.ready(null), later(1))).await();
                    return "" + ready + later + block + spawned + raced + all;
                });

        assertThat(joined).isEqualTo("nullnullnullnullnull[null, 1]");
    }

    @Test
    void A6_aHundredThousandAwaitsUseConstantStack() {
        for (boolean suspending : new boolean[] {false, true}) {
            long sum =
                    Task.blockOn(() -> {
                        long total = 0;
                        for (int i = 0; i < 100_000; i++) {
                            int value = i;
                            Async<Integer> next =
                                    suspending ? later(value) : Async.async(() -> value);
                            total += next.await();
                        }
                        return total;
                    });
            assertThat(sum).isEqualTo(4_999_950_000L);
        }
    }

    @Test
    void A6_aWakeDuringEachPollUsesConstantStack() {
        var polls = new int[1];
        Async<Integer> spinning =
                cx -> {
                    cx.waker().wake();
                    return ++polls[0] == 100_000 ? Poll.ready(polls[0]) : Poll.pending();
                };

        assertThat(Task.<Integer>blockOn(spinning)).isEqualTo(100_000);
        polls[0] = 0;
        assertThat(runtime.spawn(Async.race(spinning)).join()).isEqualTo(100_000);
    }

    @Test
    void A6_aChainOfTasksWakesEachOtherWithConstantStack() {
        Async<Integer> first = later(0);
        JoinHandle<Integer> last = runtime.spawn(first);
        for (int i = 0; i < 100_000; i++) {
            last = runtime.spawn(last.map(n -> n + 1));
        }

        assertThat(last.join()).isEqualTo(100_000);
    }

    @Test
    void W4_aHandWrittenAsyncMixesWithBlocks() throws Exception {
        var gate = new Gate<String>();
        Async<String> twice =
                cx ->
                        gate.poll(cx) instanceof Poll.Ready(String value)
                                ? Poll.ready(value + value)
                                : Poll.pending();
        var log = new CopyOnWriteArrayList<String>();
        JoinHandle<Void> handle =
                runtime.spawn(() -> {
                    Async<String> block = Async.async(() -> "<" + twice.await() + ">");
                    log.add(block.map(v -> v + "!").await());
                });
        gate.awaitPolls(1);

        gate.open("a");

        handle.join();
        assertThat(log).containsExactly("<aa>!");
    }

    @Test
    void W4_aPollThatGivesNullIsNamed() {
        Async<Object> broken = cx -> null;

        assertThatThrownBy(() -> Task.blockOn(broken))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("poll returned null")
                .hasMessageContaining("Poll.pending()");
    }

    @Test
    void A3_aCheckedExceptionLeavesBlockOnWrapped() {
        var failure = new IOException("no");

        assertThatThrownBy(() ->
                        Task.blockOn(() -> {
                            throw failure;
                        }))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isSameAs(failure);
    }
}
