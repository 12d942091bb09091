package dev.thrum.soak;

import dev.thrum.support.Attempt;
import dev.thrum.task.Async;
import dev.thrum.task.JoinHandle;
import dev.thrum.task.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;

/**
 * Something of which nothing may be lost or kept, however often those who use it give up: who waits
 * is cancelled, times out or loses a race at any step, and in the end the counters balance.
 */
abstract class Subject {
    /** Those that give up after some steps, come what may, and tell if it was too late for that. */
    private static final Attempt[] IMPATIENT = {Attempt.TIMEOUT, Attempt.CANCEL};

    private final String name;
    private final LongAdder done = new LongAdder();
    private final LongAdder givenUp = new LongAdder();

    Subject(String name) {
        this.name = name;
    }

    /** How long a user goes on: for so many attempts, or until some time. */
    interface Patience {
        boolean goesOn(long attempts);
    }

    /** Uses it by several tasks, until their patience ends. */
    abstract Async<Void> run(Patience patience);

    /** Throws if something was lost or kept. Nobody uses it any more. */
    abstract void checkBalance();

    /** Tries an operation by any way; counts what came of it. */
    final <T> Async<Optional<T>> attempt(Async<T> operation, SplittableRandom random) {
        return counted(Attempt.randomly(operation, random));
    }

    /**
     * As {@link #attempt}, for what might wait for ever if it were waited for to the end, and
     * cannot be undone from some moment on.
     */
    final <T> Async<Optional<T>> attemptBriefly(Async<T> operation, SplittableRandom random) {
        Attempt way = IMPATIENT[random.nextInt(IMPATIENT.length)];
        return counted(way.at(operation, random.nextInt(64)));
    }

    private <T> Async<Optional<T>> counted(Async<Optional<T>> attempt) {
        return attempt.map(result -> {
            (result.isPresent() ? done : givenUp).increment();
            return result;
        });
    }

    /** One of several who use a subject. */
    interface User {
        Async<Void> use(int number, SplittableRandom random);
    }

    /** Lets so many use it at the same time; ends when all have. */
    static Async<Void> users(int count, User user) {
        return Async.async(() -> {
            List<JoinHandle<Void>> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                all.add(Task.spawn(user.use(i, new SplittableRandom(i))));
            }
            for (JoinHandle<Void> one : all) {
                one.await();
            }
        });
    }

    final void check(boolean condition, Object... facts) {
        if (!condition) {
            throw new AssertionError(name + " does not balance: " + List.of(facts));
        }
    }

    final long done() {
        return done.sum();
    }

    final long givenUp() {
        return givenUp.sum();
    }

    @Override
    public final String toString() {
        return name;
    }

    /** Its counters, as a line of a report. */
    final String counters() {
        return "%-24s %,15d done %,15d given up".formatted(name, done(), givenUp());
    }
}
