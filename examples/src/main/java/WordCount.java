// Counts the words below a folder: a task for each file, blocking reads off the workers.
//
//     ./thrum run examples/src/main/java/WordCount.java DIR [COUNT]
//
// Prints the COUNT (default 20) most frequent words, and how many there are in all. A word is what
// `LC_ALL=C tr -cs 'A-Za-z' '\n'` cuts out, in lower case. Progress and trouble go to stderr. A
// file that cannot be read is named and counted, and the rest goes on; the exit code is 1 then.

import dev.thrum.task.Async;
import dev.thrum.task.JoinHandle;
import dev.thrum.task.Outcome;
import dev.thrum.task.Task;
import dev.thrum.task.TaskLocal;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Words that all tasks together have seen; each task adds its own count when it ends. */
final LongAdder wordsInAll = new LongAdder();

/** How many words the current task has seen: each task has a counter of its own. */
final TaskLocal<long[]> wordsHere =
        TaskLocal.withInitial(() -> new long[1], counter -> wordsInAll.add(counter[0]));

final AtomicInteger filesDone = new AtomicInteger();

/** What is not a file to read, or could not be: what and why. */
final List<String> trouble = new ArrayList<>();

int main(String[] args) {
    if (args.length < 1 || args.length > 2) {
        System.err.println("usage: WordCount DIR [COUNT]");
        return 2;
    }
    Path dir = Path.of(args[0]);
    if (!Files.isDirectory(dir)) {
        System.err.println("WordCount: not a folder: " + dir);
        return 2;
    }
    int shown = args.length == 2 ? Integer.parseInt(args[1]) : 20;
    return Task.blockOn(() -> countAll(dir, shown).await());
}

Async<Integer> countAll(Path dir, int shown) {
    return Async.async(
            () -> {
                List<Path> files = Task.spawnBlocking(() -> filesBelow(dir)).await();
                var progress = Task.builder().name("progress").spawn(() -> showProgress(files.size()));

                var counting = new ArrayList<JoinHandle<Map<String, Integer>>>();
                for (Path file : files) {
                    counting.add(
                            Task.builder()
                                    .name(dir.relativize(file).toString())
                                    .spawn(() -> countWords(file).await()));
                }
                var words = new HashMap<String, Integer>();
                for (var task : counting) {
                    switch (task.outcome().await()) {
                        case Outcome.Succeeded(var counts) ->
                                counts.forEach((word, n) -> words.merge(word, n, Integer::sum));
                        case Outcome.Failed(var why) ->
                                trouble.add(task.task().name().orElseThrow() + ": " + why);
                        case Outcome.Cancelled() ->
                                trouble.add(task.task().name().orElseThrow() + ": cancelled");
                    }
                }
                progress.cancel().await();

                words.entrySet().stream()
                        .sorted(
                                Map.Entry.<String, Integer>comparingByValue()
                                        .reversed()
                                        .thenComparing(Map.Entry.comparingByKey()))
                        .limit(shown)
                        .forEach(e -> System.out.printf("%7d %s%n", e.getValue(), e.getKey()));
                System.out.printf(
                        "%d words, %d different, in %d files%n",
                        wordsInAll.sum(), words.size(), files.size());
                for (String what : trouble) {
                    System.err.println("WordCount: " + what);
                }
                if (!trouble.isEmpty()) {
                    System.err.println("WordCount: " + trouble.size() + " could not be read");
                }
                return trouble.isEmpty() ? 0 : 1;
            });
}

/** Runs until it is cancelled. */
void showProgress(int files) throws Exception {
    boolean terminal = System.console() != null;
    while (true) {
        Task.sleep(Duration.ofMillis(200)).await();
        if (terminal) {
            System.err.printf("%d of %d files\r", filesDone.get(), files);
        }
    }
}

Async<Map<String, Integer>> countWords(Path file) {
    return Async.async(
            () -> {
                byte[] text = Task.spawnBlocking(() -> Files.readAllBytes(file)).await();
                var counts = new HashMap<String, Integer>();
                int start = -1;
                for (int i = 0; i <= text.length; i++) {
                    boolean letter = i < text.length && isLetter(text[i]);
                    if (letter && start < 0) {
                        start = i;
                    } else if (!letter && start >= 0) {
                        String word = new String(text, start, i - start, "US-ASCII").toLowerCase();
                        counts.merge(word, 1, Integer::sum);
                        wordsHere.get()[0]++;
                        start = -1;
                    }
                    if (i % 100_000 == 99_999) {
                        Task.yieldNow().await(); // a long file shall not hold the others up
                    }
                }
                filesDone.incrementAndGet();
                return counts;
            });
}

boolean isLetter(byte b) {
    return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z';
}

/** Regular files, not those that links lead to; what cannot be visited becomes trouble. */
List<Path> filesBelow(Path dir) throws IOException {
    var files = new ArrayList<Path>();
    Files.walkFileTree(
            dir,
            new SimpleFileVisitor<Path>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (attributes.isRegularFile()) {
                        files.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException why) {
                    trouble.add(dir.relativize(file) + ": " + why);
                    return FileVisitResult.CONTINUE;
                }
            });
    return files;
}
