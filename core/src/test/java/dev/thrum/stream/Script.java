package dev.thrum.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.task.Poll;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A source of the numbers from 1 on, each of which takes some polls to come. It watches over what a
 * reader has to keep to: one {@code next()} at a time, none after the end, and an end to each.
 */
final class Script implements AsyncStream<Integer> {
    private final int last;
    private final int polls;
    private int given;
    private boolean pulled;
    private boolean ended;
    private boolean stubborn;
    int closed;
    @Nullable Exception failure;

    /**
     * @param last the last number; negative if there is no end
     * @param polls how often a number is polled in vain
     */
    Script(int last, int polls) {
        this.last = last;
        this.polls = polls;
    }

    /** Fails where its end would have been. */
    Script failing(Exception thrown) {
        failure = thrown;
        return this;
    }

    /** A {@code next()} that is cancelled has to be polled on, and then gives its number. */
    Script stubborn() {
        stubborn = true;
        return this;
    }

    /** Whether no {@code next()} is on its way. */
    boolean isIdle() {
        return !pulled;
    }

    int given() {
        return given;
    }

    @Override
    public Async<Optional<Integer>> next() {
        assertThat(pulled).as("two next() at a time").isFalse();
        assertThat(ended).as("next() after the end").isFalse();
        assertThat(closed).as("next() after close()").isZero();
        pulled = true;
        return new Async<>() {
            private int left = polls;
            private boolean done;

            @Override
            public Poll<Optional<Integer>> poll(Context cx) throws Exception {
                assertThat(done).as("polled after its end").isFalse();
                if (left-- > 0) {
                    cx.waker().wake();
                    return Poll.pending();
                }
                done = true;
                pulled = false;
                if (given == last) {
                    ended = true;
                    if (failure != null) {
                        throw failure;
                    }
                    return Poll.ready(Optional.empty());
                }
                return Poll.ready(Optional.of(++given));
            }

            @Override
            public boolean onCancel(Context cx) {
                assertThat(done).as("cancelled after its end").isFalse();
                if (stubborn) {
                    return false;
                }
                done = true;
                pulled = false;
                return true;
            }
        };
    }

    @Override
    public void close() {
        assertThat(pulled).as("closed while a next() is in progress").isFalse();
        closed++;
    }
}
