package dev.thrum.weave.link;

import dev.thrum.weave.emit.Source;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A body like {@code this::serve}: it runs the method of the receiver's class, which may override
 * the one that it names, so what is woven depends on the receiver.
 */
final class References implements Link.ByReceiver {

    private final BodyKind kind;
    private final String name;
    private final String type;
    private final List<Source> sources;
    private final @Nullable MethodHandle bound;
    private final ClassValue<Link> links =
            new ClassValue<>() {
                @Override
                protected Link computeValue(Class<?> receiver) {
                    return make(receiver);
                }
            };

    private References(
            BodyKind kind, SerializedLambda lambda, String name, @Nullable MethodHandle bound) {
        this.kind = kind;
        this.bound = bound;
        this.name = name;
        type = lambda.getImplMethodSignature();
        sources = new ArrayList<>();
        sources.add(Source.SELF);
        if (MethodTypeDesc.ofDescriptor(type).parameterCount() > 0) {
            ClassDesc argument = Lambdas.argumentType(lambda);
            sources.add(Source.argument(argument));
        }
    }

    /**
     * Links a reference.
     *
     * @param name the method; see {@link Methods#called}
     */
    static Link link(BodyKind kind, Class<?> body, SerializedLambda lambda, String name) {
        return new References(
                kind, lambda, name, lambda.getCapturedArgCount() == 0 ? null : receiverOf(body));
    }

    private static MethodHandle receiverOf(Class<?> body) {
        MethodHandles.Lookup lookup = Lookups.in(body);
        try {
            Class<?> field = body.getDeclaredField("arg$1").getType();
            return lookup.findGetter(body, "arg$1", field)
                    .asType(MethodType.methodType(Object.class, Object.class));
        } catch (ReflectiveOperationException unknown) {
            throw new dev.thrum.weave.WeaveException(
                    "The receiver of the method reference "
                            + body.getName()
                            + " cannot be read: "
                            + unknown,
                    unknown);
        }
    }

    @Override
    public @Nullable Object receiver(Object body, @Nullable Object argument) {
        if (bound == null) {
            return argument;
        }
        try {
            return (Object) bound.invokeExact(body);
        } catch (Throwable impossible) {
            throw new AssertionError("A getter of a final field", impossible);
        }
    }

    @Override
    public Link link(@Nullable Object receiver) {
        if (receiver == null) {
            return Link.Plain.PLAIN;
        }
        if (receiver.getClass().isHidden()) {
            // A lambda: if it is a body itself, as in `body::call`, its own code is what runs.
            BodyKind inner = BodyKind.of(name, type);
            return inner == null ? Link.Plain.PLAIN : BodyLinker.link(receiver, inner);
        }
        return links.get(receiver.getClass());
    }

    private synchronized Link make(Class<?> receiver) {
        try {
            Methods.Selected selected = Methods.select(receiver, name, type);
            if (selected == null) {
                return Link.Plain.PLAIN;
            }
            return AwaitBody.is(selected)
                    ? AwaitBody.link(kind.isVoid())
                    : Methods.weave(selected, sources, kind.isVoid(), null);
        } catch (IllegalArgumentException | IndexOutOfBoundsException damage) {
            throw ClassFiles.damaged(receiver.getName(), damage);
        }
    }
}
