// Counts the words below a folder: a task for each file, blocking reads off the workers.
//
//     ./thrum run examples/src/main/java/WordCount.java DIR [COUNT]
//
// Prints the COUNT (default 20) most frequent words, and how many there are in all. A word is what
// `LC_ALL=C tr -cs 'A-Za-z' '\n'` cuts out, in lower case. Links to files are read, links to
// folders are not followed. Progress and trouble go to stderr. What cannot be read is named and
// counted, and the rest goes on; the exit code is 1 then, and 2 for wrong arguments.

import static dev.thrum.task.Async.async;

import dev.thrum.task.Async;
import dev.thrum.task.JoinHandle;
import dev.thrum.task.Outcome;
import dev.thrum.task.Task;
import dev.thrum.task.TaskLocal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** So many files are read at a time: operating systems limit how many may be open. */
static final int AT_A_TIME = 100;

static final int CHUNK_BYTES = 1 << 16;

/** How many words all tasks together have seen. */
final LongAdder wordsInAll = new LongAdder();

/** How many words the current task has seen: each has its own counter, added up at its end. */
final TaskLocal<long[]> wordsHere =
        TaskLocal.withInitial(() -> new long[1], counter -> wordsInAll.add(counter[0]));

final AtomicInteger filesDone = new AtomicInteger();

// The root task alone touches these two; with blockOn its caller sees them, too.
final Map<String, Integer> words = new HashMap<>();
final List<String> trouble = new ArrayList<>();

void main(String[] args) throws IOException {
    if (args.length < 1 || args.length > 2) {
        fail("usage: WordCount DIR [COUNT]");
    }
    Path dir = Path.of(args[0]);
    if (!Files.isDirectory(dir)) {
        fail("WordCount: not a folder: " + printable(dir));
    }
    int shown = args.length == 1 ? 20 : positive("COUNT", args[1]);

    int files = Task.blockOn(countAll(dir.toRealPath())); // DIR itself may be a link

    words.entrySet().stream()
            .sorted(
                    Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                            .thenComparing(Map.Entry.comparingByKey()))
            .limit(shown)
            .forEach(word -> System.out.printf("%7d %s%n", word.getValue(), word.getKey()));
    System.out.printf(
            "%d words, %d different, in %d files%n", wordsInAll.sum(), words.size(), files);
    if (!trouble.isEmpty()) {
        trouble.forEach(what -> System.err.println("WordCount: cannot read " + what));
        System.err.println("WordCount: " + trouble.size() + " could not be read");
        System.exit(1);
    }
}

/** Fills {@link #words} and {@link #trouble}; gives the number of files that were read. */
Async<Integer> countAll(Path dir) {
    return async(() -> {
        List<Path> files = Task.spawnBlocking(() -> filesBelow(dir)).await();
        var progress = Task.builder().name("progress").spawn(showProgress(files.size()));
        var running = new ArrayDeque<JoinHandle<Map<String, Integer>>>();
        for (Path file : files) {
            if (running.size() == AT_A_TIME) {
                collect(running.remove()).await();
            }
            String name = printable(dir.relativize(file));
            running.add(Task.builder().name(name).spawn(countWords(file)));
        }
        while (!running.isEmpty()) {
            collect(running.remove()).await();
        }
        progress.cancel().await(); // until it has ended, and prints no more
        System.err.printf("%d of %d files%n", filesDone.get(), files.size());
        return filesDone.get();
    });
}

/** Waits for a file's task, however it ends. */
Async<Void> collect(JoinHandle<Map<String, Integer>> file) {
    return async(() -> {
        String name = file.task().name().orElseThrow();
        switch (file.outcome().await()) {
            case Outcome.Succeeded(var counts) ->
                    counts.forEach((word, n) -> words.merge(word, n, Integer::sum));
            case Outcome.Failed(var cause) -> trouble.add(name + ": " + reason(cause));
            case Outcome.Cancelled() -> trouble.add(name + ": cancelled");
        }
    });
}

Async<Map<String, Integer>> countWords(Path file) {
    return async(() -> {
        var cutter = new Cutter();
        byte[] chunk = new byte[CHUNK_BYTES];
        try (InputStream in = Task.spawnBlocking(() -> Files.newInputStream(file)).await()) {
            int length;
            while ((length = Task.spawnBlocking(() -> in.read(chunk)).await()) >= 0) {
                cutter.add(chunk, length);
            }
        }
        cutter.endWord();
        filesDone.incrementAndGet();
        return cutter.counts;
    });
}

/** Runs until it is cancelled. */
Async<Void> showProgress(int files) {
    return async(() -> {
        boolean terminal = System.console().isTerminal();
        while (true) {
            Task.sleep(Duration.ofMillis(terminal ? 100 : 2000)).await();
            System.err.printf("%d of %d files%s", filesDone.get(), files, terminal ? "\r" : "\n");
        }
    });
}

/** Cuts the text of one file into words; its chunks may end within a word. */
class Cutter {
    final Map<String, Integer> counts = new HashMap<>();
    private byte[] word = new byte[64];
    private int length;

    void add(byte[] text, int end) {
        for (int i = 0; i < end; i++) {
            byte b = text[i];
            if ((b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z')) {
                if (length == word.length) {
                    word = Arrays.copyOf(word, 2 * length);
                }
                word[length++] = (byte) (b | 0x20); // in lower case
            } else if (length > 0) {
                endWord();
            }
        }
    }

    void endWord() {
        if (length > 0) {
            counts.merge(new String(word, 0, length, StandardCharsets.US_ASCII), 1, Integer::sum);
            wordsHere.get()[0]++; // of the task that runs this
            length = 0;
        }
    }
}

/** The files below a folder, links to files included. Blocks; the root task waits meanwhile. */
List<Path> filesBelow(Path dir) throws IOException {
    var files = new ArrayList<Path>();
    Files.walkFileTree(
            dir,
            new SimpleFileVisitor<Path>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    boolean dangling = attributes.isSymbolicLink() && Files.notExists(file);
                    if (dangling || Files.isRegularFile(file)) { // reading the former tells why not
                        files.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException cause) {
                    trouble.add(printable(dir.relativize(file)) + ": " + reason(cause));
                    return FileVisitResult.CONTINUE;
                }
            });
    return files;
}

String reason(Throwable cause) {
    return switch (cause) {
        case NoSuchFileException _ -> "no such file";
        case AccessDeniedException _ -> "access denied";
        default -> cause.toString();
    };
}

/** A file name may hold anything, line ends included. */
String printable(Path path) {
    return path.toString().replaceAll("\\p{Cntrl}", "?");
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
    fail("WordCount: " + name + " is \"" + argument + "\": it has to be a positive number");
    return 0;
}

void fail(String message) {
    System.err.println(message);
    System.exit(2);
}
