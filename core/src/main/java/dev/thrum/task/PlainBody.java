package dev.thrum.task;

import org.jspecify.annotations.Nullable;

/** A block whose body has no await in it: there is nothing to weave, it is called as it is. */
final class PlainBody<T extends @Nullable Object> extends Coroutine<T> {
    static final PlainBody<?> PROTOTYPE = new PlainBody<>(null, null);

    private final @Nullable Object body;
    private final @Nullable Object argument;

    private PlainBody(@Nullable Object body, @Nullable Object argument) {
        this.body = body;
        this.argument = argument;
    }

    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // the argument is handed on as it came
    protected @Nullable Object step(Context cx, @Nullable Object resumed) throws Exception {
        switch (body) {
            case AsyncCallable<?> callable -> {
                return callable.call();
            }
            case AsyncRunnable runnable -> runnable.run();
            case AsyncFunction<?, ?> function -> {
                return ((AsyncFunction<@Nullable Object, ?>) function).apply(argument);
            }
            case AsyncConsumer<?> consumer ->
                    ((AsyncConsumer<@Nullable Object>) consumer).accept(argument);
            case null, default ->
                    throw new IllegalStateException("not the body of an async block: " + body);
        }
        return null;
    }

    @Override
    protected Coroutine<?> create(Object of, @Nullable Object withArgument) {
        return new PlainBody<>(of, withArgument);
    }

    @Override
    protected String origin() {
        return (body == null ? "none" : body.getClass().getName()) + "\nbody\nunknown";
    }

    @Override
    protected int lineOf(int at) {
        return -1;
    }
}
