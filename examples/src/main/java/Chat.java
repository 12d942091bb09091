// A chat server, after that of the async-std book.
//
//     ./thrum run examples/src/main/java/Chat.java [PORT]
//
// Listens on the loopback address; without PORT on any that is free. The first line that a client
// sends is its name. After that a line "alice, bob: hello" sends "from carol: hello" to those two.
// Try it with: nc 127.0.0.1 PORT
//
// The server ends when its standard input does (Ctrl-D): it lets nobody in any more, sends what is
// still to be sent, hangs up, and ends with exit code 0.
//
// A task per client reads, another one writes; between them is the broker, a task that knows who is
// there. All they have in common are channels. Who does not read what he is sent is hung up on.

import static dev.thrum.task.Async.async;

import dev.thrum.channel.Channel;
import dev.thrum.channel.Sender;
import dev.thrum.sync.Promise;
import dev.thrum.task.Async;
import dev.thrum.task.Task;
import dev.thrum.task.TaskScope;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** So many may come at the same moment. */
static final int BACKLOG = 1024;

/** So many bytes may a line have. */
static final int LINE_LIMIT = 4096;

/** So many messages may wait for a client to read them. */
static final int OUTBOX = 256;

/** So long may it take to send the rest when the server ends. */
static final Duration GOODBYE = Duration.ofSeconds(5);

/** What the broker is told. */
sealed interface Event {
    record Came(String name, AsynchronousSocketChannel socket) implements Event {}

    record Said(String name, String line) implements Event {}

    record Left(String name, AsynchronousSocketChannel socket) implements Event {}
}

// The broker alone touches these; with blockOn its caller sees them, too.
int clients;
int messages;

void main(String[] args) throws IOException {
    if (args.length > 1) {
        fail("usage: Chat [PORT]");
    }
    int port = args.length == 0 ? 0 : port(args[0]);
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    try (var server = AsynchronousServerSocketChannel.open().bind(address, BACKLOG)) {
        IO.println("listening on " + server.getLocalAddress());
        Task.blockOn(serve(server));
    }
    IO.println("%d clients, %d messages".formatted(clients, messages));
}

Async<Void> serve(AsynchronousServerSocketChannel server) {
    return async(() -> {
        Channel<Event> events = Channel.bounded(64);
        var broker = Task.builder().name("broker").spawn(broker(events));
        var door = Task.builder().name("door").spawn(letIn(server, events.sender()));
        Task.spawnBlocking(() -> System.in.transferTo(OutputStream.nullOutputStream())).await();
        door.cancel().await(); // and with it all that read
        events.close();
        try {
            broker.outcome().timeout(GOODBYE).await();
        } catch (TimeoutException someDoNotRead) {
            broker.cancel();
        }
        broker.outcome().await();
    });
}

/** Lets clients in, until it is cancelled; then those who are in are not listened to any more. */
Async<Void> letIn(AsynchronousServerSocketChannel server, Sender<Event> events) {
    return TaskScope.supervised()
            .run(scope -> {
                while (true) {
                    Async<AsynchronousSocketChannel> next = nio(then -> server.accept(null, then));
                    scope.spawn(listen(next.await(), events));
                }
            });
}

/** Listens to a client, until it hangs up or this is cancelled. */
Async<Void> listen(AsynchronousSocketChannel socket, Sender<Event> events) {
    return async(() -> {
        var lines = new Lines(socket);
        String name = null; // from when there is one, the socket is the broker's to close
        try {
            for (var line = lines.next().await(); line.isPresent(); line = lines.next().await()) {
                if (name == null) {
                    events.send(new Event.Came(line.get().strip(), socket)).await();
                    name = line.get().strip();
                } else {
                    events.send(new Event.Said(name, line.get())).await();
                }
            }
        } catch (IOException vanished) {
            // as good as a goodbye
        } finally {
            if (name == null) {
                socket.close();
            } else {
                events.send(new Event.Left(name, socket)).shield().await();
            }
        }
    });
}

/** A client, as the broker sees it. */
record Peer(AsynchronousSocketChannel socket, Channel<String> outbox) {}

