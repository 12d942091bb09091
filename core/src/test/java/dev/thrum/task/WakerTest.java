package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WakerTest {

    private final TaskRuntime runtime = TaskRuntime.builder().workers(2).build();
    private final Gate<String> gate = new Gate<>();

    @AfterEach
    void close() {
        gate.assertRulesKept();
        runtime.close();
    }

    @Test
    void W2_aContextHasTheWakerItWasMadeWith() {
        var wakes = new AtomicInteger();
        Waker waker = Waker.of(wakes::incrementAndGet);

        assertThat(Context.of(waker).waker()).isSameAs(waker);
        waker.wake();
        waker.wake();
        assertThat(wakes).hasValue(2);
        Waker.noop().wake();
    }

    @Test
    void W2_aWakerSaysWhetherItWouldWakeTheSame() throws Exception {
        JoinHandle<String> handle = runtime.spawn(gate);
        gate.awaitPolls(1);
        Waker first = gate.waker();
        first.wake();
        gate.awaitPolls(2);
        Waker second = gate.waker();

        assertThat(first.willWake(second)).isTrue();
        assertThat(first.willWake(Waker.noop())).isFalse();
        assertThat(Waker.noop().willWake(Waker.noop())).isTrue();
        assertThat(Waker.of(() -> {}).willWake(first)).isFalse();
        gate.open("value");
        assertThat(handle.join()).isEqualTo("value");
    }

    @Test
    void W2_wakersOfNestedRootsDiffer() {
        Async<Waker> own = cx -> Poll.ready(cx.waker());

        boolean same =
                Task.blockOn(() -> {
                    Waker outer = own.await();
                    Waker inner = Task.blockOn(own);
                    return outer.willWake(inner);
                });

        assertThat(same).isFalse();
    }

    @Test
    void W2_argumentsMustNotBeNull() {
        assertThatThrownBy(() -> Context.of(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("waker");
        assertThatThrownBy(() -> Waker.of(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("action");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void W3_itMayBeWokenFromAnyKindOfThread(boolean root) throws Exception {
        List<Thread.Builder> kinds = List.of(Thread.ofPlatform(), Thread.ofVirtual());
        for (Thread.Builder kind : kinds) {
            var own = new Gate<String>();
            kind.start(() -> {
                try {
                    own.awaitPolls(1);
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                own.open("value");
            });
            String value = root ? Task.blockOn(own) : runtime.spawn(own).join();
            assertThat(value).isEqualTo("value");
        }
        // … and from within the runtime, or another one.
        var own = new Gate<String>();
        JoinHandle<String> handle = root ? null : runtime.spawn(own);
        Task.spawnBlocking(() -> {
            own.awaitPolls(1);
            Task.blockOn(Task.spawn(() -> own.open("value")));
        });
        assertThat(root ? Task.blockOn(own) : handle.join()).isEqualTo("value");
    }

    @Test
    void W3_aWakeIsOnePoll() throws Exception {
        JoinHandle<String> handle = runtime.spawn(gate);
        gate.awaitPolls(1);
        for (int polls = 2; polls < 50; polls++) {
            awaitItWaits(handle);
            gate.waker().wake();
            gate.awaitPolls(polls);
        }
        awaitItWaits(handle);
        assertThat(gate.polls()).isEqualTo(49);
        gate.open("value");
        handle.join();
        assertThat(gate.polls()).isEqualTo(50);
    }

    private static void awaitItWaits(JoinHandle<?> handle) {
        while (!handle.toString().contains("waiting")) {
            Thread.onSpinWait();
        }
    }

    @Test
    void W3_wakesDuringAPollCauseOneMore() {
        var polls = new AtomicInteger();
        Async<Integer> self =
                cx -> {
                    if (polls.incrementAndGet() == 1) {
                        for (int i = 0; i < 10; i++) {
                            cx.waker().wake();
                        }
                    }
                    return polls.get() == 2 ? Poll.ready(2) : Poll.pending();
                };

        assertThat(runtime.spawn(self).join()).isEqualTo(2);
        polls.set(0);
        assertThat(Task.<Integer>blockOn(self)).isEqualTo(2);
        polls.set(0);
        assertThat(Task.<Integer>blockOn(Async.race(self))).isEqualTo(2);
        assertThat(polls).hasValue(2);
    }

    @Test
    void W3_wakesOfAReadyTaskCoalesce() throws Exception {
        try (var single = TaskRuntime.builder().workers(1).build()) {
            JoinHandle<String> handle = single.spawn(gate);
            gate.awaitPolls(1);
            single.spawn(
                            () -> {
                                // The one worker is here, so it is not polled before all are made.
                                for (int i = 0; i < 10; i++) {
                                    gate.waker().wake();
                                }
                            })
                    .join();
            single.spawn(() -> {}).join();
            assertThat(gate.polls()).isEqualTo(2);
            gate.open("value");
            assertThat(handle.join()).isEqualTo("value");
        }
    }

    @Test
    void W3_aWakeAfterTheEndDoesNothing() throws Exception {
        JoinHandle<String> handle = runtime.spawn(gate);
        gate.awaitPolls(1);
        Waker waker = gate.waker();
        gate.open("value");
        handle.join();

        waker.wake();
        waker.wake();

        runtime.spawn(() -> {}).join();
        assertThat(gate.polls()).isEqualTo(2);
    }

    @Test
    void W3_aLeftoverWakeDoesNotReachTheNextRoot() {
        var wakers = new ArrayList<Waker>();
        var polls = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            polls.set(0);
            Task.<Object>blockOn(cx -> {
                wakers.forEach(Waker::wake); // of roots that have ended
                return polls.incrementAndGet() == 1 && yields(cx) ? Poll.pending() : Poll.ready(1);
            });
            Task.<Object>blockOn(cx -> {
                wakers.add(cx.waker());
                return Poll.ready(null);
            });
            assertThat(polls).hasValue(2);
        }
    }

    private static boolean yields(Context cx) {
        cx.waker().wake();
        return true;
    }

    @Test
    void W3_noneIsLostAndEachPublishesWhatHappenedBefore() throws Exception {
        for (boolean inAGroup : new boolean[] {false, true}) {
            var counter = new Counter(2, 3_000);
            Async<Integer> sum =
                    inAGroup ? Async.join(counter, counter.twin, (a, b) -> a) : counter;
            JoinHandle<Integer> handle = runtime.spawn(sum);
            counter.begin();

            assertThat(handle.join()).isEqualTo(6_000);
        }
    }

    /** Threads write plainly and wake, in turn with the polls. */
    private static final class Counter implements Async<Integer> {
        private final CountDownLatch polled = new CountDownLatch(1);
        private final AtomicInteger[] seen;
        private final int[][] written; // plain
        private final int rounds;
        private volatile Waker waker;
        final Async<Integer> twin = Async.async(() -> 1);

        Counter(int threads, int rounds) {
            this.rounds = rounds;
            written = new int[threads][32];
            seen = new AtomicInteger[threads];
            for (int i = 0; i < threads; i++) {
                seen[i] = new AtomicInteger();
            }
        }

        void begin() throws InterruptedException {
            polled.await();
            for (int i = 0; i < seen.length; i++) {
                int thread = i;
                Thread.ofPlatform()
                        .daemon()
                        .start(() -> {
                            for (int round = 1; round <= rounds; round++) {
                                written[thread][0] = round;
                                waker.wake();
                                while (seen[thread].getOpaque() != round) {
                                    Thread.onSpinWait(); // a lost wake would hang here
                                }
                            }
                        });
            }
        }

        @Override
        public Poll<Integer> poll(Context cx) {
            waker = cx.waker();
            int sum = 0;
            for (int i = 0; i < seen.length; i++) {
                int value = written[i][0];
                sum += value;
                seen[i].setOpaque(value);
            }
            polled.countDown();
            return sum == seen.length * rounds ? Poll.ready(sum) : Poll.pending();
        }
    }

    @Test
    void W3_theLatestWakerIsTheOneThatIsUsed() throws Exception {
        var old = new AtomicInteger();
        var latest = new AtomicInteger();
        JoinHandle<String> source = runtime.spawn(gate);
        gate.awaitPolls(1);
        List<Async<?>> asyncs =
                List.of(
                        Async.race(gateOf(source)),
                        Async.join(gateOf(source), Async.ready(1), (a, b) -> a),
                        gateOf(source).timeout(Duration.ofDays(1)),
                        gateOf(source).shield(),
                        Async.async(() -> gateOf(source).await()));
        for (Async<?> async : asyncs) {
            assertThat(async.poll(Context.of(Waker.of(old::incrementAndGet))).isPending()).isTrue();
            assertThat(async.poll(Context.of(Waker.of(latest::incrementAndGet))).isPending())
                    .isTrue();
        }

        gate.open("value");
        source.join();
        while (latest.get() < asyncs.size()) {
            Thread.onSpinWait();
        }

        for (Async<?> async : asyncs) {
            assertThat(async.poll(Context.of(Waker.noop())).isReady()).isTrue();
        }
        assertThat(old).hasValue(0);
    }

    /** What is awaited through it remembers the last waker alone. */
    private static Async<String> gateOf(JoinHandle<String> source) {
        return Async.of(source.toCompletableFuture());
    }

    @Test
    void W3_aTaskIsNeverPolledByTwoThreadsAtOnce() throws Exception {
        JoinHandle<String> handle = runtime.spawn(gate);
        gate.awaitPolls(1);
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < 4; i++) {
            threads.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                for (int wake = 0; wake < 5_000; wake++) {
                                    gate.waker().wake();
                                }
                            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        gate.open("value");

        assertThat(handle.join()).isEqualTo("value");
        gate.assertRulesKept();
    }

    @Test
    void P5_aWakerThatThrowsLosesNobody() throws Exception {
        var others = new CompletableFuture<String>();
        JoinHandle<String> source = runtime.spawn(gate);
        gate.awaitPolls(1);
        Waker throwing =
                Waker.of(() -> {
                    throw new OutOfMemoryError("in a waker");
                });
        assertThat(source.poll(Context.of(throwing)).isPending()).isTrue();
        JoinHandle<String> joiner = runtime.spawn(source);
        joiner.toCompletableFuture().thenAccept(others::complete);

        gate.open("value");

        assertThat(others.get()).isEqualTo("value");
    }
}
