// Visits all pages of a web site that can be reached from its first one, some at a time.
//
//     ./thrum run examples/src/main/java/Crawler.java [AT_A_TIME [PAGES]]
//
// The site is a server of this program's own, on the loopback address, so that nobody is bothered:
// of
// PAGES pages (default 500), some are slow, some fail at first, some are gone, some never answer.
// At
// most AT_A_TIME (default 20) are visited at the same time. Each request has a timeout; what fails
// or
// times out is tried again, later each time.
//
// Exit code 1 if not each page was visited once, or too many at a time.

import static dev.thrum.task.Async.async;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.thrum.task.Async;
import dev.thrum.task.JoinSet;
import dev.thrum.task.Outcome;
import dev.thrum.task.Task;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

static final int TRIES = 3;
static final Duration PATIENCE = Duration.ofSeconds(1);
static final Pattern LINK = Pattern.compile("href='([^']+)'");

final LongAdder retries = new LongAdder();
final AtomicInteger visiting = new AtomicInteger();
final AtomicInteger mostVisiting = new AtomicInteger();

/** A page that was asked for: what it links to. */
record Page(URI address, int status, List<URI> links) {}

void main(String[] args) throws IOException {
    int atATime = args.length < 1 ? 20 : positive("AT_A_TIME", args[0]);
    int pages = args.length < 2 ? 500 : positive("PAGES", args[1]);
    if (args.length > 2) {
        fail("usage: Crawler [AT_A_TIME [PAGES]]");
    }
    try (var site = new Site(pages);
            HttpClient client = HttpClient.newHttpClient()) {
        Map<Integer, Integer> found = Task.blockOn(crawl(client, site.first(), atATime));
        int there = found.getOrDefault(200, 0);
        int gone = found.getOrDefault(404, 0);
        int silent = found.getOrDefault(0, 0);
        System.out.printf(
                "%d pages: %d there, %d gone, %d did not answer%n",
                there + gone + silent, there, gone, silent);
        System.err.printf(
                "%d requests tried again, %d at most at a time%n",
                retries.sum(), mostVisiting.get());
        if (there + gone + silent != pages || mostVisiting.get() > atATime) {
            System.err.println("Crawler: something went wrong");
            System.exit(1);
        }
    }
}

/** Gives how many pages there were by their status, 0 for those that did not answer. */
Async<Map<Integer, Integer>> crawl(HttpClient client, URI first, int atATime) {
    return async(() -> {
        var found = new ConcurrentHashMap<Integer, Integer>();
        Set<URI> seen = new HashSet<>(Set.of(first));
        JoinSet<Page> running = JoinSet.limited(atATime);
        running.spawn(visit(client, first));
        for (var done = running.next().await(); done.isPresent(); done = running.next().await()) {
            switch (done.get().outcome().await()) {
                case Outcome.Succeeded(Page page) -> {
                    found.merge(page.status(), 1, Integer::sum);
                    for (URI link : page.links()) {
                        if (seen.add(link)) {
                            running.spawn(visit(client, link));
                        }
                    }
                }
                case Outcome.Failed(TimeoutException _) -> found.merge(0, 1, Integer::sum);
                case Outcome.Failed(Throwable cause) -> throw new IOException(cause);
                case Outcome.Cancelled() -> throw new IOException("cancelled by somebody");
            }
        }
        return found;
    });
}

Async<Page> visit(HttpClient client, URI address) {
    return async(() -> {
        mostVisiting.accumulateAndGet(visiting.incrementAndGet(), Math::max);
        try {
            return fetch(client, address).await();
        } finally {
            visiting.decrementAndGet();
        }
    });
}

/** Asks for a page, a number of times if need be. */
Async<Page> fetch(HttpClient client, URI address) {
    return async(() -> {
        Duration pause = Duration.ofMillis(20);
        for (int tries = 1; ; tries++) {
            try {
                var request = HttpRequest.newBuilder(address).build();
                // A timeout cancels the stage, and that the request.
                var response =
                        Async.of(client.sendAsync(request, HttpResponse.BodyHandlers.ofString()))
                                .timeout(PATIENCE)
                                .await();
                if (response.statusCode() < 500) {
                    return page(address, response);
                }
                throw new IOException("status " + response.statusCode());
            } catch (IOException | TimeoutException trouble) {
                if (tries == TRIES) {
                    throw trouble;
                }
                retries.increment();
            }
            Task.sleep(pause).await();
            pause = pause.multipliedBy(2);
        }
    });
}

Page page(URI address, HttpResponse<String> response) {
    List<URI> links =
            LINK.matcher(response.body())
                    .results()
                    .map(link -> address.resolve(link.group(1)))
                    .toList();
    return new Page(address, response.statusCode(), links);
}

/** A tree of pages: number n links to 2n + 1 and 2n + 2, and back to its parent. */
static class Site implements AutoCloseable {
    private final int pages;
    private final Set<Integer> failedOnce = ConcurrentHashMap.newKeySet();
    private final HttpServer server;

    Site(int pages) throws IOException {
        this.pages = pages;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/page/", this::answer);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    URI first() {
        return URI.create("http://localhost:" + server.getAddress().getPort() + "/page/0");
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        int number = Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
        boolean leaf = 2 * number + 1 >= pages;
        if (leaf && number % 100 == 99) {
            return; // never answers
        }
        if (number % 7 == 3) {
            LockSupport.parkNanos(20_000_000); // slow
        }
        if (number % 11 == 5 && failedOnce.add(number)) {
            answer(exchange, 503, "");
        } else if (leaf && number % 13 == 7) {
            answer(exchange, 404, "");
        } else {
            answer(exchange, 200, text(number));
        }
    }

    private String text(int number) {
        var text = new StringBuilder("<a href='" + (number - 1) / 2 + "'>back</a>");
        for (int child = 2 * number + 1; child <= 2 * number + 2 && child < pages; child++) {
            text.append("<a href='").append(child).append("'>on</a>");
        }
        return text.toString();
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        try (exchange) {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

/** A positive number; ends the program if the argument is none. */
int positive(String name, String argument) {
    try {
        int number = Integer.parseInt(argument);
        if (number > 0) {
            return number;
        }
    } catch (NumberFormatException e) {
        // as bad as a negative one
    }
    fail("Crawler: " + name + " is \"" + argument + "\": it has to be a positive number");
    return 0;
}

void fail(String message) {
    System.err.println(message);
    System.exit(2);
}
