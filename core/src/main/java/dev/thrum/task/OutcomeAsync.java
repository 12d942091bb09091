package dev.thrum.task;

import org.jspecify.annotations.Nullable;

/** How a task ends, as a value. */
record OutcomeAsync<T extends @Nullable Object>(TaskCell<T> of) implements Async<Outcome<T>> {
    @Override
    public Poll<Outcome<T>> poll(Context cx) {
        return Joiners.isEndedElsePoll(of, cx) ? Poll.ready(of.outcomeNow()) : Poll.pending();
    }

    @Override
    public boolean onCancel(Context cx) {
        return of.onCancel(cx);
    }

    @Override
    public String toString() {
        return of + ".outcome()";
    }
}
