package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thrum.support.Probe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@link JoinSet}: what is taken, by whom, when; {@link JoinSetLimitTest}: when tasks run. */
class JoinSetTest {
    private final TaskRuntime runtime = TaskRuntime.builder().workers(2).build();

    @AfterEach
    void close() {
        runtime.close();
    }

    /** Spawns on the test's runtime. */
    private <T> JoinHandle<T> spawn(JoinSet<T> set, Async<T> async) {
        return runtime.blockOn(Async.async(() -> set.spawn(async)));
    }

    @Test
    void tasksAreTakenInTheOrderOfTheirEnds() {
        JoinSet<String> set = new JoinSet<>();
        Door<String> first = new Door<>();
        Door<String> second = new Door<>();
        JoinHandle<String> one = spawn(set, first);
        JoinHandle<String> two = spawn(set, second);

        second.open("two");
        assertThat(Task.blockOn(set.next())).containsSame(two);
        first.open("one");
        assertThat(Task.blockOn(set.next())).containsSame(one);
        assertThat(one.join() + two.join()).isEqualTo("onetwo");
        assertThat(Task.blockOn(set.next())).isEmpty();
    }

    @Test
    void whatIsTakenHasEndedAndGivesItsValueOrThrowsAtOnce() {
        JoinSet<Object> set = new JoinSet<>();
        IOException failure = new IOException("of the task");
        spawn(set, Async.failed(failure));

        Async<Throwable> caught =
                Async.async(() -> {
                    JoinHandle<Object> done = set.next().await().orElseThrow();
                    assertThat(done.isDone()).isTrue();
                    try {
                        return (Throwable) done.await();
                    } catch (IOException e) {
                        return e;
                    }
                });
        assertThat(runtime.blockOn(caught)).isSameAs(failure);
    }

    @Test
    void anEmptySetGivesNothingAndCanBeUsedAgain() {
        JoinSet<Integer> set = new JoinSet<>();
        for (int i = 0; i < 3; i++) {
            assertThat(Task.blockOn(set.next())).isEmpty();
            set.spawn(Async.ready(i));
            assertThat(Task.blockOn(set.next()).map(JoinHandle::join)).contains(i);
        }
    }

    @Test
    void tasksHaveTheRuntimeOfWhoSpawnsAndTheNameTheyAreGiven() {
        JoinSet<String> set = new JoinSet<>();
        runtime.blockOn(() -> {
            set.spawn("n", () -> Task.current().name().orElseThrow());
            set.spawn(() -> String.valueOf(TaskRuntime.current() == runtime));
            List<String> values = new ArrayList<>();
            values.add(set.next().await().orElseThrow().await());
            values.add(set.next().await().orElseThrow().await());
            assertThat(values).containsExactlyInAnyOrder("n", "true");
        });
    }

    // ---- takers ----

    @Test
    void takersAreServedInTheOrderOfTheirCalls() {
        JoinSet<Integer> set = new JoinSet<>();
        Door<Integer> first = new Door<>();
        Door<Integer> second = new Door<>();
        spawn(set, first);
        spawn(set, second);
        var a = Probe.polled(set.next());
        var b = Probe.polled(set.next());

        first.open(1);
        awaitFinished(set, 1);
        while (a.wakes() == 0) {
            Thread.onSpinWait(); // it is woken behind the lock, when the set says so already
        }
        assertThat(a.wakes()).isEqualTo(1);
        assertThat(b.wakes()).isZero();
        assertThat(b.poll()).isFalse(); // it is not its turn
        assertThat(Probe.polled(set.next()).isDone()).isFalse(); // nor that of who comes later
        assertThat(a.poll()).isTrue();
        second.open(2);
        awaitFinished(set, 1);
        assertThat(b.poll()).isTrue();
        assertThat(b.value().orElseThrow().join()).isEqualTo(2);
    }

    @Test
    void allTakersLearnThatNothingIsLeft() {
        JoinSet<Integer> set = new JoinSet<>();
        Door<Integer> door = new Door<>();
        spawn(set, door);
        var a = Probe.polled(set.next());
        var b = Probe.polled(set.next());
        var c = Probe.polled(set.next());

        door.open(1);
        awaitFinished(set, 1);
        assertThat(a.poll()).isTrue();
        assertThat(b.wakes()).isEqualTo(1);
        assertThat(b.poll()).isTrue();
        assertThat(b.value()).isEmpty();
        assertThat(c.wakes()).isEqualTo(1);
        assertThat(c.poll()).isTrue();
    }

    @Test
    void C2_aTakerThatIsCancelledTakesNothingAndPassesItsTurnOn() {
        JoinSet<Integer> set = new JoinSet<>();
        Door<Integer> door = new Door<>();
        spawn(set, door);
        spawn(set, new Door<>());
        var cancelled = Probe.polled(set.next());
        var behind = Probe.polled(set.next());

        door.open(1);
        awaitFinished(set, 1);
        assertThat(cancelled.cancel()).isTrue();
        assertThat(behind.wakes()).isEqualTo(1);
        assertThat(behind.poll()).isTrue();
        assertThat(behind.value()).isPresent();
    }

