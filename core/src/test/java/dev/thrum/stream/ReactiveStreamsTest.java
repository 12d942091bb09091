package dev.thrum.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thrum.task.Task;
import dev.thrum.task.TaskRuntime;
import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.reactivestreams.tck.flow.FlowSubscriberBlackboxVerification;
import org.reactivestreams.tck.flow.FlowSubscriberWhiteboxVerification;
import org.testng.SkipException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.BeforeMethod;

/**
 * The Reactive Streams TCK, each of its tests a test here. Those that it skips are no tests: rules
 * that it cannot check (it calls them {@code untested}), and what a publisher need not offer,
 * listed below. That it skips these and no others is a test as well.
 */
class ReactiveStreamsTest {
    /** A stream is read once, so its publisher takes one subscriber, as rule 1.11 permits. */
    private static final Set<String> ONE_SUBSCRIBER =
            Set.of(
                    "optional_spec111_maySupportMultiSubscribe",
                    "optional_spec111_registeredSubscribersMustReceiveOnNextOrOnCompleteSignals",
                    "optional_spec111_multicast_mustProduceTheSameElementsInTheSameSequenceToAllOfIts"
                        + "SubscribersWhenRequestingOneByOne",
                    "optional_spec111_multicast_mustProduceTheSameElementsInTheSameSequenceToAllOfIts"
                        + "SubscribersWhenRequestingManyUpfront",
                    "optional_spec111_multicast_mustProduceTheSameElementsInTheSameSequenceToAllOfIts"
                        + "SubscribersWhenRequestingManyUpfrontAndCompleteAsExpected");

    /**
     * How long the TCK waits for a signal that has to come, for one that must not, and for an
     * error: of those it looks once only, after the third time, and not for as long as it says.
     */
    private static TestEnvironment environment() {
        return new TestEnvironment(5_000, 30, 250);
    }

    @TestFactory
    Stream<DynamicTest> aStreamOfAnIterableAsPublisher() {
        return testsOf(OfIterable::new);
    }

    @TestFactory
    Stream<DynamicTest> aGeneratedStreamAsPublisher() {
        return testsOf(OfGenerator::new);
    }

    @TestFactory
    Stream<DynamicTest> aStreamAsSubscriberSeenFromInside() {
        return testsOf(FromInside::new);
    }

    @TestFactory
    Stream<DynamicTest> aStreamAsSubscriberSeenFromOutside() {
        return testsOf(FromOutside::new);
    }

    @Test
    void noOtherTestsAreLeftOutThanThoseThatProveNothing() throws Exception {
        for (Supplier<?> verification :
                Set.<Supplier<?>>of(
                        OfIterable::new, OfGenerator::new, FromInside::new, FromOutside::new)) {
            for (Method test : methodsOf(verification.get()).filter(m -> isLeftOut(m)).toList()) {
                assertThatThrownBy(() -> run(verification, test))
                        .as(test.getName())
                        .isInstanceOf(SkipException.class);
            }
        }
    }

    private static Stream<DynamicTest> testsOf(Supplier<?> verification) {
        return methodsOf(verification.get())
                .filter(test -> !isLeftOut(test))
                .map(test ->
                        DynamicTest.dynamicTest(test.getName(), () -> run(verification, test)));
    }

    private static Stream<Method> methodsOf(Object verification) {
        return Arrays.stream(verification.getClass().getMethods())
                .filter(method -> method.isAnnotationPresent(org.testng.annotations.Test.class))
                .sorted(Comparator.comparing(Method::getName));
    }

    private static boolean isLeftOut(Method test) {
        return test.getName().startsWith("untested_") || ONE_SUBSCRIBER.contains(test.getName());
    }

    private static void run(Supplier<?> verification, Method test) throws Throwable {
        Object tests = verification.get();
        try {
            callAll(tests, BeforeClass.class);
            callAll(tests, BeforeMethod.class);
            call(tests, test);
        } finally {
            callAll(tests, AfterClass.class);
        }
    }

    private static void callAll(Object tests, Class<? extends Annotation> annotation)
            throws Throwable {
        for (Method method : tests.getClass().getMethods()) {
            if (method.isAnnotationPresent(annotation)) {
                call(tests, method);
            }
        }
    }

