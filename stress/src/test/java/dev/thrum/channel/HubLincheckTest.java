package dev.thrum.channel;

import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.task.Poll;
import dev.thrum.task.Waker;
import java.util.Optional;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What waits for a {@link Broadcast} or a {@link Watch}: its polls, and its cancelling, have
 * results as if everything happened one after another.
 */
class HubLincheckTest {
    private static final Context CONTEXT = Context.of(Waker.noop());

    /** One that waits, polls again, gives up. */
    private static final class Next {
        private @Nullable Async<Optional<Integer>> next;

        String poll(Async<Optional<Integer>> another) {
            Async<Optional<Integer>> async = next == null ? another : next;
            next = async;
            try {
                if (!(async.poll(CONTEXT) instanceof Poll.Ready<Optional<Integer>>(var result))) {
                    return "waits";
                }
                next = null;
                return result.toString();
            } catch (Exception e) {
                next = null;
                return e.getMessage();
            }
        }

        boolean cancel() {
            boolean cancelled = next != null && next.onCancel(CONTEXT);
            next = null;
            return cancelled;
        }
    }

    /** Sends, and two who subscribe. */
    @Param(name = "message", gen = IntGen.class, conf = "1:3")
    public static class Sent {
        private final Broadcast<Integer> broadcast = Broadcast.bounded(2);
        private final Broadcast.Subscription<Integer> first = broadcast.subscribe();
        private final Broadcast.Subscription<Integer> second = broadcast.subscribe();
        private final Next ofFirst = new Next();
        private final Next ofSecond = new Next();

        /** To both. */
        @Operation
        public String send(@Param(name = "message") int message) {
            try {
                return String.valueOf(broadcast.send(message));
            } catch (ChannelClosedException e) {
                return "closed";
            }
        }

        /** The first polls. */
        @Operation(nonParallelGroup = "first")
        public String pollFirst() {
            return ofFirst.poll(first.next());
        }

        /** The first gives up. */
        @Operation(nonParallelGroup = "first")
        public boolean cancelFirst() {
            return ofFirst.cancel();
        }

        /** The second polls. */
        @Operation(nonParallelGroup = "second")
        public String pollSecond() {
            return ofSecond.poll(second.next());
        }

        /** Ends it. */
        @Operation
        public void close() {
            broadcast.close();
        }
    }

    /** Sets, and two who watch. */
    @Param(name = "value", gen = IntGen.class, conf = "1:3")
    public static class Watched {
        private final Watch<Integer> watch = Watch.of(0);
        private final Watch.Watcher<Integer> first = watch.watcher();
        private final Watch.Watcher<Integer> second = watch.watcher();
        private final Next ofFirst = new Next();
        private final Next ofSecond = new Next();

        /** A new value. */
        @Operation
        public String set(@Param(name = "value") int value) {
            try {
                watch.set(value);
                return "set";
            } catch (ChannelClosedException e) {
                return "closed";
            }
        }

        /** The value. */
        @Operation
        public int get() {
            return watch.get();
        }

        /** The first polls. */
        @Operation(nonParallelGroup = "first")
        public String pollFirst() {
            return ofFirst.poll(first.next());
        }

        /** The first gives up. */
        @Operation(nonParallelGroup = "first")
        public boolean cancelFirst() {
            return ofFirst.cancel();
        }

        /** The second polls. */
        @Operation(nonParallelGroup = "second")
        public String pollSecond() {
            return ofSecond.poll(second.next());
        }

        /** Ends it. */
        @Operation
        public void close() {
            watch.close();
        }
    }

    private static void check(Class<?> tested) {
        new ModelCheckingOptions()
                .iterations(6)
                .invocationsPerIteration(300)
                .threads(3)
                .actorsPerThread(3)
                .check(tested);
        new StressOptions()
                .iterations(6)
                .invocationsPerIteration(300)
                .threads(3)
                .actorsPerThread(3)
                .check(tested);
    }

    @Test
    void aBroadcastIsLinearizable_alsoIfSubscribersGiveUp() {
        check(Sent.class);
    }

    @Test
    void aWatchIsLinearizable_alsoIfWatchersGiveUp() {
        check(Watched.class);
    }
}
