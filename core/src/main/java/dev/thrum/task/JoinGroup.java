package dev.thrum.task;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** All of several asyncs; the first failure decides. */
final class JoinGroup<R extends @Nullable Object> extends Group<R> {
    private final @Nullable Object[] values;
    private final Function<@Nullable Object[], R> combine;
    private int missing;

    private JoinGroup(
            Collection<? extends Async<?>> asyncs, Function<@Nullable Object[], R> combine) {
        super(asyncs);
        this.values = new Object[size()];
        this.missing = size();
        this.combine = combine;
    }

    @SuppressWarnings("unchecked") // the values come from a and b
    static <A extends @Nullable Object, B extends @Nullable Object, R extends @Nullable Object>
            Async<R> both(
                    Async<? extends A> a,
                    Async<? extends B> b,
                    BiFunction<? super A, ? super B, ? extends R> combine) {
        return new JoinGroup<>(
                List.of(a, b), values -> combine.apply((A) values[0], (B) values[1]));
    }

    @SuppressWarnings("unchecked") // the values come from the asyncs
    static <T extends @Nullable Object> Async<List<T>> all(
            Collection<? extends Async<? extends T>> asyncs) {
        // Not List.of: null is a legal value.
        return new JoinGroup<>(
                asyncs, values -> Collections.unmodifiableList((List<T>) Arrays.asList(values)));
    }

    @Override
    void onValue(Child child, @Nullable Object value) {
        values[child.index] = value;
        missing--;
    }

    @Override
    void onFailure(Child child, Throwable thrown) {
        fail(thrown);
        if (!isDecided()) {
            decide();
        }
    }

    @Override
    boolean isComplete() {
        return missing == 0;
    }

    @Override
    R result() {
        return combine.apply(values);
    }

    @Override
    public String toString() {
        return "Async.join(" + size() + " asyncs)";
    }
}
