package dev.thrum.task;

import dev.thrum.weave.WeaveException;
import dev.thrum.weave.link.BodyKind;
import dev.thrum.weave.link.Debug;
import dev.thrum.weave.link.KeptClasses;
import dev.thrum.weave.link.Link;
import dev.thrum.weave.link.Virtuals;
import java.lang.invoke.CallSite;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/**
 * What classes call that were woven before they were loaded. Public only for them: programs do not
 * call it.
 */
public final class WovenBodies {
    /** The format of woven classes that this version runs; {@code WovenMark.FORMAT} makes it. */
    static final int FORMAT = 2;

    private WovenBodies() {}

    /**
     * Checks that a class was woven for this version. For generated code.
     *
     * @throws IllegalStateException if it was not
     */
    public static void check(int format, Object body) {
        if (format != FORMAT) {
            throw new WeaveException(
                    body.getClass().getName()
                            + " was woven by another version of Thrum: in format "
                            + format
                            + ", but the Thrum that runs it knows format "
                            + FORMAT
                            + " only. Use the same version of thrum and thrum-maven-plugin, and"
                            + " build it again.");
        }
    }

    /** Whether machines are to keep variables for a debugger. For generated code. */
    public static boolean keepsDead() {
        return Debug.KEEPS_DEAD;
    }

    /** A block of a body that does not await. For generated code. */
    public static Coroutine<?> plain(Object body, String method, @Nullable Object argument) {
        for (BodyKind kind : BodyKind.values()) {
            if (kind.key().equals(method)) {
                return new PlainBody<>(kind, body, argument);
            }
        }
        throw new IllegalArgumentException("Not the method of a body: " + method);
    }

    /** A block that only awaits: the body {@code x::await}. For generated code. */
    public static Coroutine<?> awaiting(@Nullable Async<?> awaited) {
        return new AwaitBody<>(awaited);
    }

    /** The same block, without its value. For generated code. */
    public static Coroutine<?> discarding(Coroutine<?> block) {
        block.discardValue();
        return block;
    }

    /**
     * A block of a reference to a method that can be overridden. For generated code.
     *
     * @param receiver the object whose method it is
     * @param name the method
     * @param type its descriptor
     * @param argument its argument, boxed; null if it has none
     * @param body the body itself, which is called if the method does not await
     * @param bodyMethod the method that is called then
     * @param bodyArgument the argument then
     */
    public static Coroutine<?> virtual(
            @Nullable Object receiver,
            String name,
            String type,
            @Nullable Object argument,
            Object body,
            String bodyMethod,
            @Nullable Object bodyArgument) {
        Coroutine<?> made = null;
        if (receiver instanceof WovenBody woven) {
            made = woven.thrum$coroutine(name.concat(type), argument);
        }
        if (made == null && receiver != null) {
            Link link = Virtuals.ofReceiver(receiver, name, type);
            made = AsyncBodies.linked(link, receiver, argument);
        }
        return made != null ? made : plain(body, bodyMethod, bodyArgument);
    }

    /**
     * A block of a reference to a static method of a class that may not be woven. For generated
     * code; the parameters are those of {@link #virtual}.
     */
    public static Coroutine<?> statically(
            Object owner,
            String name,
            String type,
            @Nullable Object argument,
            Object body,
            String bodyMethod,
            @Nullable Object bodyArgument) {
        Link link = Virtuals.ofClass((Class<?>) owner, name, type);
        Coroutine<?> made = AsyncBodies.linked(link, owner, argument);
        return made != null ? made : plain(body, bodyMethod, bodyArgument);
    }

    /**
     * Links a call of a static method of a class that the agent has made, and defines that class if
     * nobody has yet. For generated code: the lookup has to be that of a class beside it.
     *
     * @throws ReflectiveOperationException if there is no such method
     * @throws IllegalStateException if the class is not known, as to another copy of Thrum
     */
    public static CallSite site(
            MethodHandles.Lookup caller, String name, MethodType type, String className)
            throws ReflectiveOperationException {
        return KeptClasses.site(caller, name, type, className);
    }

    private static final class AwaitBody<T extends @Nullable Object> extends Coroutine<T> {
        private @Nullable Async<?> awaited;

        AwaitBody(@Nullable Async<?> awaited) {
            this.awaited = awaited;
        }

        @Override
        protected @Nullable Object step(Context cx, @Nullable Object resumed) throws Exception {
            if (label == 1) {
                return result(resumed);
            }
            Async<?> first = awaited;
            awaited = null;
            Object value = await(first, this, cx);
            if (value == SUSPENDED) {
                label = 1;
            }
            return value;
        }

        @Override
        protected Coroutine<?> create(Object of, @Nullable Object withArgument) {
            return new AwaitBody<>((Async<?>) of);
        }

        @Override
        protected String origin() {
            return Async.class.getName() + "\nawait\nAsync.java";
        }

        @Override
        protected int lineOf(int at) {
            return -1;
        }
    }
}
