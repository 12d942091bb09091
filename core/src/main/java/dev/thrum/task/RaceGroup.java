package dev.thrum.task;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The first of several asyncs: the first to end, or the first to succeed. */
final class RaceGroup<T extends @Nullable Object> extends Group<T> {
    private final boolean successOnly;
    private boolean won;
    private @Nullable Object winner;

    /** Of a race for success: those that failed, in order. */
    private final List<Throwable> failures = new ArrayList<>(0);

    RaceGroup(Collection<? extends Async<? extends T>> asyncs, boolean successOnly) {
        super(asyncs);
        if (asyncs.isEmpty()) {
            throw new IllegalArgumentException(
                    "a race of no asyncs would never end: give at least one");
        }
        this.successOnly = successOnly;
    }

    static <T extends @Nullable Object> Async<T> of(
            Async<? extends T>[] asyncs, boolean successOnly) {
        return new RaceGroup<>(Arrays.asList(asyncs), successOnly);
    }

    @Override
    void onValue(Child child, @Nullable Object value) {
        if (!isDecided()) {
            won = true;
            winner = value;
            decide();
        }
    }

    @Override
    void onFailure(Child child, Throwable thrown) {
        if (isDecided()) {
            failedBesides(thrown);
        } else if (!successOnly) {
            fail(thrown);
            decide();
        } else {
            failures.add(thrown);
            if (failures.size() == size()) {
                fail(failures.removeLast());
                failures.forEach(this::fail);
                decide();
            }
        }
    }

    @Override
    List<Throwable> failuresSoFar() {
        return failures;
    }

    @Override
    boolean isComplete() {
        return won;
    }

    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // the winner's value is a T, null or not
    T result() {
        return (T) winner;
    }

    @Override
    public String toString() {
        return (successOnly ? "Async.raceOk(" : "Async.race(") + size() + " asyncs)";
    }
}
