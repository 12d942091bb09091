package dev.thrum.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thrum.channel.Channel;
import dev.thrum.support.Attempt;
import dev.thrum.support.Probe;
import dev.thrum.task.Async;
import dev.thrum.task.Poll;
import dev.thrum.task.Task;
import dev.thrum.task.TaskRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A7: a {@code next()} that is given up, at whichever step, has lost no element. */
class StreamCancellationTest {
    private static final int COUNT = 12;

    enum Operator {
        MAP(s -> s.map(x -> x)),
        MAP_THAT_AWAITS(s ->
                s.map(x -> {
                    Task.yieldNow().await();
                    return x;
                })),
        FILTER(s ->
                s.filter(x -> {
                    Task.yieldNow().await();
                    return true;
                })),
        TAKE(s -> s.take(1_000_000)),
        MERGE(s -> s.merge(AsyncStream.of())),
        MERGE_WITH_ONE_THAT_WAITS(s -> s.merge(Async::pending).take(COUNT)),
        BUFFERED(s ->
                s.buffered(
                        3,
                        x -> {
                            for (int i = 0; i < x % 3; i++) {
                                Task.yieldNow().await();
                            }
                            return x;
                        })),
        CHUNKS(s -> flat(s.chunks(3))),
        CHUNKS_IN_TIME(s -> flat(s.chunks(3, Duration.ofNanos(20_000)))),
        THROTTLE(s -> s.throttle(Duration.ofNanos(5_000))),
        PUBLISHED(s -> AsyncStream.of(s.asPublisher(), 2)),
        GENERATED(s ->
                AsyncStream.generate(out -> {
                    Optional<Integer> next;
                    while ((next = s.next().await()).isPresent()) {
                        out.send(next.get()).await();
                    }
                })),
        ALL(s ->
                flat(
                        s.map(x -> Async.ready(x).await())
                                .buffered(2, x -> x)
                                .merge(AsyncStream.of())
                                .chunks(2)
                                .map(chunk -> {
                                    Task.yieldNow().await();
                                    return chunk;
                                })
                                .filter(chunk -> true)));

        private final Function<AsyncStream<Integer>, AsyncStream<Integer>> operator;

        Operator(Function<AsyncStream<Integer>, AsyncStream<Integer>> operator) {
            this.operator = operator;
        }

        private static AsyncStream<Integer> flat(AsyncStream<List<Integer>> chunks) {
            List<Integer> left = new ArrayList<>();
            return () ->
                    left.isEmpty()
                            ? chunks.next()
                                    .map(chunk -> {
                                        chunk.ifPresent(left::addAll);
                                        return chunk.map(c -> left.removeFirst());
                                    })
                            : cx -> Poll.ready(Optional.of(left.removeFirst()));
        }
    }

    private static List<Integer> numbers() {
        return IntStream.rangeClosed(1, COUNT).boxed().toList();
    }

    /** By hand, at each step, and the next one from the beginning again. */
    @ParameterizedTest
    @EnumSource(Operator.class)
    void A7_givenUpAtEachStep(Operator operator) {
        for (int polls = 0; polls < 3; polls++) {
            for (int step = 0; step < 6; step++) {
                for (Script script : List.of(script(polls), script(polls).stubborn())) {
                    AsyncStream<Integer> stream = operator.operator.apply(script);
                    assertThat(readGivingUp(stream, step)).isEqualTo(numbers());
                }
            }
        }
    }

    private static Script script(int polls) {
        return new Script(COUNT, polls);
    }

    private static List<Integer> readGivingUp(AsyncStream<Integer> stream, int step) {
        List<Integer> got = new ArrayList<>();
        while (true) {
            Probe<Optional<Integer>> givenUp = Probe.of(stream.next());
            for (int i = 0; i < step && !givenUp.isDone(); i++) {
                givenUp.poll();
            }
            if (givenUp.isDone()) {
                if (givenUp.value().isEmpty()) {
                    return got;
                }
                got.add(givenUp.value().get());
                continue;
            }
            if (!givenUp.cancel()) {
                pollToTheEnd(givenUp);
                assertThat(givenUp.failure()).isInstanceOf(CancellationException.class);
            }
            Probe<Optional<Integer>> next = Probe.of(stream.next());
            pollToTheEnd(next);
            if (next.value().isEmpty()) {
                return got;
            }
            got.add(next.value().get());
        }
    }

    private static void pollToTheEnd(Probe<?> next) {
        while (!next.poll()) {
            Thread.onSpinWait(); // tasks may have to come first
            assertThat(Thread.interrupted()).as("out of time").isFalse();
        }
    }

    /** In tasks, in races, in time: by each of the ways to give up, under load. */
    @ParameterizedTest
    @EnumSource(Operator.class)
    void A7_givenUpInEachWay(Operator operator) {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(3).build()) {
            for (int seed = 0; seed < 40; seed++) {
                SplittableRandom random = new SplittableRandom(seed);
                Channel<Integer> channel = Channel.bounded(1 + random.nextInt(4));
                AsyncStream<Integer> stream = operator.operator.apply(AsyncStream.of(channel));
                List<Integer> got =
                        runtime.blockOn(() -> {
                            Task.spawn(() -> {
                                for (int number : numbers()) {
                                    channel.send(number).await();
                                }
                                channel.close();
                            });
                            List<Integer> read = new ArrayList<>();
                            while (true) {
                                var next = Attempt.randomly(stream.next(), random).await();
                                if (next.isPresent() && next.get().isEmpty()) {
                                    return read;
                                }
                                if (next.isPresent()) {
                                    read.add(next.get().get());
                                }
                            }
                        });
                assertThat(got).as("seed %d", seed).isEqualTo(numbers());
            }
        }
    }
}
