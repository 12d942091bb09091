package dev.thrum.channel;

import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.task.Poll;
import dev.thrum.task.Waker;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Whatever the interleaving of operations, their results are those of some order of them, one after
 * another.
 *
 * <p>A receive that waits is a sequence of operations here, each of which has its place in that
 * order: its polls, and its cancelling. (That is how Scherer and Scott define it for what they call
 * dual data structures.) Thus a message that was given to a receiver which is cancelled then may be
 * received after a later one.
 */
class ChannelLincheckTest {
    @Param(name = "message", gen = IntGen.class, conf = "1:3")
    public abstract static class Kind {
        final Channel<Integer> channel;
        private @Nullable Async<Integer> receive;
        final Context context = Context.of(Waker.noop());

        Kind(Channel<Integer> channel) {
            this.channel = channel;
        }

        @Operation
        public String trySend(@Param(name = "message") int message) {
            try {
                return String.valueOf(channel.trySend(message));
            } catch (ChannelClosedException e) {
                return "closed";
            }
        }

        @Operation
        public String tryReceive() {
            try {
                return String.valueOf(channel.tryReceive());
            } catch (ChannelClosedException e) {
                return "closed";
            }
        }

        @Operation
        public void close() {
            channel.close();
        }

        /** Starts a receive, or polls the one that waits. */
        @Operation(nonParallelGroup = "receiver")
        public String receive() {
            Async<Integer> async = receive == null ? channel.receive() : receive;
            receive = async;
            try {
                if (!(async.poll(context) instanceof Poll.Ready<Integer>(Integer message))) {
                    return "waits";
                }
                receive = null;
                return String.valueOf(message);
            } catch (Exception e) {
                receive = null;
                return "closed";
            }
        }

        /** Gives the receive that waits up. */
        @Operation(nonParallelGroup = "receiver")
        public void cancel() {
            if (receive != null) {
                receive.onCancel(context);
                receive = null;
            }
        }
    }

    public static class BoundedByOne extends Kind {
        public BoundedByOne() {
            super(Channel.bounded(1));
        }
    }

    public static class BoundedByTwo extends Kind {
        public BoundedByTwo() {
            super(Channel.bounded(2));
        }
    }

    public static class InRingOfOne extends Kind {
        public InRingOfOne() {
            super(Channel.inRing(1));
        }
    }

    public static class InRingOfTwo extends Kind {
        public InRingOfTwo() {
            super(Channel.inRing(2));
        }
    }

    public static class InSegments extends Kind {
        public InSegments() {
            super(Channel.bounded(Channel.RING_LIMIT + 1));
        }
    }

    public static class Unbounded extends Kind {
        public Unbounded() {
            super(Channel.unbounded());
        }
    }

    /**
     * With sends that wait, too. Of the other kinds a send that was told of room may find it gone,
     * if another one was on its way without having seen it wait; that is not linearizable, and
     * harmless: it keeps its place.
     */
    public static class Rendezvous extends Kind {
        private @Nullable Async<@Nullable Void> send;

        public Rendezvous() {
            super(Channel.rendezvous());
        }

        /** Starts a send, or polls the one that waits. */
        @Operation(nonParallelGroup = "sender")
        public String send(@Param(name = "message") int message) {
            Async<@Nullable Void> async = send == null ? channel.send(message) : send;
            send = async;
            try {
                if (async.poll(context).isPending()) {
                    return "waits";
                }
                send = null;
                return "sent";
            } catch (Exception e) {
                send = null;
                return "closed";
            }
        }

        /** Gives the send that waits up. */
        @Operation(nonParallelGroup = "sender")
        public String cancelSend() {
            if (send == null) {
                return "nothing to cancel";
            }
            boolean cancelled = send.onCancel(context);
            if (cancelled) {
                send = null;
            }
            return cancelled ? "cancelled" : "sent already";
        }
    }

    private static void check(Class<? extends Kind> kind) {
        new ModelCheckingOptions()
                .loopBound(1_000) // more than a back-off takes pauses
                .iterations(6)
                .invocationsPerIteration(300)
                .threads(3)
                .actorsPerThread(3)
                .check(kind);
        new StressOptions()
                .iterations(6)
                .invocationsPerIteration(500)
                .threads(3)
                .actorsPerThread(3)
                .check(kind);
    }

    @Test
    void S9_aChannelBoundedByOneIsLinearizable() {
        check(BoundedByOne.class);
    }

    @Test
    void S9_aRingOfOneIsLinearizable() {
        check(InRingOfOne.class);
    }

    @Test
    void S9_aRingOfTwoIsLinearizable() {
        check(InRingOfTwo.class);
    }

    @Test
    void S9_aChannelBoundedByTwoIsLinearizable() {
        check(BoundedByTwo.class);
    }

    @Test
    void S9_aLargeBoundedChannelIsLinearizable() {
        check(InSegments.class);
    }

    @Test
    void S9_anUnboundedChannelIsLinearizable() {
        check(Unbounded.class);
    }

    @Test
    void S9_aRendezvousIsLinearizable() {
        check(Rendezvous.class);
    }
}
