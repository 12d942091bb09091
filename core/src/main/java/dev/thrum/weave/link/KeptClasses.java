package dev.thrum.weave.link;

import dev.thrum.weave.WeaveException;
import java.lang.invoke.CallSite;
import java.lang.invoke.ConstantCallSite;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.HashMap;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Classes that the agent has made together with their host, until they are used: then they are
 * defined beside it, in its class loader, by a lookup of its own. Nothing has to be opened for
 * that. Thread-safe.
 */
public final class KeptClasses {

    /** By loader, and by binary name. All access under the lock of this map. */
    private static final Map<ClassLoader, Map<String, byte[]>> KEPT = new WeakHashMap<>();

    private KeptClasses() {}

    /**
     * Keeps a class.
     *
     * @param loader the loader of its host
     * @param name its binary name
     * @param bytes its class file
     */
    public static void keep(ClassLoader loader, String name, byte[] bytes) {
        synchronized (KEPT) {
            KEPT.computeIfAbsent(loader, none -> new HashMap<>()).put(name, bytes);
        }
    }

    /**
     * Links a call of a static method of such a class.
     *
     * @param caller the rights of a class beside it
     * @param name the method
     * @param type its type
     * @param className the class
     * @return a call site that never changes
     * @throws ReflectiveOperationException if there is no such method
     */
    public static CallSite site(
            MethodHandles.Lookup caller, String name, MethodType type, String className)
            throws ReflectiveOperationException {
        Class<?> made = define(caller, className);
        return new ConstantCallSite(caller.findStatic(made, name, type));
    }

    private static Class<?> define(MethodHandles.Lookup caller, String name)
            throws IllegalAccessException {
        ClassLoader loader = caller.lookupClass().getClassLoader();
        byte[] bytes = get(loader, name);
        if (bytes == null) {
            loadHost(caller, name);
            bytes = get(loader, name);
        }
        if (bytes != null) {
            // Not under the lock: the loader may take its own, and somebody who loads has that.
            try {
                Class<?> made = caller.defineClass(bytes);
                forget(loader, name);
                return made;
            } catch (LinkageError damagedOrDefinedMeanwhile) {
                try {
                    return caller.findClass(name);
                } catch (ClassNotFoundException notDefined) {
                    throw damagedOrDefinedMeanwhile;
                }
            }
        }
        try {
            return caller.findClass(name);
        } catch (ClassNotFoundException unknown) {
            throw new WeaveException(
                    caller.lookupClass().getName()
                            + " was woven when it was loaded, but its machine "
                            + name
                            + " is not known to this copy of Thrum. If there are two copies of"
                            + " Thrum in this program, that of the agent and another, leave one.",
                    unknown);
        }
    }

    /** A machine is made when its host is loaded, and that may be now; it is not initialised. */
    private static void loadHost(MethodHandles.Lookup caller, String name)
            throws IllegalAccessException {
        int end = name.indexOf("$$");
        while (end > 0) {
            try {
                Class<?> _ = caller.findClass(name.substring(0, end));
                return;
            } catch (ClassNotFoundException longer) {
                end = name.indexOf("$$", end + 1); // the host has such a name itself
            }
        }
    }

    private static byte @Nullable [] get(ClassLoader loader, String name) {
        synchronized (KEPT) {
            Map<String, byte[]> kept = KEPT.get(loader);
            return kept == null ? null : kept.get(name);
        }
    }

    private static void forget(ClassLoader loader, String name) {
        synchronized (KEPT) {
            Map<String, byte[]> kept = KEPT.get(loader);
            if (kept != null) {
                kept.remove(name);
            }
        }
    }
}
