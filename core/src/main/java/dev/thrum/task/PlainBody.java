package dev.thrum.task;

import dev.thrum.weave.link.BodyKind;
import org.jspecify.annotations.Nullable;

/** A block whose body has no await in it: there is nothing to weave, it is called as it is. */
final class PlainBody<T extends @Nullable Object> extends Coroutine<T> {
    private final BodyKind kind;
    private final Object body;
    private final @Nullable Object argument;

    PlainBody(BodyKind kind, Object body, @Nullable Object argument) {
        this.kind = kind;
        this.body = body;
        this.argument = argument;
    }

    BodyKind kind() {
        return kind;
    }

    Object body() {
        return body;
    }

    @Override
    protected @Nullable Object step(Context cx, @Nullable Object resumed) throws Exception {
        return call(kind, body, argument);
    }

    /** Calls a body. */
    @SuppressWarnings({"unchecked", "NullAway"}) // the argument is handed on as it came
    static @Nullable Object call(BodyKind kind, Object body, @Nullable Object argument)
            throws Exception {
        return switch (kind) {
            case CALLABLE -> ((AsyncCallable<?>) body).call();
            case FUNCTION -> ((AsyncFunction<@Nullable Object, ?>) body).apply(argument);
            case RUNNABLE -> {
                ((AsyncRunnable) body).run();
                yield null;
            }
            case CONSUMER -> {
                ((AsyncConsumer<@Nullable Object>) body).accept(argument);
                yield null;
            }
        };
    }

    @Override
    protected Coroutine<?> create(Object of, @Nullable Object withArgument) {
        return new PlainBody<>(kind, of, withArgument);
    }

    @Override
    protected String origin() {
        String name = body.getClass().getName();
        int lambda = name.indexOf(body instanceof WovenBody ? "$$" : "$$Lambda");
        return (lambda < 0 ? name : name.substring(0, lambda)) + "\n" + kind.method() + "\nUnknown";
    }

    @Override
    protected int lineOf(int at) {
        return -1;
    }
}
