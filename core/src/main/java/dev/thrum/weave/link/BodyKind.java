package dev.thrum.weave.link;

import org.jspecify.annotations.Nullable;

/** The four interfaces of async bodies, by the method that a body implements. */
public enum BodyKind {
    /** {@code AsyncCallable.call()}. */
    CALLABLE("AsyncCallable", "call", "()Ljava/lang/Object;"),
    /** {@code AsyncRunnable.run()}. */
    RUNNABLE("AsyncRunnable", "run", "()V"),
    /** {@code AsyncFunction.apply(argument)}. */
    FUNCTION("AsyncFunction", "apply", "(Ljava/lang/Object;)Ljava/lang/Object;"),
    /** {@code AsyncConsumer.accept(argument)}. */
    CONSUMER("AsyncConsumer", "accept", "(Ljava/lang/Object;)V");

    private final String interfaceName;
    private final String method;
    private final String type;
    private final String key;

    BodyKind(String interfaceName, String method, String type) {
        this.interfaceName = "dev/thrum/task/".concat(interfaceName);
        key = method.concat(type);
        this.method = method;
        this.type = type;
    }

    /**
     * The kind whose interface has a method.
     *
     * @param method its name
     * @param type its descriptor
     * @return the kind; null if there is none
     */
    public static @Nullable BodyKind of(String method, String type) {
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

    /** The internal name of the interface. */
    public String interfaceName() {
        return interfaceName;
    }

    /**
     * Name and descriptor of the interface's method: what bodies that are woven ahead know it by.
     */
    public String key() {
        return key;
    }

    /** How many parameters the interface's method has. */
    public int parameters() {
        return this == FUNCTION || this == CONSUMER ? 1 : 0;
    }

    /** The descriptor of the interface's method. */
    public String type() {
        return type;
    }

    /** Whether the body gives no value. */
    boolean isVoid() {
        return this == RUNNABLE || this == CONSUMER;
    }
}
