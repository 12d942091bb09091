package dev.thrum.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thrum.channel.Channel;
import dev.thrum.support.Probe;
import dev.thrum.sync.Promise;
import dev.thrum.task.Async;
import dev.thrum.task.JoinHandle;
import dev.thrum.task.Outcome;
import dev.thrum.task.Task;
import dev.thrum.task.TaskRuntime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AsyncStreamTest {
    private static <T> List<T> all(AsyncStream<T> stream) {
        return Task.blockOn(stream.toList());
    }

    // ---- sources ----

    @Test
    void aStreamOfValuesGivesThemAndThenTheEndAsOftenAsOneAsks() {
        Task.blockOn(() -> {
            AsyncStream<String> stream = AsyncStream.of("a", "b");
            assertThat(stream.next().await()).contains("a");
            assertThat(stream.next().await()).contains("b");
            assertThat(stream.next().await()).isEmpty();
            assertThat(stream.next().await()).isEmpty();
        });
        assertThat(all(AsyncStream.of())).isEmpty();
    }

    @Test
    void anIterableIsAskedForItsIteratorByTheFirstPull() {
        List<Integer> numbers = new ArrayList<>();
        AsyncStream<Integer> stream = AsyncStream.fromIterable(numbers);
        numbers.add(7);
        assertThat(all(stream)).containsExactly(7);
    }

    @Test
    void aChannelIsReadUntilItIsClosedAndDrained() {
        Channel<Integer> channel = Channel.unbounded();
        channel.trySend(1);
        channel.trySend(2);
        channel.close();
        assertThat(all(AsyncStream.of(channel))).containsExactly(1, 2);
    }

    @Test
    void closingAStreamOfAChannelClosesTheChannelButNotSoAMethodReference() {
        Channel<Integer> channel = Channel.unbounded();
        AsyncStream<Integer> shared = channel::next;
        channel.trySend(1);
        channel.trySend(2);
        assertThat(all(shared.take(1))).containsExactly(1);
        assertThat(channel.isClosed()).isFalse();
        assertThat(all(AsyncStream.of(channel).take(1))).containsExactly(2);
        assertThat(channel.isClosed()).isTrue();
    }

    @Test
    void anIntervalTicks() {
        assertThat(all(AsyncStream.of(Task.interval(Duration.ofMillis(1))).take(3)))
                .hasSize(3)
                .isSorted();
    }

    @Test
    void aGeneratorSendsAndAwaitsAndItsEndIsTheEnd() {
        AsyncStream<Integer> stream =
                AsyncStream.generate(out -> {
                    for (int i = 0; i < 3; i++) {
                        Task.yieldNow().await();
                        out.send(i).await();
                    }
                });
        assertThat(all(stream)).containsExactly(0, 1, 2);
    }

    @Test
    void aGeneratorIsColdAndAtMostOneElementAhead() {
        AtomicInteger begun = new AtomicInteger();
        AsyncStream<Integer> stream =
                AsyncStream.generate(out -> {
                    while (true) {
                        out.send(begun.incrementAndGet()).await();
                    }
                });
        assertThat(begun).hasValue(0);
        Task.blockOn(() -> {
            assertThat(stream.next().await()).contains(1);
            assertThat(begun.get()).isBetween(1, 2);
            assertThat(stream.next().await()).contains(2);
            assertThat(begun.get()).isBetween(2, 3);
            stream.closing().await();
            assertThat(stream.next().await()).isEmpty();
        });
    }

    @Test
    void theFailureOfAGeneratorComesAfterItsElementsBeItAnError() {
        AsyncStream<Integer> stream =
                AsyncStream.generate(out -> {
                    out.send(1).await();
                    throw new AssertionError("boom");
                });
        Task.blockOn(() -> {
            assertThat(stream.next().await()).contains(1);
            assertThatThrownBy(() -> Task.blockOn(stream.next())).hasMessage("boom");
            assertThat(stream.next().await()).isEmpty();
        });
    }

    @Test
    void closingAGeneratorCancelsItAndWaitsForItsCleanup() {
        List<String> events = new ArrayList<>();
        AsyncStream<Integer> stream =
                AsyncStream.generate(out -> {
                    try {
                        while (true) {
                            out.send(1).await();
                        }
                    } finally {
                        Task.sleep(Duration.ofMillis(5)).await();
                        events.add("cleaned up");
                    }
                });
        Task.blockOn(stream.take(2).forEach(x -> events.add("got " + x)));
        assertThat(events).containsExactly("got 1", "got 1", "cleaned up");
    }

    @Test
    void aGeneratorThatIsNeverReadNeverRuns() {
        AsyncStream<Integer> stream =
                AsyncStream.generate(out -> {
                    throw new AssertionError("it runs");
                });
        stream.close();
        assertThat(Probe.polled(stream.next()).value()).isEmpty();
    }

    // ---- operators ----

    @Test
    void mapAndFilterTakeFunctionsThatAwait() {
        assertThat(
                        all(
                                AsyncStream.of(1, 2, 3, 4)
                                        .filter(x -> {
                                            Task.yieldNow().await();
                                            return x % 2 == 0;
                                        })
                                        .map(x -> Async.ready(x * 10).await())))
                .containsExactly(20, 40);
    }

    @Test
    void aFilterThatLetsNothingPassGivesWayToOthers() {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            AtomicInteger count = new AtomicInteger();
            AsyncStream<Integer> endless = () -> Async.ready(Optional.of(1));
            JoinHandle<Optional<Integer>> filtering =
                    runtime.spawn(endless.filter(x -> count.incrementAndGet() < 0).next());
            runtime.spawn(() -> {}).join();
            assertThat(runtime.blockOn(filtering.cancel())).isInstanceOf(Outcome.Cancelled.class);
        }
    }

    @Test
    void readingAnEndlessStreamThatIsAlwaysReadyGivesWayAndCanBeCancelled() {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            AsyncStream<Integer> endless = () -> Async.ready(Optional.of(1));
            JoinHandle<Void> reading = runtime.spawn(endless.forEach(x -> {}));
            JoinHandle<Integer> folding =
                    runtime.spawn(
                            ((AsyncStream<Integer>) () -> Async.ready(Optional.of(1)))
                                    .fold(0, Integer::sum));
            runtime.spawn(() -> {}).join();
            assertThat(runtime.blockOn(reading.cancel())).isInstanceOf(Outcome.Cancelled.class);
            assertThat(runtime.blockOn(folding.cancel())).isInstanceOf(Outcome.Cancelled.class);
        }
    }

    @Test
    void aFunctionThatGivesNullIsAFailureThatNamesIt() {
        assertThatThrownBy(() -> all(AsyncStream.of(1).map(x -> null)))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("the function of map gave null for 1");
    }

    @Test
    void takeClosesTheRestWithTheLastElement() {
        Script source = new Script(-1, 1);
        Task.blockOn(() -> {
            AsyncStream<Integer> stream = source.take(2);
            assertThat(stream.next().await()).contains(1);
            assertThat(source.closed).isZero();
            assertThat(stream.next().await()).contains(2);
            assertThat(source.closed).isPositive();
            assertThat(stream.next().await()).isEmpty();
        });
        assertThat(source.given()).isEqualTo(2);
    }

    @Test
    void takeOfNothingPullsNothing() {
        Script source = new Script(-1, 0);
        assertThat(all(source.take(0))).isEmpty();
        assertThat(source.given()).isZero();
        assertThat(source.closed).isPositive();
    }

    @Test
    void C31_mergeGivesTheElementsOfBothAsTheyCome() {
        for (boolean delayedFirst : new boolean[] {true, false}) {
            Channel<Integer> delayed = Channel.bounded(1);
            AsyncStream<Integer> one = AsyncStream.of(1, 2, 3);
            AsyncStream<Integer> other = AsyncStream.of(delayed);
            AsyncStream<Integer> merged = delayedFirst ? other.merge(one) : one.merge(other);
            Task.blockOn(() -> {
                List<Integer> seen = new ArrayList<>();
                Promise<Integer> three = new Promise<>();
                JoinHandle<?> reader =
                        Task.spawn(
                                merged.forEach(element -> {
                                    seen.add(element);
                                    if (seen.size() == 3) {
                                        three.complete(3);
                                    }
                                }));
                three.await();
                delayed.send(4).await();
                delayed.close();
                reader.await();
                assertThat(seen).containsExactly(1, 2, 3, 4);
            });
        }
    }

    @Test
    void C31_mergeDoesNotPullASideThatHasEnded() {
        Script shorter = new Script(1, 0);
        Script longer = new Script(5, 1);
        assertThat(all(shorter.merge(longer))).hasSize(6); // Script fails if it is pulled again
    }

    @Test
    void C69_mergeOfThree() {
        assertThat(all(AsyncStream.of(1).merge(AsyncStream.of(2)).merge(AsyncStream.of(3))))
                .containsExactlyInAnyOrder(1, 2, 3);
    }

    @Test
    void mergedStreamsThatAreBothReadyTakeTurns() {
        AsyncStream<String> a = () -> Async.ready(Optional.of("a"));
        AsyncStream<String> b = () -> Async.ready(Optional.of("b"));
        assertThat(all(a.merge(b).take(6))).containsExactly("a", "b", "a", "b", "a", "b");
    }

    @Test
    void aFailureOfOneSideClosesBoth() {
        Script one = new Script(1, 0).failing(new IOException("broken"));
        Script other = new Script(-1, 1_000_000);
        assertThatThrownBy(() -> all(one.merge(other))).hasRootCauseMessage("broken");
        assertThat(other.isIdle()).isTrue();
        assertThat(one.closed).isPositive();
        assertThat(other.closed).isPositive();
    }

    @Test
    void bufferedRunsSoManyAtATimeAndGivesTheResultsInOrder() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Integer> elements = IntStream.range(0, 50).boxed().toList();
        List<Integer> results =
                all(
                        AsyncStream.fromIterable(elements)
                                .buffered(
                                        4,
                                        x -> {
                                            most.accumulateAndGet(
                                                    running.incrementAndGet(), Math::max);
                                            for (int i = 0; i < (x * 7) % 5; i++) {
                                                Task.yieldNow().await();
                                            }
                                            running.decrementAndGet();
                                            return x;
                                        }));
        assertThat(results).isEqualTo(elements);
        assertThat(most.get()).isLessThanOrEqualTo(4);
    }

    @Test
    void bufferedRunsThemConcurrently() {
        Promise<Integer> second = new Promise<>();
        assertThat(
                        all(
                                AsyncStream.of(1, 2)
                                        .buffered(
                                                2,
                                                x -> {
                                                    if (x == 2) {
                                                        second.complete(20);
                                                        return 0;
                                                    }
                                                    return second.await();
                                                })))
                .containsExactly(20, 0);
    }

    @Test
    void aStreamOfAsyncsIsRunByAwait() {
        AsyncStream<Async<Integer>> asyncs = AsyncStream.of(Async.ready(1), Async.async(() -> 2));
        assertThat(all(asyncs.buffered(2, Async::await))).containsExactly(1, 2);
    }

    @Test
    void aFailureInBufferedComesInItsPlaceAndCancelsTheRest() {
        AtomicInteger cleaned = new AtomicInteger();
        Promise<Boolean> started = new Promise<>();
        List<Integer> got = new ArrayList<>();
        AsyncStream<Integer> stream =
                AsyncStream.of(1, 2, 3)
                        .buffered(
                                3,
                                x -> {
                                    if (x == 2) {
                                        started.await(); // or else there is nothing to clean up
                                        throw new IOException("2 is bad");
                                    }
                                    if (x == 3) {
                                        try {
                                            started.complete(true);
                                            Async.pending().await();
                                        } finally {
                                            Task.sleep(Duration.ofMillis(2)).await();
                                            cleaned.incrementAndGet();
                                        }
                                    }
                                    return x;
                                });
        assertThatThrownBy(() -> Task.blockOn(stream.forEach(got::add)))
                .hasRootCauseMessage("2 is bad");
        assertThat(got).containsExactly(1);
        assertThat(cleaned).hasValue(1); // before forEach has failed
    }

    @Test
    void aFailureBeforeBufferedComesAfterTheElementsBeforeIt() {
        List<Integer> got = new ArrayList<>();
        Script source = new Script(2, 0).failing(new IOException("broken"));
        AsyncStream<Integer> stream =
                source.buffered(
                        10,
                        x -> {
                            Task.yieldNow().await();
                            return x;
                        });
        assertThatThrownBy(() -> Task.blockOn(stream.forEach(got::add)))
                .hasRootCauseMessage("broken");
        assertThat(got).containsExactly(1, 2);
    }

    @Test
    void functionsOfBufferedAreNotDisturbedWhenAReaderGivesUp() {
        AtomicInteger applied = new AtomicInteger();
        Promise<Integer> gate = new Promise<>();
        AsyncStream<Integer> stream =
                AsyncStream.of(1)
                        .buffered(
                                2,
                                x -> {
                                    applied.incrementAndGet();
                                    return gate.await();
                                });
        Task.blockOn(() -> {
            for (int i = 0; i < 3; i++) {
                assertThat(
                                Async.race(
                                                stream.next(),
                                                Task.sleep(Duration.ofMillis(1))
                                                        .map(v -> Optional.<Integer>empty()))
                                        .await())
                        .isEmpty();
            }
            gate.complete(5);
            assertThat(stream.next().await()).contains(5);
            assertThat(stream.next().await()).isEmpty();
        });
        assertThat(applied).hasValue(1);
    }

    @Test
    void chunksAreFullButTheLast() {
        assertThat(all(new Script(5, 1).chunks(2)))
                .containsExactly(List.of(1, 2), List.of(3, 4), List.of(5));
        assertThat(all(new Script(4, 0).chunks(2))).containsExactly(List.of(1, 2), List.of(3, 4));
        assertThat(all(AsyncStream.of().chunks(2))).isEmpty();
    }

    @Test
    void chunksBeforeAFailureAreGivenFirst() {
        List<List<Integer>> got = new ArrayList<>();
        Script source = new Script(3, 0).failing(new IOException("broken"));
        assertThatThrownBy(() -> Task.blockOn(source.chunks(2).forEach(got::add)))
                .hasRootCauseMessage("broken");
        assertThat(got).containsExactly(List.of(1, 2), List.of(3));
    }

    @Test
    void aChunkThatWaitsTooLongIsGivenAsItIs() {
        Channel<Integer> channel = Channel.unbounded();
        AsyncStream<List<Integer>> chunks = AsyncStream.of(channel).chunks(2, Duration.ofMillis(5));
        Task.blockOn(() -> {
            channel.trySend(1);
            assertThat(chunks.next().await()).contains(List.of(1));
            channel.trySend(2);
            channel.trySend(3);
            channel.trySend(4);
            assertThat(chunks.next().await()).contains(List.of(2, 3));
            assertThat(chunks.next().await()).contains(List.of(4));
            channel.close();
            assertThat(chunks.next().await()).isEmpty();
        });
    }

    @Test
    void theTimeOfAChunkRunsOnWhenAReaderGivesUp() {
        Channel<Integer> channel = Channel.unbounded();
        AsyncStream<List<Integer>> chunks =
                AsyncStream.of(channel).chunks(2, Duration.ofMillis(20));
        Task.blockOn(() -> {
            channel.trySend(1);
            // Each try is shorter than the wait: if that began anew, this would not end.
            Optional<List<Integer>> got = Optional.empty();
            while (got.isEmpty()) {
                got =
                        Async.race(
                                        chunks.next(),
                                        Task.sleep(Duration.ofMillis(3))
                                                .map(v -> Optional.<List<Integer>>empty()))
                                .await();
            }
            assertThat(got).contains(List.of(1));
        });
    }

    @Test
    void chunksThatDoNotWaitGiveWhatIsThere() {
        Channel<Integer> channel = Channel.unbounded();
        channel.trySend(1);
        channel.trySend(2);
        Probe<Optional<List<Integer>>> next =
                Probe.polled(AsyncStream.of(channel).chunks(10, Duration.ZERO).next());
        assertThat(next.value()).contains(List.of(1, 2));
    }

    @Test
    void aGeneratorThatIsSendingWhenItsStreamIsClosedIsCancelledAndDoesNotFail() {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            CountDownLatch sending = new CountDownLatch(1);
            CountDownLatch closed = new CountDownLatch(1);
            List<Object> seen = new ArrayList<>();
            AsyncStream<Integer> stream =
                    AsyncStream.generate(out -> {
                        out.send(1).await();
                        Async<Void> send = out.send(2);
                        Async<Void> late =
                                cx -> {
                                    sending.countDown();
                                    closed.await(); // it is being polled meanwhile
                                    return send.poll(cx);
                                };
                        try {
                            late.await();
                        } catch (CancellationException cancelled) {
                            Task.yieldNow().await(); // cleanup may await
                            seen.add("cleaned up");
                            throw cancelled;
                        }
                    });
            runtime.blockOn(() -> {
                assertThat(stream.next().await()).contains(1);
                sending.await();
                stream.close();
                closed.countDown();
                stream.closing().await();
            });
            assertThat(seen).containsExactly("cleaned up");
        }
    }

    @Test
    void closingWaitsForBothSidesOfAMerge() {
        AtomicInteger cleaned = new AtomicInteger();
        AsyncStream<Integer> slow =
                AsyncStream.generate(out -> {
                    try {
                        out.send(1).await();
                        out.send(2).await();
                    } finally {
                        Task.sleep(Duration.ofMillis(1)).await();
                        cleaned.incrementAndGet();
                    }
                });
        AsyncStream<Integer> quick = AsyncStream.of(Channel.<Integer>unbounded());
        AsyncStream<Integer> merged = quick.merge(slow);
        Task.blockOn(() -> {
            assertThat(merged.next().await()).contains(1);
            merged.closing().await();
        });
        assertThat(cleaned).hasValue(1);
    }

    @Test
    void aChunkIsGivenInTimeAlsoIfThereAlwaysIsAnotherElement() {
        AsyncStream<Integer> endless =
                () -> {
                    LockSupport.parkNanos(10_000); // few enough elements for a minute's memory
                    return Async.ready(Optional.of(1));
                };
        List<Integer> chunk =
                Task.blockOn(
                                endless.chunks(Integer.MAX_VALUE, Duration.ofMillis(1))
                                        .next()
                                        .timeout(Duration.ofMinutes(1)))
                        .orElseThrow();
        assertThat(chunk).isNotEmpty();
    }

    @Test
    void C69_throttleKeepsTheGapBetweenElementsAndTheFirstDoesNotWait() {
        Task.blockOn(() -> {
            long start = System.nanoTime();
            AsyncStream<Integer> stream = AsyncStream.of(1, 2, 3).throttle(Duration.ofMillis(5));
            for (int i = 0; i < 3; i++) {
                assertThat(stream.next().await()).contains(i + 1);
                assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(i * 5_000_000L);
            }
        });
    }

    @Test
    void throttleByNothingIsNothing() {
        assertThat(all(AsyncStream.of(1, 2, 3).throttle(Duration.ZERO))).containsExactly(1, 2, 3);
    }

    // ---- reading to the end ----

    @Test
    void forEachTakesABodyThatAwaits() {
        List<Integer> got = new ArrayList<>();
        Task.blockOn(
                new Script(3, 1)
                        .forEach(x -> {
                            Task.yieldNow().await();
                            got.add(x);
                        }));
        assertThat(got).containsExactly(1, 2, 3);
    }

    @Test
    void foldAndCollectCombine() {
        assertThat(Task.<Integer>blockOn(AsyncStream.of(1, 2, 3).fold(10, Integer::sum)))
                .isEqualTo(16);
        assertThat(Task.blockOn(AsyncStream.of("a", "b").collect(Collectors.joining("-"))))
                .isEqualTo("a-b");
        assertThat(Task.blockOn(AsyncStream.<String>of().collect(Collectors.joining("-"))))
                .isEmpty();
    }

    @Test
    void whatFailsClosesTheStreamAndIsThrown() {
        Script source = new Script(-1, 0);
        assertThatThrownBy(() ->
                        Task.blockOn(
                                source.forEach(x -> {
                                    Task.yieldNow().await();
                                    throw new IllegalStateException("at " + x);
                                })))
                .hasMessage("at 1");
        assertThat(source.closed).isPositive();
    }

    @Test
    void C1_cancellingAReaderCancelsItsFunctionsWaitsForThemAndClosesTheStream() {
        List<String> events = new ArrayList<>();
        Script source = new Script(-1, 0);
        Promise<Void> inside = new Promise<>();
        Task.blockOn(() -> {
            JoinHandle<Void> reader =
                    Task.spawn(
                            source.map(
                                            x -> {
                                                try {
                                                    inside.complete(null);
                                                    return Async.<Integer>pending().await();
                                                } finally {
                                                    Task.yieldNow().await();
                                                    events.add("function");
                                                }
                                            })
                                    .forEach(x -> {}));
            inside.await();
            assertThat(reader.cancel().await()).isInstanceOf(Outcome.Cancelled.class);
        });
        assertThat(events).containsExactly("function");
        assertThat(source.closed).isPositive();
    }

    @Test
    void C1_cancellingAReaderCancelsItsBody() {
        Script source = new Script(-1, 0);
        Promise<Void> inside = new Promise<>();
        AtomicInteger cleaned = new AtomicInteger();
        Task.blockOn(() -> {
            JoinHandle<Void> reader =
                    Task.spawn(
                            source.forEach(x -> {
                                try {
                                    inside.complete(null);
                                    Async.pending().await();
                                } finally {
                                    Task.yieldNow().await();
                                    cleaned.incrementAndGet();
                                }
                            }));
            inside.await();
            assertThat(reader.cancel().await()).isInstanceOf(Outcome.Cancelled.class);
        });
        assertThat(cleaned).hasValue(1);
        assertThat(source.closed).isPositive();
        assertThat(source.given()).isEqualTo(1);
    }

    @Test
    void aReaderThatLosesARaceHasClosedTheStreamBefore() {
        Script source = new Script(-1, 1_000_000);
        Task.blockOn(() -> {
            Async.race(source.forEach(x -> {}), Task.yieldNow()).await();
            assertThat(source.closed).isPositive();
        });
    }

    // ---- rules ----

    @Test
    void A1_aSecondNextWhileOneIsInProgressIsRefused() {
        AsyncStream<Integer> stream = new Script(3, 5).map(x -> x);
        Probe<Optional<Integer>> first = Probe.polled(stream.next());
        assertThat(Probe.polled(stream.next()).failure())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a next() is in progress");
        assertThatThrownBy(stream::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("in progress");
        assertThat(first.cancel()).isTrue();
        stream.close();
    }

    @Test
    void A1_aNextIsOneShotAndBelongsToWhoPolledItFirst() throws Exception {
        Probe<Optional<Integer>> done = Probe.polled(AsyncStream.of(1).next());
        done.poll();
        assertThat(done.failure()).hasMessageContaining("polled after it completed");

        Async<Optional<Integer>> next = new Script(3, 5).take(3).next();
        Probe.polled(next);
        Task.blockOn(() -> {
            JoinHandle<Optional<Integer>> other = Task.spawn(next);
            assertThat(other.outcome().await().toString()).contains("belongs to");
        });
    }

    @Test
    void aNextThatIsNotPolledDoesNothing() {
        AsyncStream<Integer> stream = AsyncStream.of(1, 2);
        stream.next();
        stream.next();
        assertThat(all(stream)).containsExactly(1, 2);
    }

    @Test
    void afterAFailureTheStreamIsAtItsEndAndItsSourceIsClosed() {
        Script source = new Script(-1, 0);
        AsyncStream<Integer> stream =
                source.map(x -> {
                    throw new IOException("bad " + x);
                });
        assertThat(Probe.polled(stream.next()).failure()).hasMessage("bad 1");
        assertThat(source.closed).isPositive();
        assertThat(Probe.polled(stream.next()).value()).isEmpty();
    }

    @Test
    void closingReachesTheSourceThroughAllOperatorsOnce() {
        Script source = new Script(-1, 0);
        AsyncStream<List<Integer>> stream =
                source.map(x -> x)
                        .filter(x -> true)
                        .take(5)
                        .throttle(Duration.ofDays(1))
                        .buffered(2, x -> x)
                        .chunks(3);
        stream.close();
        stream.close();
        assertThat(source.closed).isEqualTo(1);
        assertThat(Probe.polled(stream.next()).value()).isEmpty();
    }

    @Test
    void A7_closingGivesBackWhatALookAheadWasHanded() {
        Channel<Integer> channel = Channel.unbounded();
        AsyncStream<Integer> shared = channel::next;
        AsyncStream<Integer> merged = AsyncStream.of(1).merge(shared);
        // The merged stream gives 1; shared was not asked, or waits.
        assertThat(Probe.polled(merged.next()).value()).contains(1);
        Probe<Optional<Integer>> waiting = Probe.polled(merged.next());
        assertThat(waiting.isDone()).isFalse();
        channel.trySend(2); // handed to the one that waits
        assertThat(waiting.cancel()).isTrue();
        merged.close();
        assertThat(channel.tryReceive()).contains(2);
    }

    @Test
    void aStreamMayBeHandedOnFromTaskToTask() {
        Channel<Integer> left = Channel.unbounded();
        Channel<Integer> right = Channel.unbounded();
        AsyncStream<Integer> merged = AsyncStream.of(left).merge(AsyncStream.of(right));
        Task.blockOn(() -> {
            right.trySend(1);
            assertThat(Task.spawn(merged.next()).await()).contains(1); // left waits, in that task
            left.trySend(2);
            assertThat(Task.spawn(merged.next()).await()).contains(2);
            left.close();
            right.close();
            assertThat(merged.next().await()).isEmpty();
        });
    }

    @Test
    void C1_aFunctionIsCancelledWithItsNextAndAppliedAgainByTheNextOne() {
        List<String> events = new ArrayList<>();
        AtomicInteger tries = new AtomicInteger();
        AsyncStream<Integer> stream =
                AsyncStream.of(7)
                        .map(x -> {
                            try {
                                if (tries.getAndIncrement() == 0) {
                                    Async.pending().await();
                                }
                                return x;
                            } finally {
                                Task.yieldNow().await();
                                events.add("try " + tries);
                            }
                        });
        Task.blockOn(() -> {
            Async.race(stream.next().map(x -> "next"), Task.yieldNow().map(v -> "other")).await();
            assertThat(events).containsExactly("try 1"); // the loser has ended
            assertThat(stream.next().await()).contains(7);
        });
        assertThat(events).containsExactly("try 1", "try 2");
    }

    @Test
    void aFunctionThatGivesAValueAlthoughItIsCancelledIsNotAppliedAgain() {
        AtomicInteger tries = new AtomicInteger();
        AsyncStream<Integer> stream =
                AsyncStream.of(7)
                        .map(x -> {
                            tries.incrementAndGet();
                            try {
                                Async.pending().await();
                            } catch (CancellationException e) {
                                Task.yieldNow().await();
                            }
                            return x;
                        });
        Task.blockOn(() -> {
            Async.race(stream.next().map(x -> "next"), Task.yieldNow().map(v -> "other")).await();
            assertThat(stream.next().await()).contains(7);
            assertThat(stream.next().await()).isEmpty();
        });
        assertThat(tries).hasValue(1);
    }

    @Test
    void S10_badArgumentsAreNamedWithTheirValue() {
        AsyncStream<Integer> stream = AsyncStream.of(1);
        assertThatThrownBy(() -> stream.take(-1)).hasMessageContaining("count is -1");
        assertThatThrownBy(() -> stream.buffered(0, x -> x)).hasMessageContaining("atMost is 0");
        assertThatThrownBy(() -> stream.chunks(0)).hasMessageContaining("size is 0");
        assertThatThrownBy(() -> stream.chunks(1, Duration.ofMillis(-1)))
                .hasMessageContaining("maxWait is PT-0.001S");
        assertThatThrownBy(() -> stream.throttle(Duration.ofMillis(-1)))
                .hasMessageContaining("gap is PT-0.001S");
        assertThatThrownBy(() -> stream.map(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("function");
        assertThatThrownBy(() -> stream.merge(null)).hasMessage("other");
        assertThatThrownBy(() -> stream.forEach(null)).hasMessage("body");
        assertThatThrownBy(() -> AsyncStream.fromIterable(null)).hasMessage("elements");
        assertThatThrownBy(() -> AsyncStream.generate(null)).hasMessage("body");
    }
}
