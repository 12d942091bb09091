import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The chat server as a process, and real sockets of clients. */
class ChatTest {
    private Path errors;
    private Process server;
    private BufferedReader out;
    private int port;

    @BeforeEach
    void start() throws IOException {
        errors = Files.createTempFile("chat", ".err");
        server =
                new ProcessBuilder(
                                Command.ROOT.resolve("thrum").toString(),
                                "run",
                                "examples/src/main/java/Chat.java")
                        .directory(Command.ROOT.toFile())
                        .redirectError(errors.toFile())
                        .start();
        out =
                new BufferedReader(
                        new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        assertThat(line).as(Files.readString(errors)).startsWith("listening on ");
        port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
    }

    @AfterEach
    void end() throws Exception {
        server.destroyForcibly().waitFor();
        Files.delete(errors);
    }

    /** Ends the server as its user would; gives the last that it says. */
    private String shutDown() throws Exception {
        server.getOutputStream().close();
        String last = out.readLine();
        assertThat(server.waitFor(100, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(errors)).isEmpty();
        assertThat(server.exitValue()).isZero();
        return last;
    }

    private final class Client implements AutoCloseable {
        private final Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        private final BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));

        Client(String name) throws IOException {
            socket.setSoTimeout(100_000);
            say(name + "\n");
        }

        void say(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        }

        /** The next line; null if the server has hung up. */
        String hear() throws IOException {
            return in.readLine();
        }

        /** Vanishes without a goodbye: the other side sees a reset. */
        void vanish() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Test
    void messagesGoToWhomTheyAreFor() throws Exception {
        try (Client alice = new Client("alice");
                Client bob = new Client(" bob ")) {
            alice.say("alice: ready\n");
            bob.say("bob: re");
            bob.say("ady\n");
            assertThat(alice.hear()).isEqualTo("from alice: ready");
            assertThat(bob.hear()).isEqualTo("from bob: ready");

            alice.say("nobody: lost\nwithout a colon\n:\nbob,alice , nobody: grüß dich: Bob\n");
            assertThat(bob.hear()).isEqualTo("from alice: grüß dich: Bob");
            assertThat(alice.hear()).isEqualTo("from alice: grüß dich: Bob");
            bob.say("alice: to be sent even if the server ends now\nbob: bye\n");
            assertThat(bob.hear()).isEqualTo("from bob: bye");
            assertThat(shutDown()).isEqualTo("2 clients, 6 messages");
            assertThat(alice.hear()).isEqualTo("from bob: to be sent even if the server ends now");
            assertThat(alice.hear()).isNull();
            assertThat(bob.hear()).isNull();
        }
    }

    @Test
    void aNameThatIsTakenIsRefusedAndFreeAgainWhenItsClientLeaves() throws Exception {
        try (Client first = new Client("eve");
                Client watcher = new Client("watcher")) {
            first.say("eve: in\n");
            assertThat(first.hear()).isEqualTo("from eve: in");
            try (Client second = new Client("eve")) {
                assertThat(second.hear()).isEqualTo("the name eve is taken");
                assertThat(second.hear()).isNull();
            }
            first.say("eve: still in\n");
            assertThat(first.hear()).isEqualTo("from eve: still in");
            first.socket.shutdownOutput();
            assertThat(first.hear()).isNull(); // it has left
            try (Client third = new Client("eve")) {
                third.say("eve, watcher: me\n");
                assertThat(third.hear()).isEqualTo("from eve: me");
                assertThat(watcher.hear()).isEqualTo("from eve: me");
            }
        }
        shutDown();
    }

    @Test
    void aLineWithoutEndIsHungUpOn() throws Exception {
        try (Client endless = new Client("endless")) {
            endless.say("x".repeat(5_000));
            String heard;
            try {
                heard = endless.hear();
            } catch (IOException reset) {
                heard = null;
            }
            assertThat(heard).isNull();
        }
        assertThat(shutDown()).isEqualTo("1 clients, 0 messages");
    }

    /** Two hundred clients, of whom twenty vanish; the others lose nothing. */
    @Test
    void twoHundredClientsOfWhomSomeVanish() throws Exception {
        int clients = 200;
        CountDownLatch in = new CountDownLatch(clients - 10);
        CountDownLatch gone = new CountDownLatch(20);
        List<Future<List<String>>> all = new ArrayList<>();
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < clients; i++) {
                int number = i;
                all.add(
                        threads.submit(() -> {
                            try {
                                return client(number, in, gone);
                            } catch (Throwable thrown) {
                                failures.add(thrown);
                                throw thrown;
                            }
                        }));
            }
            while (!in.await(10, TimeUnit.MILLISECONDS) && failures.isEmpty()) {
                assertThat(server.isAlive()).isTrue();
            }
            assertThat(failures).isEmpty();
            for (int i = 0; i < clients; i++) {
                List<String> heard = all.get(i).get(100, TimeUnit.SECONDS);
                if (i % 10 != 9) {
                    assertThat(heard)
                            .containsExactlyInAnyOrder(
                                    "from c" + neighbour(i, -1) + ": hello",
                                    "from c" + neighbour(i, 1) + ": hello");
                }
            }
        }
        // Each of 190 to itself, and 180 to two others each.
        assertThat(shutDown()).endsWith(" clients, 550 messages");
    }

    private List<String> client(int number, CountDownLatch in, CountDownLatch gone)
            throws Exception {
        String name = "c" + number;
        if (number % 20 == 9) { // vanishes in the middle of its first message
            Client client = new Client(name);
            client.say("c0, c1: I am ab");
            client.vanish();
            gone.countDown();
            return List.of();
        }
        try (Client client = new Client(name)) {
            client.say(name + ": in\n");
            assertThat(client.hear()).isEqualTo("from " + name + ": in");
            in.countDown();
            if (number % 20 == 19) { // vanishes when others know it
                client.vanish();
                gone.countDown();
                return List.of();
            }
            assertThat(in.await(60, TimeUnit.SECONDS) && gone.await(60, TimeUnit.SECONDS))
                    .as("all others have come, or gone")
                    .isTrue();
            client.say("c" + neighbour(number, -1) + ", c" + neighbour(number, 1) + ": hello\n");
            return List.of(client.hear(), client.hear());
        }
    }

    /** The next client in that direction which does not vanish. */
    private static int neighbour(int number, int direction) {
        int next = number;
        do {
            next = Math.floorMod(next + direction, 200);
        } while (next % 10 == 9);
        return next;
    }
}
