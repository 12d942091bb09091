package dev.thrum.stream;

import dev.thrum.task.Context;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** {@link AsyncStream#chunks}. */
final class Chunks<T> extends Stage<List<T>> {
    private final Inlet<T> in;
    private final int size;
    private final @Nullable Duration maxWait;
    private List<T> chunk = new ArrayList<>();

    /** Runs while the chunk is neither empty nor full, if there is a maximal wait. */
    private @Nullable Countdown countdown;

    /** The upstream's, thrown once the elements before it are given. */
    private @Nullable Throwable failure;

    Chunks(AsyncStream<T> upstream, int size, @Nullable Duration maxWait) {
        this(new Inlet<>(upstream), size, maxWait);
    }

    private Chunks(Inlet<T> in, int size, @Nullable Duration maxWait) {
        super(in);
        this.in = in;
        this.size = size;
        this.maxWait = maxWait;
    }

    @Override
    @Nullable Optional<List<T>> pollNext(Context cx) throws Exception {
        int budget = BUDGET;
        while (chunk.size() < size && failure == null && !in.hasEnded()) {
            Optional<T> got = pull(cx);
            if (got != null && got.isPresent()) {
                add(got.get());
            }
            if (got == null && failure == null) {
                return countdown != null && countdown.isOver(cx) ? give(cx) : null;
            }
            if (--budget == 0 && chunk.size() < size) {
                if (countdown != null && countdown.isOver(cx)) {
                    return give(cx); // in time, also if there always is another element
                }
                cx.waker().wake(); // others have their turn
                return null;
            }
        }
        if (!chunk.isEmpty()) {
            return give(cx);
        }
        if (failure != null) {
            throw Failures.sneak(failure);
        }
        return Optional.empty();
    }

    private @Nullable Optional<T> pull(Context cx) {
        try {
            return in.poll(cx);
        } catch (CancellationException cancelled) {
            throw cancelled;
        } catch (Throwable thrown) {
            failure = thrown;
            return null;
        }
    }

    private void add(T element) {
        if (chunk.isEmpty() && maxWait != null) {
            countdown = new Countdown(maxWait);
        }
        chunk.add(element);
    }

    private Optional<List<T>> give(Context cx) {
        if (countdown != null) {
            countdown.cancel(cx);
            countdown = null;
        }
        List<T> given = chunk;
        chunk = new ArrayList<>();
        return Optional.of(Collections.unmodifiableList(given));
    }

    @Override
    boolean cancelNext(Context cx) {
        if (countdown != null) {
            countdown.cancel(cx);
        }
        return super.cancelNext(cx);
    }

    @Override
    public String toString() {
        return in + ".chunks(" + size + (maxWait == null ? ")" : ", " + maxWait + ")");
    }
}
