package dev.thrum.weave.link;

import dev.thrum.weave.WeaveException;
import java.lang.invoke.SerializedLambda;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * From an async body to the machine that runs it. The first body of a class is analysed and woven;
 * after that it is a lookup in a {@link ClassValue}, so nothing keeps classes from being unloaded.
 *
 * <p>Use by the task package:
 *
 * <pre>{@code
 * Object self = body;
 * Link link = BodyLinker.link(body, kind);
 * if (link instanceof Link.ByReceiver reference) {
 *     self = reference.receiver(body, argument);
 *     link = reference.link(self);
 * }
 * return link instanceof Link.Direct direct
 *         ? ((Coroutine<?>) direct.prototype()).create(self, argument)
 *         : … call the body …;
 * }</pre>
 */
public final class BodyLinker {

    private static final BodyLinker[] LINKERS = new BodyLinker[BodyKind.values().length];

    static {
        for (BodyKind kind : BodyKind.values()) {
            LINKERS[kind.ordinal()] = new BodyLinker(kind);
        }
    }

    private final BodyKind kind;
    private final ClassValue<Entry> entries =
            new ClassValue<>() {
                @Override
                protected Entry computeValue(Class<?> body) {
                    return new Entry(kind, body);
                }
            };

    /** The link of one class of bodies; made once, by the thread that comes first. */
    public static final class Entry {
        private final BodyKind kind;
        private final Class<?> type;
        private final WeakReference<Entry> reference = new WeakReference<>(this);

        /** Written once, under the lock; links are safely published by it being volatile. */
        private volatile @Nullable Link link;

        Entry(BodyKind kind, Class<?> type) {
            this.kind = kind;
            this.type = type;
        }

        /** Whether it is that of this body. */
        public boolean isOf(Object body, BodyKind kind) {
            return body.getClass() == type && this.kind == kind;
        }

        /** To this; for who keeps an entry and not the class, which the entry keeps alive. */
        public WeakReference<Entry> reference() {
            return reference;
        }

        /**
         * As {@link BodyLinker#link}, for a body {@linkplain #isOf of which} this is.
         *
         * @throws WeaveException likewise
         */
        public Link link(Object body) {
            Link known = link;
            return known != null ? known : make(body);
        }

        private synchronized Link make(Object body) {
            Link known = link;
            if (known == null) {
                try {
                    known = BodyLinker.make(kind, body);
                } catch (IllegalArgumentException | IndexOutOfBoundsException damage) {
                    Class<?> type = body.getClass();
                    Class<?> named = type.isHidden() ? type.getNestHost() : type;
                    throw ClassFiles.damaged(named.getName(), damage);
                }
                link = known;
            }
            return known;
        }
    }

    private BodyLinker(BodyKind kind) {
        this.kind = kind;
    }

    /**
     * Tells how a body is to be run. Thread-safe; quick when a body of its class was linked before.
     *
     * @param body the body
     * @param kind which of the interfaces it is used by
     * @return the way
     * @throws WeaveException if the body awaits and cannot be woven
     */
    public static Link link(Object body, BodyKind kind) {
        return entry(body, kind).link(body);
    }

    /** The entry of a body's class. Thread-safe. */
    public static Entry entry(Object body, BodyKind kind) {
        return LINKERS[kind.ordinal()].entries.get(body.getClass());
    }

    private static Link make(BodyKind kind, Object body) {
        Class<?> type = body.getClass();
        if (Proxy.isProxyClass(type)) {
            return Link.Plain.PLAIN;
        }
        if (type.isHidden()) {
            SerializedLambda lambda = Lambdas.of(body);
            if (lambda != null && Lambdas.implementsKind(lambda, kind)) {
                return Lambdas.link(kind, type, lambda);
            }
        }
        return Methods.link(kind, body);
    }
}
