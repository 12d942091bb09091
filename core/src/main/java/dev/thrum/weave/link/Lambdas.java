package dev.thrum.weave.link;

import dev.thrum.weave.Awaits;
import dev.thrum.weave.WeaveException;
import dev.thrum.weave.emit.Source;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bodies that are lambdas or method references: what code they stand for. */
final class Lambdas {

    private static final MethodType REPLACE = MethodType.methodType(Object.class);

    private Lambdas() {}

    /**
     * What a lambda was made from.
     *
     * @return the description; null if the object is no serializable lambda
     */
    static @Nullable SerializedLambda of(Object body) {
        Class<?> type = body.getClass();
        MethodHandles.Lookup lookup = Lookups.in(type);
        try {
            // Bound, it has a type whose invoker the JDK does not have to generate.
            MethodHandle replace = lookup.findVirtual(type, "writeReplace", REPLACE).bindTo(body);
            Object replaced = (Object) replace.invokeExact();
            return replaced instanceof SerializedLambda lambda ? lambda : null;
        } catch (NoSuchMethodException none) {
            return null;
        } catch (Throwable failure) {
            throw new WeaveException(
                    "The lambda "
                            + type.getName()
                            + " does not tell its code: "
                            + failure
                            + ". If it stands in a hidden class, write it in one that has a name.",
                    failure);
        }
    }

    /** Whether a lambda implements the method of a kind itself, not one that its default calls. */
    static boolean implementsKind(SerializedLambda lambda, BodyKind kind) {
        int parameters = MethodTypeDesc.ofDescriptor(kind.type()).parameterCount();
        String type = lambda.getFunctionalInterfaceMethodSignature();
        return lambda.getFunctionalInterfaceMethodName().equals(kind.method())
                && MethodTypeDesc.ofDescriptor(type).parameterCount() == parameters;
    }

    static Link link(BodyKind kind, Class<?> body, SerializedLambda lambda) {
        int reference = lambda.getImplMethodKind();
        if (reference == MethodHandleInfo.REF_newInvokeSpecial) {
            return Link.Plain.PLAIN;
        }
        Class<?> host = implementation(body, lambda);
        String name = lambda.getImplMethodName();
        String type = lambda.getImplMethodSignature();
        if (reference == MethodHandleInfo.REF_invokeVirtual
                || reference == MethodHandleInfo.REF_invokeInterface) {
            ClassModel model =
                    host.isHidden() ? null : new ClassFiles(host.getClassLoader()).require(host);
            MethodModel method = model == null ? null : Awaits.find(model, name, type);
            if (method == null || !method.flags().has(AccessFlag.PRIVATE)) {
                Methods.Selected resolved = model == null ? null : Methods.find(host, name, type);
                String called = resolved == null ? name : Methods.called(resolved, name);
                return References.link(kind, body, lambda, called);
            }
        }
        Methods.Selected selected = Methods.find(host, name, type);
        if (selected == null) {
            throw new WeaveException(
                    host.getName()
                            + "."
                            + name
                            + " was not found in the class file that its class loader gives out for"
                            + " it: the class that runs is another one, changed by an agent or"
                            + " redefined since. Keep what changes classes away from it.");
        }
        return Methods.weave(selected, sources(lambda, selected), kind.isVoid(), body);
    }

    private static Class<?> implementation(Class<?> body, SerializedLambda lambda) {
        String name = lambda.getImplClass().replace('/', '.');
        try {
            return Class.forName(name, false, body.getClassLoader());
        } catch (ClassNotFoundException missing) {
            throw new WeaveException("The class of an async body was not found: " + name, missing);
        }
    }

    /** The captured values come first, the body's argument, if it has one, is the last. */
    private static List<Source> sources(SerializedLambda lambda, Methods.Selected selected) {
        MethodTypeDesc type = selected.method().methodTypeSymbol();
        int receivers = selected.method().flags().has(AccessFlag.STATIC) ? 0 : 1;
        int parameters = receivers + type.parameterCount();
        List<Source> sources = new ArrayList<>(parameters);
        for (int i = 0; i < parameters; i++) {
            sources.add(
                    i < lambda.getCapturedArgCount()
                            ? Source.captured(i)
                            : Source.argument(argumentType(lambda)));
        }
        return sources;
    }

    static ClassDesc argumentType(SerializedLambda lambda) {
        MethodTypeDesc type = MethodTypeDesc.ofDescriptor(lambda.getInstantiatedMethodType());
        return type.parameterType(type.parameterCount() - 1);
    }
}
