package dev.thrum.weave.link;

import org.jspecify.annotations.Nullable;

/** The four interfaces of async bodies, by the method that a body implements. */
public enum BodyKind {
    /** {@code AsyncCallable.call()}. */
    CALLABLE("call", "()Ljava/lang/Object;"),
    /** {@code AsyncRunnable.run()}. */
    RUNNABLE("run", "()V"),
    /** {@code AsyncFunction.apply(argument)}. */
    FUNCTION("apply", "(Ljava/lang/Object;)Ljava/lang/Object;"),
    /** {@code AsyncConsumer.accept(argument)}. */
    CONSUMER("accept", "(Ljava/lang/Object;)V");

    private final String method;
    private final String type;

    BodyKind(String method, String type) {
        this.method = method;
        this.type = type;
    }

    /** The kind whose interface has this method; null if there is none. */
    static @Nullable BodyKind of(String method, String type) {
        for (BodyKind kind : values()) {
            if (kind.method.equals(method) && kind.type.equals(type)) {
                return kind;
            }
        }
        return null;
    }

    /** The name of the interface's method. */
    public String method() {
        return method;
    }

    /** The descriptor of the interface's method. */
    String type() {
        return type;
    }

    /** Whether the body gives no value. */
    boolean isVoid() {
        return this == RUNNABLE || this == CONSUMER;
    }
}
