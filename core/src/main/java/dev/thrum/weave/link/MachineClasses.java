package dev.thrum.weave.link;

import dev.thrum.weave.WeaveException;
import java.lang.constant.ClassDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The machines that were defined for the classes of a nest: their names, and the bodies that they
 * read captured values from. All of it hangs on the classes concerned, so it goes when their loader
 * goes.
 */
final class MachineClasses {

    private static final ClassValue<MachineClasses> OF_NEST =
            new ClassValue<>() {
                @Override
                protected MachineClasses computeValue(Class<?> nestHost) {
                    return new MachineClasses();
                }
            };

    private static final ClassValue<AtomicReference<Class<?>>> BODY =
            new ClassValue<>() {
                @Override
                protected AtomicReference<Class<?>> computeValue(Class<?> machine) {
                    return new AtomicReference<>();
                }
            };

    private final Map<String, Integer> names = new HashMap<>();
    private final Map<String, ClassDesc> called = new HashMap<>();
    private final Map<String, Link> bodies = new HashMap<>();

    private MachineClasses() {}

    /**
     * The machines of a nest. Whoever weaves in it holds the lock of this object.
     *
     * @param nestHost the host of the nest
     * @return its machines
     */
    static MachineClasses of(Class<?> nestHost) {
        return OF_NEST.get(nestHost);
    }

    /**
     * A name that no machine has yet. The first machine of a method always gets the same.
     *
     * @param host the binary name of the class that the method is in
     * @param method the method that is woven
     * @return a name in the host's package
     */
    ClassDesc nameFor(String host, String method) {
        String part = method.startsWith("lambda$") ? method.substring("lambda$".length()) : method;
        String name = host.concat("$$").concat(part);
        Integer used = names.get(name);
        int count = used == null ? 1 : used + 1;
        names.put(name, count);
        return ClassDesc.of(count == 1 ? name : name.concat("$$").concat(Integer.toString(count)));
    }

    /**
     * The machine of a method that awaits and is called directly.
     *
     * @param key the method
     * @return its machine, null if there is none yet
     */
    @Nullable ClassDesc known(String key) {
        return called.get(key);
    }

    /** Remembers machines of called methods, after all of them have been defined. */
    void remember(Map<String, ClassDesc> machines) {
        called.putAll(machines);
    }

    /** How a method is run as a body, if it is no lambda and was linked before. */
    @Nullable Link body(String key) {
        return bodies.get(key);
    }

    /** Remembers how a method is run as a body. */
    void rememberBody(String key, Link link) {
        bodies.put(key, link);
    }

    /** Defines a machine beside the host. It is not initialised. */
    Class<?> define(MethodHandles.Lookup lookup, byte[] bytes) {
        try {
            return lookup.defineClass(bytes);
        } catch (IllegalAccessException | LinkageError failure) {
            throw new WeaveException(
                    "No machine can be defined beside "
                            + lookup.lookupClass().getName()
                            + ": "
                            + failure
                            + ". If there are two copies of Thrum in this program, leave one.",
                    failure);
        }
    }

    /** Remembers which class a machine reads captured values from. */
    static void setBody(Class<?> machine, Class<?> body) {
        // Set: pairs with the read in bodyOf, by a thread that got hold of the machine.
        BODY.get(machine).set(body);
    }

    static Class<?> bodyOf(Class<?> machine) {
        Class<?> body = BODY.get(machine).get();
        if (body == null) {
            throw new IllegalStateException("Not a machine of a lambda: " + machine.getName());
        }
        return body;
    }

    /** Makes the object whose {@code create} makes all others. */
    static Object prototype(MethodHandles.Lookup lookup, Class<?> machine) {
        try {
            MethodHandle constructor =
                    lookup.findConstructor(machine, MethodType.methodType(void.class))
                            .asType(MethodType.methodType(Object.class));
            return (Object) constructor.invokeExact();
        } catch (Throwable failure) {
            throw new WeaveException(
                    "The machine " + machine.getName() + " cannot be used: " + failure, failure);
        }
    }
}
