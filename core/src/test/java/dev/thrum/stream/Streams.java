package dev.thrum.stream;

import dev.thrum.task.Task;
import java.util.List;

/** What the tests of this package do with streams. */
final class Streams {
    private Streams() {}

    /** The elements of a stream, read to its end on the calling thread. */
    static <T> List<T> all(AsyncStream<T> stream) {
        return Task.blockOn(stream.toList());
    }
}
