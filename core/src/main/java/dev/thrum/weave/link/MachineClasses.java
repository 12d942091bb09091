package dev.thrum.weave.link;

import dev.thrum.weave.WeaveException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The machines that were defined beside a host: their names, and the bodies that they read captured
 * values from. All of it hangs on the classes concerned, so it goes when their loader goes.
 */
final class MachineClasses {

    private static final ClassValue<MachineClasses> OF_HOST =
            new ClassValue<>() {
                @Override
                protected MachineClasses computeValue(Class<?> host) {
                    return new MachineClasses(host);
                }
            };

    private static final ClassValue<AtomicReference<Class<?>>> BODY =
            new ClassValue<>() {
                @Override
                protected AtomicReference<Class<?>> computeValue(Class<?> machine) {
                    return new AtomicReference<>();
                }
            };

    private final Class<?> host;
    private final Map<String, Integer> names = new HashMap<>();

    private MachineClasses(Class<?> host) {
        this.host = host;
    }

    static MachineClasses of(Class<?> host) {
        return OF_HOST.get(host);
    }

    /**
     * A name that no machine has yet. The first machine of a method always gets the same.
     *
     * @param method the method that is woven
     * @return a binary name in the host's package
     */
    synchronized String nameFor(String method) {
        String part = method.startsWith("lambda$") ? method.substring("lambda$".length()) : method;
        Integer used = names.get(part);
        int count = used == null ? 1 : used + 1;
        names.put(part, count);
        String name = host.getName().concat("$$").concat(part);
        return count == 1 ? name : name.concat("$$").concat(Integer.toString(count));
    }

    /** Defines a machine beside the host. It is not initialised. */
    Class<?> define(MethodHandles.Lookup lookup, byte[] bytes) {
        try {
            return lookup.defineClass(bytes);
        } catch (IllegalAccessException | LinkageError failure) {
            throw new WeaveException(
                    "No machine can be defined beside "
                            + host.getName()
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
            return lookup.findConstructor(machine, MethodType.methodType(void.class)).invoke();
        } catch (Throwable failure) {
            throw new WeaveException(
                    "The machine " + machine.getName() + " cannot be used: " + failure, failure);
        }
    }
}
