package dev.thrum.sync;

import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.task.Poll;
import dev.thrum.task.Waker;
import java.util.Optional;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jspecify.annotations.Nullable;

/** Acquires from what is tested, polling by hand. */
abstract class AcquiringForReal extends Acquiring {
    private static final Context CX = Context.of(Waker.noop());

    private final @Nullable Async<? extends AutoCloseable>[] waiting = newArray();
    private final @Nullable AutoCloseable[] held = new AutoCloseable[3];

    @SuppressWarnings({"unchecked", "rawtypes"}) // there is no other way to make such an array
    private static @Nullable Async<? extends AutoCloseable>[] newArray() {
        return new Async[3];
    }

    abstract Async<? extends AutoCloseable> acquire(int who);

    abstract Optional<? extends AutoCloseable> tryAcquire(int who);

    @Override
    String step(int who) throws Exception {
        AutoCloseable guard = held[who];
        if (guard != null) {
            held[who] = null;
            guard.close();
            return "closed";
        }
        Async<? extends AutoCloseable> operation = waiting[who];
        if (operation == null) {
            operation = acquire(who);
            waiting[who] = operation;
        }
        if (operation.poll(CX) instanceof Poll.Ready<? extends AutoCloseable>(var given)) {
            waiting[who] = null;
            held[who] = given;
            return "holds";
        }
        return "waits";
    }

    @Override
    String tryNow(int who) {
        if (held[who] != null || waiting[who] != null) {
            return "busy";
        }
        Optional<? extends AutoCloseable> given = tryAcquire(who);
        if (given.isEmpty()) {
            return "no";
        }
        held[who] = given.get();
        return "holds";
    }

    @Override
    String cancel(int who) {
        Async<? extends AutoCloseable> operation = waiting[who];
        if (operation == null) {
            return "not waiting";
        }
        waiting[who] = null;
        return operation.onCancel(CX) ? "cancelled" : "to be polled on";
    }

    /** Lets Lincheck compare {@code tested} with {@code model}. */
    static void check(Class<?> tested, Class<?> model) {
        new ModelCheckingOptions()
                .iterations(25)
                .invocationsPerIteration(500)
                .threads(3)
                .actorsPerThread(3)
                .actorsBefore(2)
                .actorsAfter(3)
                .sequentialSpecification(model)
                .check(tested);
        new StressOptions()
                .iterations(10)
                .invocationsPerIteration(500)
                .threads(3)
                .actorsPerThread(3)
                .actorsBefore(2)
                .actorsAfter(3)
                .sequentialSpecification(model)
                .check(tested);
    }
}
