package dev.thrum.channel;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.Optional;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/** The Dekker pairs of {@link QueuedExchange} and the hand-over, with two actors each. */
final class ChannelStress {
    private ChannelStress() {}

    private static String of(Optional<?> message) {
        return message.map(String::valueOf).orElse("none");
    }

    private static String tryReceive(Channel<?> channel) {
        try {
            return of(channel.tryReceive());
        } catch (ChannelClosedException e) {
            return "closed";
        }
    }

    private static String trySend(Channel<Integer> channel, int message) {
        try {
            return String.valueOf(channel.trySend(message));
        } catch (ChannelClosedException e) {
            return "closed";
        }
    }

    /** A receiver begins to wait while a message is sent: it gets it, now or woken. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "received")
    @Outcome(expect = FORBIDDEN, desc = "a lost wake-up")
    @State
    public static class SendAndReceive {
        private final Channel<Integer> channel = Channel.inRing(2);
        private final Waiting<Integer> receiver = new Waiting<>(channel.receive());

        @Actor
        public void sends() {
            channel.trySend(1);
        }

        @Actor
        public void receives() {
            receiver.poll();
        }

        @Arbiter
        public void look(L_Result result) {
            result.r1 = receiver.outcome();
        }
    }

    /** The same with the queue of segments. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "received")
    @Outcome(expect = FORBIDDEN, desc = "a lost wake-up")
    @State
    public static class SendAndReceiveUnbounded {
        private final Channel<Integer> channel = Channel.unbounded();
        private final Waiting<Integer> receiver = new Waiting<>(channel.receive());

        @Actor
        public void sends() {
            channel.trySend(1);
        }

        @Actor
        public void receives() {
            receiver.poll();
        }

        @Arbiter
        public void look(L_Result result) {
            result.r1 = receiver.outcome();
        }
    }

    /** A sender begins to wait while room is made: it gets it, now or woken. */
    @JCStressTest
    @Outcome(id = "0, null, 1", expect = ACCEPTABLE, desc = "sent")
    @Outcome(expect = FORBIDDEN, desc = "a lost wake-up, or a lost message")
    @State
    public static class ReceiveAndSend {
        private final Channel<Integer> channel = Channel.inRing(1);
        private final Waiting<?> sender = new Waiting<>(channel.send(1));

        public ReceiveAndSend() {
            channel.trySend(0);
        }

        @Actor
        public void receives(LLL_Result result) {
            result.r1 = tryReceive(channel);
        }

        @Actor
        public void sends() {
            sender.poll();
        }

        @Arbiter
        public void look(LLL_Result result) {
            result.r2 = sender.outcome();
            result.r3 = tryReceive(channel);
        }
    }

    /** Both sides of a rendezvous arrive at once. */
    @JCStressTest
    @Outcome(id = "1, null", expect = ACCEPTABLE, desc = "they met")
    @Outcome(expect = FORBIDDEN, desc = "one sleeps on")
    @State
    public static class Rendezvous {
        private final Channel<Integer> channel = Channel.rendezvous();
        private final Waiting<Integer> receiver = new Waiting<>(channel.receive());
        private final Waiting<?> sender = new Waiting<>(channel.send(1));

        @Actor
        public void receives() {
            receiver.poll();
        }

        @Actor
        public void sends() {
            sender.poll();
        }

        @Arbiter
        public void look(LL_Result result) {
            result.r2 = sender.outcome();
            result.r1 = receiver.outcome();
        }
    }

