package dev.thrum.weave.link;

import java.lang.invoke.CallSite;
import java.lang.invoke.ConstantCallSite;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleInfo;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.util.Arrays;

/**
 * Resolves what machines have their host do: the other side of {@code LinkedAccess}. A machine is
 * in the module of its host, so its own lookup can be turned into one with all of the host's
 * rights; none has to be stored.
 */
public final class HostLinker {

    /** What a handle is passed as if it is no constant: see {@link #handle}. */
    private static final int PARTS = 4;

    private HostLinker() {}

    /** At each call, not once when linked: a class that failed fails otherwise the second time. */
    private static MethodHandle initializer(Lookup host) throws ReflectiveOperationException {
        MethodType type = MethodType.methodType(Class.class, Class.class);
        return MethodHandles.publicLookup()
                .findVirtual(Lookup.class, "ensureInitialized", type)
                .bindTo(host)
                .bindTo(host.lookupClass());
    }

    /**
     * The bootstrap of call sites.
     *
     * @param caller the machine
     * @param name the member's name
     * @param type the type of the call site
     * @param arguments the kind of access, the host, and what the kind needs
     * @return the call site, linked for good
     * @throws Throwable if the host itself could not do it: as for the instruction that it replaces
     */
    public static CallSite bind(Lookup caller, String name, MethodType type, Object... arguments)
            throws Throwable {
        Lookup host = MethodHandles.privateLookupIn((Class<?>) arguments[1], caller);
        String kind = (String) arguments[0];
        switch (kind) {
            case "lambda" -> {
                return lambda(host, name, type, arguments);
            }
            case "dynamic" -> {
                return (CallSite) invoke(host, name, type, arguments);
            }
            default -> {
                MethodHandle target = member(caller, host, kind, name, type, arguments);
                return new ConstantCallSite(target.asType(type));
            }
        }
    }

    private static MethodHandle member(
            Lookup caller, Lookup host, String kind, String name, MethodType type, Object[] more)
            throws ReflectiveOperationException {
        return switch (kind) {
            case "captured" -> captured(caller, (Integer) more[2]);
            case "initialize" -> initializer(host);
            case "lookup" -> MethodHandles.constant(Lookup.class, host);
            case "static" -> host.findStatic((Class<?>) more[2], name, type);
            case "virtual" ->
                    host.findVirtual((Class<?>) more[2], name, type.dropParameterTypes(0, 1));
            case "special" ->
                    host.findSpecial(
                            (Class<?>) more[2],
                            name,
                            type.dropParameterTypes(0, 1),
                            host.lookupClass());
            case "new" ->
                    host.findConstructor((Class<?>) more[2], type.changeReturnType(void.class));
            case "get" -> host.findGetter((Class<?>) more[2], name, type.returnType());
            case "put" -> host.findSetter((Class<?>) more[2], name, type.parameterType(1));
            case "getstatic" -> host.findStaticGetter((Class<?>) more[2], name, type.returnType());
            case "putstatic" ->
                    host.findStaticSetter((Class<?>) more[2], name, type.parameterType(0));
            default -> throw new IllegalArgumentException("Unknown kind of access: " + kind);
        };
    }

    /** Lambdas keep the captured values in private fields of these names, in order. */
    private static MethodHandle captured(Lookup caller, int index)
            throws ReflectiveOperationException {
        Class<?> body = MachineClasses.bodyOf(caller.lookupClass());
        String field = "arg$".concat(Integer.toString(index + 1));
        Class<?> type = body.getDeclaredField(field).getType();
        return MethodHandles.privateLookupIn(body, caller).findGetter(body, field, type);
    }

    /**
     * The code of a lambda comes as a handle, or as the parts of one that only the host can get.
     */
    private static CallSite lambda(Lookup host, String name, MethodType type, Object[] arguments)
            throws Exception {
        boolean inParts = arguments[3] instanceof Integer;
        MethodHandle code = inParts ? handle(host, arguments, 3) : (MethodHandle) arguments[3];
        int next = inParts ? 3 + PARTS : 4;
        if (arguments.length == next + 1) {
            return LambdaMetafactory.metafactory(
                    host,
                    name,
                    type,
                    (MethodType) arguments[2],
                    code,
                    (MethodType) arguments[next]);
        }
        Object[] rest = Arrays.copyOfRange(arguments, next - 2, arguments.length);
        rest[0] = arguments[2];
        rest[1] = code;
        return LambdaMetafactory.altMetafactory(host, name, type, rest);
    }

    /** Calls a bootstrap as the JVM does, in the name of the host. */
    private static Object invoke(Lookup host, String name, Object type, Object[] arguments)
            throws Throwable {
        MethodHandle bootstrap = (MethodHandle) arguments[2];
        Object[] passed = new Object[arguments.length];
        passed[0] = host;
        passed[1] = name;
        passed[2] = type;
        System.arraycopy(arguments, 3, passed, 3, arguments.length - 3);
        return bootstrap.invokeWithArguments(passed);
    }

    /**
     * The bootstrap of constants.
     *
     * @param caller the machine
     * @param name the name of the constant
     * @param type its type
     * @param arguments the kind of constant, the host, and what the kind needs
     * @return the constant
     * @throws Throwable if the host itself could not make it
     */
    public static Object constant(Lookup caller, String name, Class<?> type, Object... arguments)
            throws Throwable {
        Lookup host = MethodHandles.privateLookupIn((Class<?>) arguments[1], caller);
        if (arguments[0].equals("handle")) {
            return handle(host, arguments, 2);
        }
        return invoke(host, name, type, arguments);
    }

    /**
     * The handle whose parts begin at an argument: its kind, and the member's owner, name, type.
     */
    private static MethodHandle handle(Lookup host, Object[] arguments, int first)
            throws ReflectiveOperationException {
        Class<?> owner = (Class<?>) arguments[first + 1];
        String name = (String) arguments[first + 2];
        MethodType type = (MethodType) arguments[first + 3];
        return switch ((Integer) arguments[first]) {
            case MethodHandleInfo.REF_getField -> host.findGetter(owner, name, type.returnType());
            case MethodHandleInfo.REF_getStatic ->
                    host.findStaticGetter(owner, name, type.returnType());
            case MethodHandleInfo.REF_putField -> host.findSetter(owner, name, type.returnType());
            case MethodHandleInfo.REF_putStatic ->
                    host.findStaticSetter(owner, name, type.returnType());
            case MethodHandleInfo.REF_invokeStatic -> host.findStatic(owner, name, type);
            case MethodHandleInfo.REF_newInvokeSpecial -> host.findConstructor(owner, type);
            case MethodHandleInfo.REF_invokeSpecial ->
                    host.findSpecial(owner, name, type, host.lookupClass());
            default -> host.findVirtual(owner, name, type);
        };
    }
}
