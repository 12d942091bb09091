package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The moments between a task's end and its joiners that only a race brings about, made by hand. */
class JoinersTest {
    private final TaskCell<Integer> task =
            new SharedTask<>(TaskRuntime.global(), Async.ready(42), TaskAttributes.NONE);
    private final AtomicInteger wakes = new AtomicInteger();
    private final Waker waker = Waker.of(wakes::incrementAndGet);

    @Test
    void J1_whoComesToAListThatTheEndHasNotSeenFindsTheResult() throws Exception {
        Joiners.isEndedElseJoin(task, Waker.of(() -> {}));
        Joiners.isEndedElseJoin(task, Waker.of(() -> {}));
        Object list = task.joiner;
        task.joiner = null; // as the end sees it, just before
        task.advance();
        task.joiner = list;

        Poll<Integer> polled = task.poll(Context.of(waker));

        assertThat(polled).isEqualTo(Poll.ready(42));
        assertThat(wakes).hasValue(0);
    }

    @Test
    void J1_whoJoinsAndWaitsIsWokenOnce() throws Exception {
        assertThat(task.poll(Context.of(waker)).isPending()).isTrue();
        task.advance();

        assertThat(wakes).hasValue(1);
        assertThat(task.poll(Context.of(waker))).isEqualTo(Poll.ready(42));
        assertThat(wakes).hasValue(1);
    }
}