    @Test
    void A1_nextIsOneShotAndBelongsToOneTask() {
        JoinSet<Integer> set = new JoinSet<>();
        Async<Optional<JoinHandle<Integer>>> next = set.next();
        Task.blockOn(next);

        assertThatThrownBy(() -> Task.blockOn(next)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void P5_aTakersWakerThatThrowsDoesNotKeepTheNextTaskFromItsTurn() throws Exception {
        JoinSet<Integer> set = JoinSet.limited(1);
        Door<Integer> door = new Door<>();
        try (Reports reports = new Reports()) {
            spawn(set, door);
            door.awaitPolled();
            JoinHandle<Integer> next = spawn(set, Async.ready(2));
            Waker bad =
                    () -> {
                        throw new IllegalStateException("bad waker");
                    };
            assertThat(set.next().poll(Context.of(bad)).isPending()).isTrue();

            door.open(1);

            assertThat(next.join()).isEqualTo(2);
            assertThat(Reports.take(reports.uncaught)).hasMessage("bad waker");
        }
    }

    // ---- cancelling, counting ----

    @Test
    void cancelAllCancelsWhatIsThereAndNotWhatComesLater() {
        JoinSet<Integer> set = new JoinSet<>();
        List<JoinHandle<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            all.add(spawn(set, new Door<>()));
        }

        set.cancelAll();

        for (JoinHandle<Integer> handle : all) {
            assertThat(Task.blockOn(handle.outcome())).isEqualTo(new Outcome.Cancelled<>());
        }
        assertThat(set.size()).isEqualTo(10);
        spawn(set, Async.ready(5));
        int taken = 0;
        while (Task.blockOn(set.next()).isPresent()) {
            taken++;
        }
        assertThat(taken).isEqualTo(11);
        assertThatThrownBy(all.getFirst()::join).isInstanceOf(CancellationException.class);
    }

    @Test
    void sizeAndToStringTellWhatIsLeft() throws Exception {
        JoinSet<Integer> set = JoinSet.limited(1);
        Door<Integer> door = new Door<>();
        spawn(set, door);
        spawn(set, Async.ready(1));
        door.awaitPolled();
        assertThat(set).hasToString("JoinSet[running=1, waiting=1, finished=0]");
        assertThat(set.size()).isEqualTo(2);

        door.open(1);
        awaitFinished(set, 2);
        assertThat(set).hasToString("JoinSet[running=0, waiting=0, finished=2]");
        Task.blockOn(set.next());
        assertThat(set.size()).isEqualTo(1);
    }

    @Test
    void R4_aTaskThatCannotStartIsNotInTheSet() throws InterruptedException {
        JoinSet<Integer> set = JoinSet.limited(1);
        TaskRuntime closed = TaskRuntime.builder().workers(1).build();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch spawnLate = new CountDownLatch(1);
        JoinHandle<Throwable> spawner =
                closed.spawnBlocking(() -> {
                    begun.countDown();
                    while (spawnLate.getCount() > 0) {
                        try {
                            spawnLate.await();
                        } catch (InterruptedException e) {
                            continue; // the runtime closes
                        }
                    }
                    try {
                        set.spawn(Async.ready(1));
                        return null;
                    } catch (RejectedExecutionException e) {
                        return e;
                    }
                });
        begun.await(); // or else it would be cancelled before it begins
        Thread closing = Thread.ofVirtual().start(closed::close);
        while (!closed.toString().contains("closed")) {
            Thread.onSpinWait();
        }
        spawnLate.countDown();

        assertThat(Task.blockOn(spawner)).isInstanceOf(RejectedExecutionException.class);
        assertThat(set.size()).isZero();
        assertThat(Task.blockOn(set.next())).isEmpty();
        assertThat(spawn(set, Async.ready(3)).join()).isEqualTo(3); // its turn was given up
        assertThat(closing).isNotNull();
    }

    @Test
    void S10_badInputIsRefusedAtTheCall() {
        JoinSet<Integer> set = new JoinSet<>();

        assertThatThrownBy(() -> JoinSet.limited(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("atMost is 0");
        assertThatThrownBy(() -> set.spawn((Async<Integer>) null)).hasMessage("async");
        assertThatThrownBy(() -> set.spawn((AsyncCallable<Integer>) null)).hasMessage("body");
        assertThatThrownBy(() -> set.spawn("n", null)).hasMessage("body");
        assertThatThrownBy(() -> set.spawn(null, () -> 1)).isInstanceOf(NullPointerException.class);
        assertThat(set.size()).isZero();
    }

    /** Waits until so many are there to be taken. */
    static void awaitFinished(JoinSet<?> set, int count) {
        while (!set.toString().endsWith("finished=" + count + "]")) {
            Thread.onSpinWait();
        }
    }
}
