package dev.thrum.sync;

import static dev.thrum.sync.Tasks.untilWaiting;
import static dev.thrum.sync.Tasks.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thrum.task.Async;
import dev.thrum.task.JoinHandle;
import dev.thrum.task.Outcome;
import dev.thrum.task.Task;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OnceCellTest {
    private final OnceCell<String> cell = new OnceCell<>();

    @Test
    void S9_theFirstMakesTheValue_laterBodiesAreNotRun() {
        assertThat(cell.get()).isEmpty();
        assertThat(cell.isInitialized()).isFalse();
        assertThat(cell).hasToString("OnceCell[empty, 0 waiting]");
        Task.blockOn(() -> {
            assertThat(cell.getOrInit(() -> "one").await()).isEqualTo("one");
            assertThat(cell.getOrInit(() -> "two").await()).isEqualTo("one");
        });
        assertThat(cell.get()).contains("one");
        assertThat(cell.isInitialized()).isTrue();
        assertThat(cell).hasToString("OnceCell[initialized, 0 waiting]");
    }

    @Test
    void B102_ofManyAtOnceExactlyOneMakesIt() {
        AtomicInteger made = new AtomicInteger();
        Task.blockOn(() -> {
            List<JoinHandle<String>> tasks = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                String mine = "by " + i;
                tasks.add(
                        Task.spawn(() ->
                                cell.getOrInit(
                                                () -> {
                                                    made.incrementAndGet();
                                                    Task.yieldNow().await();
                                                    return mine;
                                                })
                                        .await()));
            }
            String value = tasks.get(0).await();
            for (var task : tasks) {
                assertThat(task.await()).isSameAs(value);
            }
        });
        assertThat(made).hasValue(1);
        assertThat(waiting(cell)).isZero();
    }

    @Test
    void B102_aFailedBodyLeavesItEmpty_andTheNextInLineMakesIt() {
        Promise<Void> go = new Promise<>();
        Task.blockOn(() -> {
            var fails =
                    Task.spawn(() ->
                            cell.getOrInit(
                                            () -> {
                                                go.await();
                                                throw new IOException("no");
                                            })
                                    .await());
            Tasks.until(() -> go.toString().contains("1 waiting")).await();
            var second = Task.spawn(() -> cell.getOrInit(() -> "second").await());
            untilWaiting(1, cell).await();
            var third = Task.spawn(() -> cell.getOrInit(() -> "third").await());
            untilWaiting(2, cell).await();
            go.complete(null);
            assertThat(fails.outcome().await())
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause()).isInstanceOf(IOException.class));
            assertThat(second.await()).isEqualTo("second");
            assertThat(third.await()).isEqualTo("second");
        });
    }

    @Test
    void B102_anErrorLeavesItEmptyToo() {
        assertThatThrownBy(() ->
                        Task.blockOn(
                                cell.getOrInit(() -> {
                                    throw new AssertionError("boom");
                                })))
                .isInstanceOf(AssertionError.class);
        assertThat(Task.blockOn(cell.getOrInit(() -> "again"))).isEqualTo("again");
    }

    @Test
    void B102_aCancelledBodyLeavesItEmpty_afterItsCleanup_andTheNextInLineMakesIt() {
        List<String> log = new ArrayList<>();
        Task.blockOn(() -> {
            var first =
                    Task.spawn(() ->
                            cell.getOrInit(
                                            () -> {
                                                try {
                                                    Task.sleep(Duration.ofDays(1)).await();
                                                } finally {
                                                    Task.yieldNow().await();
                                                    log.add("cleanup");
                                                }
                                                return "first";
                                            })
                                    .await());
            Tasks.until(() -> first.toString().contains("waiting")).await();
            var second =
                    Task.spawn(() ->
                            cell.getOrInit(
                                            () -> {
                                                log.add("second");
                                                return "second";
                                            })
                                    .await());
            untilWaiting(1, cell).await();
            assertThat(first.cancel().await()).isInstanceOf(Outcome.Cancelled.class);
            assertThat(second.await()).isEqualTo("second");
        });
        assertThat(log).containsExactly("cleanup", "second");
    }

    @Test
    void C1_aCancelledBodyThatGivesAValueAllTheSameHasMadeIt() {
        Task.blockOn(() -> {
            var first =
                    Task.spawn(() ->
                            cell.getOrInit(
                                            () -> {
                                                try {
                                                    Task.sleep(Duration.ofDays(1)).await();
                                                } catch (CancellationException stubborn) {
                                                    return "all the same";
                                                }
                                                return "slept";
                                            })
                                    .await());
            Tasks.until(() -> first.toString().contains("waiting")).await();
            first.cancel().await();
        });
        assertThat(cell.get()).contains("all the same");
    }

    @Test
    void A7_aBodyThatTimesOutLeavesItEmpty() {
        Task.blockOn(() -> {
            try {
                cell.getOrInit(
                                () -> {
                                    Task.sleep(Duration.ofDays(1)).await();
                                    return "slept";
                                })
                        .timeout(Duration.ofMillis(1))
                        .await();
                throw new AssertionError("too short");
            } catch (TimeoutException expected) {
                assertThat(cell.isInitialized()).isFalse();
            }
            assertThat(cell.getOrInit(() -> "later").await()).isEqualTo("later");
        });
    }

    @Test
    void C2_cancelledWhileWaiting_leavesItsPlace() {
        Polled<String> making =
                Polled.waiting(
                        cell.getOrInit(() -> {
                            Async.pending().await();
                            return "never";
                        }));
        Polled<String> first = Polled.waiting(cell.getOrInit(() -> "first"));
        Polled<String> second = Polled.waiting(cell.getOrInit(() -> "second"));
        assertThat(waiting(cell)).isEqualTo(2);
        assertThat(first.cancel()).isTrue();
        assertThat(waiting(cell)).isEqualTo(1);
        assertThat(making.cancel()).isFalse(); // the body has to be polled on, for its cleanup
        assertThatThrownBy(making::poll).isInstanceOf(CancellationException.class);
        assertThat(second.wakes()).isEqualTo(1);
        assertThat(second.get()).isEqualTo("second");
    }

    @Test
    void C2_cancelledWhenItsTurnHasCome_passesTheTurnOn() {
        Polled<String> making =
                Polled.waiting(
                        cell.getOrInit(() -> {
                            Async.pending().await();
                            return "never";
                        }));
        Polled<String> first = Polled.waiting(cell.getOrInit(() -> "first"));
        Polled<String> second = Polled.waiting(cell.getOrInit(() -> "second"));
        making.cancel();
        assertThatThrownBy(making::poll).isInstanceOf(CancellationException.class);
        assertThat(first.wakes()).isEqualTo(1);
        assertThat(first.cancel()).isTrue();
        assertThat(second.get()).isEqualTo("second");
    }

    @Test
    void C2_theLastOneCancelledWhenItsTurnHasCome_leavesAnEmptyCell() {
        Polled<String> making =
                Polled.waiting(
                        cell.getOrInit(() -> {
                            Async.pending().await();
                            return "never";
                        }));
        Polled<String> first = Polled.waiting(cell.getOrInit(() -> "first"));
        making.cancel();
        assertThatThrownBy(making::poll).isInstanceOf(CancellationException.class);
        first.cancel();
        assertThat(Polled.of(cell.getOrInit(() -> "later")).get()).isEqualTo("later");
    }

    @Test
    void A6_nullIsALegalValue() {
        assertThat(Task.blockOn(cell.getOrInit(() -> null))).isNull();
        assertThat(Task.blockOn(cell.getOrInit(() -> "other"))).isNull();
        assertThat(cell.isInitialized()).isTrue();
        assertThat(cell.get()).isEmpty();
    }

    @Test
    void aBodyThatNeedsItsOwnCellIsToldSo_ratherThanToWaitForItself() {
        assertThatThrownBy(() ->
                        Task.blockOn(() ->
                                cell.getOrInit(
                                                () -> {
                                                    Task.yieldNow().await();
                                                    return cell.getOrInit(() -> "inner").await();
                                                })
                                        .await()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("OnceCell");
        assertThat(cell.isInitialized()).isFalse();
    }

    @Test
    void twoPartsOfOneTaskMayNeedIt() {
        List<String> both =
                Task.blockOn(
                        Async.joinAll(
                                List.of(
                                        cell.getOrInit(() -> {
                                            Task.yieldNow().await();
                                            return "made";
                                        }),
                                        cell.getOrInit(() -> {
                                            Task.yieldNow().await();
                                            return "made";
                                        }))));
        assertThat(both.get(0)).isSameAs(both.get(1));
    }

    @Test
    void S10_aNullBodyIsRefusedAtTheCall() {
        assertThatThrownBy(() -> cell.getOrInit(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("body");
    }
}
