package dev.thrum.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thrum.channel.Channel;
import dev.thrum.sync.Mutex;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Virtual threads that wait for tasks do not pin their carrier. */
class VirtualThreadTest {
    /** All pinnings while {@code code} ran. */
    private static List<RecordedEvent> pinned(Path folder, Runnable code) throws Exception {
        Path file = folder.resolve("pinned.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("jdk.VirtualThreadPinned").withThreshold(Duration.ZERO);
            recording.start();
            code.run();
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        Files.delete(file);
        return events;
    }

    private static void inManyVirtualThreads(int count, Runnable code) {
        List<Future<?>> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < count; i++) {
                all.add(threads.submit(code));
            }
        }
        for (Future<?> one : all) {
            assertThat(one.state()).as(one::toString).isEqualTo(Future.State.SUCCESS);
        }
    }

    /** Everything by which a thread waits for tasks. */
    private static void waitInAllWays(Channel<Integer> channel, Mutex mutex) {
        Task.blockOn(Task.sleep(Duration.ofMillis(2)));
        JoinHandle<Integer> handle =
                Task.spawn(() -> {
                    Task.sleep(Duration.ofMillis(2)).await();
                    return 1;
                });
        handle.join();
        Task.spawnBlocking(() -> Thread.sleep(2)).join();
        Task.blockOn(() -> {
            try (var _ = mutex.lock().await()) {
                Task.yieldNow().await();
            }
            Task.spawnLocal(() -> Task.yieldNow().await()).await();
            channel.send(1).await();
            channel.receive().await();
        });
    }

    @Test
    void I3_blockOnAndJoinDoNotPin(@TempDir Path folder) throws Exception {
        Channel<Integer> channel = Channel.bounded(2);
        Mutex mutex = new Mutex();
        Runnable code = () -> inManyVirtualThreads(100, () -> waitInAllWays(channel, mutex));
        code.run(); // loading and weaving classes pins, once

        assertThat(pinned(folder, code)).isEmpty();
    }

    /** The test above would see it. */
    @Test
    void aPinningIsSeen(@TempDir Path folder) throws Exception {
        List<RecordedEvent> events =
                pinned(
                        folder,
                        () ->
                                inManyVirtualThreads(
                                        1,
                                        () -> assertThat(new PinsInItsInitialiser()).isNotNull()));

        assertThat(events).isNotEmpty();
    }

    private static final class PinsInItsInitialiser {
        static {
            LockSupport.parkNanos(1_000_000); // with a native frame below it
        }
    }

    /** With as many waiting threads as a carrier pool could never pin. */
    @Test
    void I3_tenThousandOfThemWaitAtOnce() throws Exception {
        CountDownLatch started = new CountDownLatch(10_000);
        Gate<Integer> gate = new Gate<>();
        JoinHandle<Integer> handle = Task.spawn(gate);
        Thread opener =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                Door.await(started);
                                gate.awaitPolls(1);
                            } catch (InterruptedException e) {
                                throw new AssertionError(e);
                            }
                            gate.open(7);
                        });
        inManyVirtualThreads(
                10_000,
                () -> {
                    started.countDown();
                    assertThat(handle.join()).isEqualTo(7);
                });
        opener.join();
    }
}