/** Passes messages on, until there is nobody who could say something. */
Async<Void> broker(Channel<Event> events) {
    return TaskScope.supervised()
            .run(scope -> {
                Map<String, Peer> peers = new HashMap<>();
                for (var event = events.next().await();
                        event.isPresent();
                        event = events.next().await()) {
                    switch (event.get()) {
                        case Event.Came(String name, AsynchronousSocketChannel socket) -> {
                            Channel<String> outbox = Channel.bounded(OUTBOX);
                            if (peers.putIfAbsent(name, new Peer(socket, outbox)) == null) {
                                clients++;
                            } else {
                                outbox.trySend("the name " + name + " is taken");
                                outbox.close();
                            }
                            scope.spawn(speak(socket, outbox));
                        }
                        case Event.Said(String name, String line) -> {
                            int colon = line.indexOf(':');
                            if (colon > 0) {
                                String message = "from " + name + ":" + line.substring(colon + 1);
                                for (String to : line.substring(0, colon).split(",", -1)) {
                                    send(peers.get(to.strip()), message);
                                }
                            }
                        }
                        case Event.Left(String name, AsynchronousSocketChannel socket) -> {
                            Peer peer = peers.get(name);
                            if (peer != null
                                    && peer.socket()
                                            .equals(socket)) { // not one who wanted that name
                                peers.remove(name);
                                peer.outbox().close();
                            }
                        }
                    }
                }
                peers.values().forEach(peer -> peer.outbox().close());
            }); // when all that they are to be sent is sent
}

void send(Peer peer, String message) throws IOException {
    if (peer == null || peer.outbox().isClosed()) {
        return;
    }
    if (peer.outbox().trySend(message)) {
        messages++;
    } else {
        peer.outbox().close(); // it does not read
        peer.socket().close();
    }
}

/** Sends a client what is in its outbox, and hangs up when that is closed. */
Async<Void> speak(AsynchronousSocketChannel socket, Channel<String> outbox) {
    return async(() -> {
        try (socket) {
            for (var next = outbox.next().await(); next.isPresent(); next = outbox.next().await()) {
                ByteBuffer bytes = StandardCharsets.UTF_8.encode(next.get() + "\n");
                while (bytes.hasRemaining()) {
                    Async<Integer> write = nio(then -> socket.write(bytes, null, then));
                    write.await();
                }
            }
        } catch (IOException vanished) {
            outbox.close(); // it is the reader who tells the broker
        }
    });
}

/** The lines that a client sends. */
class Lines {
    private final AsynchronousSocketChannel socket;
    private final ByteBuffer bytes = ByteBuffer.allocate(LINE_LIMIT).flip();

    Lines(AsynchronousSocketChannel socket) {
        this.socket = socket;
    }

    /** The next line, without its end; empty when there are no more. */
    Async<Optional<String>> next() {
        return async(() -> {
            while (true) {
                for (int i = bytes.position(); i < bytes.limit(); i++) {
                    if (bytes.get(i) == '\n') {
                        byte[] line = new byte[i - bytes.position()];
                        bytes.get(line).get();
                        return Optional.of(new String(line, StandardCharsets.UTF_8));
                    }
                }
                if (bytes.remaining() == LINE_LIMIT) {
                    throw new IOException("a line of more than " + LINE_LIMIT + " bytes");
                }
                bytes.compact();
                Async<Integer> read = nio(then -> socket.read(bytes, null, then));
                boolean ended = read.await() < 0;
                bytes.flip();
                if (ended) {
                    return Optional.empty(); // what is not a whole line does not count
                }
            }
        });
    }
}

/** An operation of NIO, which begins when this is awaited. It goes on if the await is cancelled. */
<T> Async<T> nio(Consumer<CompletionHandler<T, Void>> operation) {
    return async(() -> {
        var promise = new Promise<T>();
        operation.accept(
                new CompletionHandler<>() {
                    @Override
                    public void completed(T result, Void nothing) {
                        promise.complete(result);
                    }

                    @Override
                    public void failed(Throwable cause, Void nothing) {
                        promise.fail(cause);
                    }
                });
        return promise.await();
    });
}

int port(String argument) {
    try {
        int port = Integer.parseInt(argument);
        if (port >= 0 && port < 1 << 16) {
            return port;
        }
    } catch (NumberFormatException e) {
        // as bad as a negative one
    }
    fail("Chat: PORT is \"" + argument + "\": it has to be a number from 0 to 65535");
    return 0;
}

void fail(String message) {
    System.err.println(message);
    System.exit(2);
}