    /** A receiver gives up while a message is sent: the message is still there. */
    @JCStressTest
    @Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "given back, or never handed over")
    @Outcome(expect = FORBIDDEN, desc = "the message is lost")
    @State
    public static class CancelAndSend {
        private final Channel<Integer> channel = Channel.bounded(2);
        private final Waiting<Integer> receiver = new Waiting<>(channel.receive());

        public CancelAndSend() {
            receiver.poll();
        }

        @Actor
        public void sends(LL_Result result) {
            result.r1 = trySend(channel, 1);
        }

        @Actor
        public void cancels() {
            receiver.cancel();
        }

        @Arbiter
        public void look(LL_Result result) {
            result.r2 = tryReceive(channel);
        }
    }

    /** A sender gives up while room is made: the room goes to the next. */
    @JCStressTest
    @Outcome(id = "0, null, 2", expect = ACCEPTABLE, desc = "the next one has it")
    @Outcome(expect = FORBIDDEN, desc = "the room is lost, or the message was sent")
    @State
    public static class CancelAndReceive {
        private final Channel<Integer> channel = Channel.inRing(1);
        private final Waiting<?> first = new Waiting<>(channel.send(1));
        private final Waiting<?> second = new Waiting<>(channel.send(2));

        public CancelAndReceive() {
            channel.trySend(0);
            first.poll();
            second.poll();
        }

        @Actor
        public void receives(LLL_Result result) {
            result.r1 = tryReceive(channel);
        }

        @Actor
        public void cancels() {
            first.cancel();
        }

        @Arbiter
        public void look(LLL_Result result) {
            result.r2 = second.outcome();
            result.r3 = tryReceive(channel);
        }
    }

    /** A message is sent before the close, and then it is received; or it is not sent. */
    @JCStressTest
    @Outcome(id = "true, 1", expect = ACCEPTABLE, desc = "sent before the close")
    @Outcome(id = "closed, closed", expect = ACCEPTABLE, desc = "not sent")
    @Outcome(expect = FORBIDDEN, desc = "lost, or sent and refused")
    @State
    public static class CloseAndSend {
        private final Channel<Integer> channel = Channel.inRing(2);

        @Actor
        public void sends(LL_Result result) {
            result.r1 = trySend(channel, 1);
        }

        @Actor
        public void closes() {
            channel.close();
        }

        @Arbiter
        public void look(LL_Result result) {
            result.r2 = tryReceive(channel);
        }
    }

    /** A receiver begins to wait while the channel is closed: it learns of it. */
    @JCStressTest
    @Outcome(id = "Optional.empty", expect = ACCEPTABLE, desc = "the end")
    @Outcome(expect = FORBIDDEN, desc = "a lost wake-up")
    @State
    public static class CloseAndReceive {
        private final Channel<Integer> channel = Channel.bounded(2);
        private final Waiting<Optional<Integer>> receiver = new Waiting<>(channel.next());

        @Actor
        public void receives() {
            receiver.poll();
        }

        @Actor
        public void closes() {
            channel.close();
        }

        @Arbiter
        public void look(L_Result result) {
            result.r1 = receiver.outcome();
        }
    }

    /** What was written before the send is read after the receive. */
    @JCStressTest
    @Outcome(id = "none", expect = ACCEPTABLE, desc = "not sent yet")
    @Outcome(id = "1 2", expect = ACCEPTABLE, desc = "seen as it was sent")
    @Outcome(expect = FORBIDDEN, desc = "seen before it was written")
    @State
    public static class Publication {
        private final Channel<int[]> channel = Channel.inRing(2);

        @Actor
        public void sends() {
            int[] message = new int[2];
            message[0] = 1;
            message[1] = 2;
            channel.trySend(message);
        }

        @Actor
        public void receives(L_Result result) {
            result.r1 = channel.tryReceive().map(m -> m[0] + " " + m[1]).orElse("none");
        }
    }

    /** A change comes while a watcher begins to wait. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "seen")
    @Outcome(expect = FORBIDDEN, desc = "a lost wake-up")
    @State
    public static class SetAndWatch {
        private final Watch<Integer> watch = Watch.of(0);
        private final Waiting<Integer> changed = new Waiting<>(watch.watcher().changed());

        @Actor
        public void sets() {
            watch.set(1);
        }

        @Actor
        public void waits() {
            changed.poll();
        }

        @Arbiter
        public void look(L_Result result) {
            result.r1 = changed.outcome();
        }
    }

    /** A message comes while a subscriber begins to wait. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "received")
    @Outcome(expect = FORBIDDEN, desc = "a lost wake-up")
    @State
    public static class BroadcastAndReceive {
        private final Broadcast<Integer> broadcast = Broadcast.bounded(1);
        private final Waiting<Integer> receive = new Waiting<>(broadcast.subscribe().receive());

        @Actor
        public void sends() {
            broadcast.send(1);
        }

        @Actor
        public void waits() {
            receive.poll();
        }

        @Arbiter
        public void look(L_Result result) {
            result.r1 = receive.outcome();
        }
    }
}
