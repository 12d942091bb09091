package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JoinTest {

    private final TaskRuntime runtime = TaskRuntime.builder().workers(2).build();
    private final List<String> log = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        runtime.close();
    }

    @Test
    void A7_joinCombinesBothValues() {
        Async<String> both = Async.join(Async.ready(1), Task.yieldNow(), (a, b) -> a + " " + b);

        assertThat(Task.blockOn(both)).isEqualTo("1 null");
    }

    @Test
    void A7_joinRunsBothAtOnce() throws Exception {
        var first = new Gate<String>();
        var second = new Gate<String>();
        JoinHandle<String> handle = runtime.spawn(Async.join(first, second, String::concat));
        first.awaitPolls(1);
        second.awaitPolls(1);

        second.open("b");
        second.awaitPolls(2);
        assertThat(first.polls()).as("polled for another's wake").isEqualTo(1);
        first.open("a");

        assertThat(handle.join()).isEqualTo("ab");
        first.assertRulesKept();
        second.assertRulesKept();
    }

    @Test
    void A7_joinAllKeepsTheOrder() throws Exception {
        List<Gate<Integer>> gates =
                IntStream.range(0, 100).mapToObj(i -> new Gate<Integer>()).toList();
        JoinHandle<List<Integer>> handle = runtime.spawn(Async.joinAll(gates));
        List<Integer> order = new ArrayList<>(IntStream.range(0, 100).boxed().toList());
        Collections.shuffle(order, new Random(1));

        for (int i : order) {
            gates.get(i).awaitPolls(1);
            gates.get(i).open(i);
        }

        assertThat(handle.join()).isEqualTo(IntStream.range(0, 100).boxed().toList());
        for (Gate<Integer> gate : gates) {
            gate.assertRulesKept();
            assertThat(gate.polls()).isEqualTo(2);
        }
    }

    @Test
    void A7_joinAllOfNoneIsReady() {
        List<Async<Integer>> none = List.of();

        assertThat(Task.<List<Integer>>blockOn(Async.joinAll(none))).isEmpty();
    }

    @Test
    void A7_joinAllOfManyIsDone() {
        List<Async<Integer>> many = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            int value = i;
            many.add(
                    Async.async(() -> {
                        Task.yieldNow().await();
                        return value;
                    }));
        }

        assertThat(Task.<List<Integer>>blockOn(Async.joinAll(many)))
                .isEqualTo(IntStream.range(0, 10_000).boxed().toList());
    }

    @Test
    void A7_theFirstFailureCancelsTheRestAndWaitsForThem() throws Exception {
        var failure = new IOException("first");
        var later = new IOException("later");
        var cleanup = new Gate<Void>();
        var failing = new Gate<String>();
        Async<String> rest =
                Async.async(() -> {
                    try {
                        return Async.<String>pending().await();
                    } finally {
                        cleanup.await();
                        log.add("cleaned up");
                    }
                });
        Async<String> failsInCleanup =
                Async.async(() -> {
                    try {
                        return Async.<String>pending().await();
                    } finally {
                        Async.failed(later).await();
                    }
                });
        JoinHandle<List<String>> handle =
                runtime.taskBuilder()
                        .spawn(() -> {
                            try {
                                return Async.joinAll(List.of(rest, failsInCleanup, failing))
                                        .await();
                            } finally {
                                log.add("rethrown");
                            }
                        });
        failing.awaitPolls(1);

        failing.fail(failure);
        cleanup.awaitPolls(1);
        assertThat(handle.isDone()).isFalse();
        cleanup.open();

        assertThatThrownBy(handle::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isSameAs(failure);
        assertThat(failure.getSuppressed()).containsExactly(later);
        assertThat(log).containsExactly("cleaned up", "rethrown");
    }

    @Test
    void A7_whatDidNotStartDoesNotStartAfterAFailure() {
        Async<Integer> failing = Async.failed(new IllegalArgumentException("no"));
        for (int i = 0; i < 100; i++) {
            log.clear();
            Async<Integer> other =
                    Async.async(() -> {
                        log.add("started");
                        Task.yieldNow().await();
                        log.add("not so");
                        return 1;
                    });
            assertThatThrownBy(() -> Task.blockOn(Async.join(failing, other, Integer::sum)))
                    .hasMessage("no");
            assertThat(log).doesNotContain("not so");
        }
    }

    @Test
    void A7_aCombinerThatThrowsIsAFailureOfTheJoin() {
        Async<Integer> join =
                Async.join(
                        Async.ready(1),
                        Async.ready(0),
                        (a, b) -> {
                            throw new IllegalArgumentException(a + "/" + b);
                        });

        assertThatThrownBy(() -> Task.blockOn(join)).hasMessage("1/0");
    }

    @Test
    void A7_aMapThatThrowsIsAFailure() {
        Async<Integer> mapped =
                Task.yieldNow()
                        .map(v -> {
                            throw new IllegalArgumentException("in map");
                        });

        assertThatThrownBy(() -> Task.blockOn(mapped)).hasMessage("in map");
        assertThatThrownBy(() -> Task.blockOn(mapped)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void A7_aSlowPartDoesNotKeepAFinishedOneAlive() throws Exception {
        var slow = new Gate<Integer>();
        var payload = new WeakReference<?>[1];
        JoinHandle<Integer> handle =
                runtime.spawn(Async.join(slow, holding(payload), Integer::sum));
        slow.awaitPolls(1);
        while (!handle.toString().contains("waiting")) {
            Thread.onSpinWait();
        }

        assertThat(Garbage.collects(payload[0])).isTrue();
        slow.open(1);
        assertThat(handle.join()).isEqualTo(1_000_001);
    }

    private static Async<Integer> holding(WeakReference<?>[] reference) {
        var payload = new byte[1_000_000];
        reference[0] = new WeakReference<>(payload);
        return cx -> Poll.ready(payload.length);
    }
}