    private static void call(Object tests, Method method) throws Throwable {
        try {
            method.invoke(tests);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static Iterable<Long> numbers(long count) {
        return () -> LongStream.range(0, count).boxed().iterator();
    }

    /** The verifications are public for the sake of reflection. */
    public static class OfIterable extends FlowPublisherVerification<Long> {
        public OfIterable() {
            super(environment(), 1_000);
        }

        @Override
        public Flow.Publisher<Long> createFlowPublisher(long elements) {
            return AsyncStream.fromIterable(numbers(elements)).asPublisher();
        }

        @Override
        public Flow.Publisher<Long> createFailedFlowPublisher() {
            return taken(AsyncStream.of(1L).asPublisher());
        }
    }

    public static class OfGenerator extends FlowPublisherVerification<Long> {
        public OfGenerator() {
            super(environment(), 1_000);
        }

        @Override
        public Flow.Publisher<Long> createFlowPublisher(long elements) {
            return AsyncStream.<Long>generate(
                            out -> {
                                for (long number : numbers(elements)) {
                                    if (number % 3 == 0) {
                                        Task.yieldNow().await();
                                    }
                                    out.send(number).await();
                                }
                            })
                    .asPublisher();
        }

        @Override
        public Flow.Publisher<Long> createFailedFlowPublisher() {
            return taken(createFlowPublisher(1));
        }
    }

    /** One that has its subscriber already. */
    private static <T> Flow.Publisher<T> taken(Flow.Publisher<T> publisher) {
        publisher.subscribe(
                new Flow.Subscriber<T>() {
                    @Override
                    public void onSubscribe(Flow.Subscription subscription) {
                        subscription.cancel();
                    }

                    @Override
                    public void onNext(T element) {}

                    @Override
                    public void onError(Throwable thrown) {}

                    @Override
                    public void onComplete() {}
                });
        return publisher;
    }

    public static class FromInside extends FlowSubscriberWhiteboxVerification<Integer> {
        public FromInside() {
            super(environment());
        }

        @Override
        protected Flow.Subscriber<Integer> createFlowSubscriber(
                WhiteboxSubscriberProbe<Integer> probe) {
            return new Probed(probe);
        }

        @Override
        public Integer createElement(int element) {
            return element;
        }
    }

    /** The stream's subscriber, each of whose signals the TCK is told of. */
    private static final class Probed implements Flow.Subscriber<Integer> {
        private final Published.Subscribing<Integer> subscriber = new Published.Subscribing<>(16);
        private final FlowSubscriberWhiteboxVerification.WhiteboxSubscriberProbe<Integer> probe;
        private boolean subscribed;

        Probed(FlowSubscriberWhiteboxVerification.WhiteboxSubscriberProbe<Integer> probe) {
            this.probe = probe;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscriber.onSubscribe(subscription);
            if (subscribed) {
                return;
            }
            subscribed = true;
            probe.registerOnSubscribe(
                    new FlowSubscriberWhiteboxVerification.SubscriberPuppet() {
                        @Override
                        public void triggerRequest(long elements) {
                            subscriber.request(elements);
                        }

                        @Override
                        public void signalCancel() {
                            subscription.cancel();
                        }
                    });
        }

        @Override
        public void onNext(Integer element) {
            subscriber.onNext(element);
            probe.registerOnNext(element);
        }

        @Override
        public void onError(Throwable thrown) {
            subscriber.onError(thrown);
            probe.registerOnError(thrown);
        }

        @Override
        public void onComplete() {
            subscriber.onComplete();
            probe.registerOnComplete();
        }
    }

    public static class FromOutside extends FlowSubscriberBlackboxVerification<Integer> {
        public FromOutside() {
            super(environment());
        }

        @Override
        public Flow.Subscriber<Integer> createFlowSubscriber() {
            return new Published.Subscribing<>(4);
        }

        @Override
        public Integer createElement(int element) {
            return element;
        }
    }

    // ---- what the TCK does not ask ----

    @Test
    void aStreamGoesThroughAPublisherAndBack() {
        var back = AsyncStream.of(AsyncStream.fromIterable(numbers(10_000)).asPublisher(), 3);
        assertThat(Task.blockOn(back.toList())).hasSize(10_000).isSorted();
    }

    @Test
    void closingAStreamOfAPublisherCancelsTheSubscription() {
        Script source = new Script(-1, 0);
        AsyncStream<Integer> back = AsyncStream.of(source.asPublisher());
        assertThat(Task.blockOn(back.take(2).toList())).containsExactly(1, 2);
        Task.blockOn(() -> {
            while (source.closed == 0) { // by the publisher's task, when it gets to know
                Task.yieldNow().await();
            }
        });
    }

    @Test
    void aPublisherThatPublishesMoreThanRequestedIsAFailure() {
        Flow.Publisher<Integer> greedy =
                subscriber ->
                        subscriber.onSubscribe(
                                new Flow.Subscription() {
                                    @Override
                                    public void request(long count) {
                                        for (int i = 0; i <= count; i++) {
                                            subscriber.onNext(i);
                                        }
                                    }

                                    @Override
                                    public void cancel() {}
                                });
        assertThatThrownBy(() -> Task.blockOn(AsyncStream.of(greedy, 2).toList()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("more than the 2 elements");
    }

    @Test
    void theSubscriberIsToldThatTheRuntimeWasClosedBeforeItsTaskBegan() {
        Deque<Runnable> steps = new ArrayDeque<>(); // an executor that does not come to run them
        AtomicReference<Throwable> told = new AtomicReference<>();
        Script source = new Script(-1, 0);
        TaskRuntime runtime = TaskRuntime.builder().closeTimeout(Duration.ZERO).buildOn(steps::add);
        runtime.blockOn(() -> source.asPublisher().subscribe(new Recording(told)));
        assertThat(steps).hasSize(1);

        runtime.close();

        assertThat(told.get()).isInstanceOf(CancellationException.class);
        assertThat(source.closed).isEqualTo(1);
    }

    @Test
    void aStreamIsClosedIfItsSubscriberRefusesTheSubscription() {
        Script source = new Script(-1, 0);
        Flow.Subscriber<Integer> refusing =
                new Recording(new AtomicReference<>()) {
                    @Override
                    public void onSubscribe(Flow.Subscription given) {
                        throw new IllegalStateException("no");
                    }
                };
        assertThatThrownBy(() -> source.asPublisher().subscribe(refusing)).hasMessage("no");
        assertThat(source.closed).isEqualTo(1);
    }

    /** Requests nothing and remembers how it ended. */
    private static class Recording implements Flow.Subscriber<Integer> {
        private final AtomicReference<Throwable> told;

        Recording(AtomicReference<Throwable> told) {
            this.told = told;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {}

        @Override
        public void onNext(Integer element) {}

        @Override
        public void onError(Throwable thrown) {
            told.set(thrown);
        }

        @Override
        public void onComplete() {}
    }

    @Test
    void thePrefetchMustBePositive() {
        assertThatThrownBy(() -> AsyncStream.of(AsyncStream.of(1).asPublisher(), 0))
                .hasMessageContaining("prefetch is 0");
    }
}
