package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PollTest {

    @Test
    void W1_readyHoldsItsValue() {
        Poll<String> poll = Poll.ready("thread");

        assertThat(poll.isReady()).isTrue();
        assertThat(poll.isPending()).isFalse();
        assertThat(poll).isEqualTo(new Poll.Ready<>("thread"));
        assertThat(poll instanceof Poll.Ready(var value) ? value : "no match").isEqualTo("thread");
    }

    @Test
    void W1_pendingHoldsNothingAndIsOneInstance() {
        Poll<String> poll = Poll.pending();

        assertThat(poll.isReady()).isFalse();
        assertThat(poll.isPending()).isTrue();
        assertThat(poll).isEqualTo(new Poll.Pending<>());
        assertThat((Object) poll).isSameAs(Poll.<Integer>pending());
    }

    @Test
    void A6_nullIsAResult() {
        Poll<String> poll = Poll.ready(null);

        assertThat(poll.isReady()).isTrue();
        assertThat(poll).isEqualTo(new Poll.Ready<String>(null));
        assertThat(poll.map(String::valueOf)).isEqualTo(Poll.ready("null"));
        assertThat(Poll.ready(1).map(one -> (String) null)).isEqualTo(Poll.ready(null));
    }

    @Test
    void W1_mapChangesAResultAndNothingElse() {
        assertThat(Poll.ready(6).map(six -> six * 7)).isEqualTo(Poll.ready(42));

        Poll<Integer> pending = Poll.pending();
        Poll<String> mapped =
                pending.map(value -> {
                    throw new AssertionError("called with " + value);
                });
        assertThat(mapped.isPending()).isTrue();
    }

    @Test
    void W1_mapPassesOnWhatTheFunctionThrows() {
        var failure = new IllegalArgumentException("no");

        assertThatThrownBy(() ->
                        Poll.ready(1)
                                .map(one -> {
                                    throw failure;
                                }))
                .isSameAs(failure);
    }

    @Test
    void badInput_nullFunctionIsRefusedAtTheCall() {
        assertThatThrownBy(() -> Poll.pending().map(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("function");
    }
}
